"""Embeddings: which words became neighbours?"""

import streamlit as st

from lmcore.tasks.spec import WORD_VECTORS
from lmcore.ui.corpus_picker import corpus_picker
from lmcore.ui.embeddings import neighbours_panel, word_picture, word_search
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, show_notice
from lmcore.ui.messages import explained_errors
from lmcore.ui.pictures import map_figure
from lmcore.ui.readings import reading_panel
from lmcore.ui.run_list import run_list_button
from lmcore.ui.settings import chosen_spec, fields_form
from lmcore.ui.start import start_panel
from lmcore.ui.visit import current_run, t

spec = chosen_spec(WORD_VECTORS)
record = current_run(WORD_VECTORS)
with framed("embeddings", dense=True) as (stage, inspector):
    with inspector:
        show_notice()
        level = depth()
        word = word_search()
        neighbours = neighbours_panel(record, word, listed=level == "play")
        trail, fits = False, True
        if level == "play":
            trail = st.toggle(t("embeddings.trail"), key="trail", bind="query-params")
        else:
            spec = corpus_picker(spec)
            fits = False
            with explained_errors():
                spec, _ = fields_form(spec, level)
                fits = True
        start_panel(spec, primary=False, brief=True, fits=fits)
        reading_panel(record, only_trouble=True)
        if level == "play":
            st.markdown(f":gray[{t('embeddings.limit')}]")
        with st.container(horizontal=True, gap="small", key="extras"):
            run_list_button(WORD_VECTORS)
            explain("embeddings", map_figure(record))
    with stage:
        word_picture(record, word, neighbours, trail)
dock(record)
