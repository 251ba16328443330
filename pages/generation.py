"""Generation: what comes next?"""

import streamlit as st

from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.corpora import opening
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, show_notice
from lmcore.ui.generation import sampling_controls, token_picture
from lmcore.ui.visit import current_run, step_to_show, t

record = current_run(LANGUAGE_MODEL)
with framed("generation") as (stage, inspector):
    with inspector:
        show_notice()
        level = depth()
        prompt = st.text_area(
            t("generation.prompt"),
            opening(record.spec.corpus, 3),
            height=72,
            key="prompt",
            bind="query-params",
            max_chars=2000,
        )
        settings = sampling_controls(level)
        again = st.button(
            t("generation.write", n=settings["n_tokens"]),
            type="primary",
            width="stretch",
            icon=":material/edit:",
            key="write",
        )
        message = st.container(key="message")
        explain("generation")
    with stage:
        token_picture(record, step_to_show(record), prompt or "", settings, again, message)
dock(record)
