"""Text: what does the model read?"""

import streamlit as st

from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.corpus_picker import corpus_picker
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, page, show_notice
from lmcore.ui.link import chosen_view
from lmcore.ui.messages import explained_errors
from lmcore.ui.settings import chosen_spec, keep_text_in_link
from lmcore.ui.start import queue
from lmcore.ui.texts.about import about_button
from lmcore.ui.texts.views import VIEWS, show_view
from lmcore.ui.view_strip import view_strip
from lmcore.ui.visit import current_run, t

record = current_run(LANGUAGE_MODEL)
spec = chosen_spec(LANGUAGE_MODEL)
with framed("text", dense=True, sentence=t(f"text.{chosen_view('text', VIEWS)}.sentence")) as (
    stage,
    inspector,
):
    with inspector:
        show_notice()
        level = depth()
        spec = corpus_picker(spec)
        keep_text_in_link(spec)
        controls = st.container(gap="xsmall", key="controls")
        if st.button(t("text.train"), type="primary", width="stretch", icon=":material/play_arrow:"):
            with explained_errors():
                queue(spec)
                st.switch_page(page("training"))
        extras = st.container(horizontal=True, gap="small", key="extras")
    with stage:
        view = view_strip("text", VIEWS)
    draw = show_view(view, spec, level, controls, stage)
    with extras:
        about_button(spec.corpus)
        explain(f"text_{view}", draw)
dock(record)
