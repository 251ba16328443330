"""Attention: who looks at whom?"""

import streamlit as st

from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.attention import attention_picture, heads_off_control, shown_head
from lmcore.ui.corpora import opening
from lmcore.ui.explain import explain
from lmcore.ui.frame import depth, dock, framed, show_notice
from lmcore.ui.visit import current_run, step_to_show, t

record = current_run(LANGUAGE_MODEL)
with framed("attention") as (stage, inspector):
    with inspector:
        show_notice()
        level = depth()
        example = opening(record.spec.corpus, 8)
        text = st.text_area(
            t("attention.text"), example, height=88, key="text", bind="query-params", max_chars=2000
        )
        switched_off = heads_off_control(record, level)
        message = st.container(key="message")
        st.markdown(f":gray[{t('attention.limit')}]")
        explain("attention", shown_head(record))
    with stage:
        attention_picture(record, step_to_show(record), text or "", switched_off, message)
dock(record)
