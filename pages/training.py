"""Training: is it learning?"""

import streamlit as st

from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, show_notice
from lmcore.ui.link import chosen_view
from lmcore.ui.readings import reading_panel
from lmcore.ui.run_list import run_list_button
from lmcore.ui.settings import chosen_spec
from lmcore.ui.training.run_menu import run_menu
from lmcore.ui.training.train import train_panel
from lmcore.ui.training.views import DRAWN_BY, VIEWS
from lmcore.ui.view_strip import view_strip
from lmcore.ui.visit import current_run, t

spec = chosen_spec(LANGUAGE_MODEL)
record = current_run(LANGUAGE_MODEL)
sentence = t(f"training.{chosen_view('training', VIEWS)}.sentence")
with framed("training", dense=True, sentence=sentence) as (stage, inspector):
    with inspector:
        show_notice()
        level = depth()
        controls = st.container(gap="xsmall", key="controls")
        extras = st.container(horizontal=True, gap="xsmall", key="extras")
    with stage:
        view = view_strip("training", VIEWS)
    with controls:
        if view == "curve":
            spec = train_panel(record, spec, level)
        else:
            reading_panel(record, only_trouble=True, doctor=view in ("inside", "one_step"))
    draw = DRAWN_BY[view](record, spec, level, controls, stage.container(key="picture", gap="xsmall"))
    with extras:
        run_list_button(LANGUAGE_MODEL)
        run_menu(record)
        explain(f"training_{view}", draw)
dock(record)
