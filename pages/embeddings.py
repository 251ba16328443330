"""Embeddings: which words became neighbours?"""

import streamlit as st

from lmcore.tasks.spec import WORD_VECTORS
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, show_notice
from lmcore.ui.link import chosen_view
from lmcore.ui.readings import reading_panel
from lmcore.ui.run_list import run_list_button
from lmcore.ui.settings import chosen_spec
from lmcore.ui.vectors.files import files_menu
from lmcore.ui.vectors.train import train_panel
from lmcore.ui.vectors.views import DRAWN_BY, VIEWS
from lmcore.ui.view_strip import view_strip
from lmcore.ui.visit import current_run, t

spec = chosen_spec(WORD_VECTORS)
record = current_run(WORD_VECTORS)
sentence = t(f"embeddings.{chosen_view('embeddings', VIEWS)}.sentence")
with framed("embeddings", dense=True, sentence=sentence) as (stage, inspector):
    with inspector:
        show_notice()
        level = depth()
        controls = st.container(gap="xsmall", key="controls")
        reading_panel(record, only_trouble=True)
        training = st.container(gap="xsmall", key="training")
        extras = st.container(horizontal=True, gap="xsmall", key="extras")
    with stage:
        view = view_strip("embeddings", VIEWS)
    with training:
        spec = train_panel(spec, view, level)
    draw = DRAWN_BY[view](record, spec, level, controls, stage.container(key="picture"))
    with extras:
        run_list_button(WORD_VECTORS)
        files_menu(record)
        explain(f"embeddings_{view}", draw)
dock(record)
