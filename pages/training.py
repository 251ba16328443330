"""Training: is it learning?"""

import streamlit as st

from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.components import show
from lmcore.ui.corpus_picker import corpus_picker
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, show_notice
from lmcore.ui.live_settings import apply_to_running
from lmcore.ui.messages import explained_errors
from lmcore.ui.pictures import loss_figure
from lmcore.ui.readings import reading_panel
from lmcore.ui.run_list import compared, run_list_button
from lmcore.ui.settings import chosen_spec, fields_form, size_dial
from lmcore.ui.start import start_panel
from lmcore.ui.visit import current_run

spec = chosen_spec(LANGUAGE_MODEL)
record = current_run(LANGUAGE_MODEL)
with framed("training") as (stage, inspector):
    with inspector:
        show_notice()
        level = depth()
        spec = corpus_picker(spec)
        if level == "play":
            spec = size_dial(spec)
            start_panel(spec)
            reading_panel(record)
        else:
            panel = st.container(gap="xsmall", key="start_panel")
            fits = False
            with explained_errors():
                spec, changed = fields_form(spec, level)
                apply_to_running(record, spec, changed)
                fits = True
            with panel:
                start_panel(spec, brief=True, fits=fits)
                reading_panel(record, only_trouble=True)
        with st.container(horizontal=True, gap="small", key="extras"):
            run_list_button(LANGUAGE_MODEL)
            explain("training", loss_figure(record))
    with stage:
        show("live_chart", run=record.id, compare=compared(LANGUAGE_MODEL))
        with st.container(horizontal=True, gap="xsmall", wrap=False, key="below"):
            show("samples", run=record.id)
            if level != "play":
                show("meters", run=record.id)
dock(record)
