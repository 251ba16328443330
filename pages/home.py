"""Home: watch a language model learn."""

import streamlit as st

from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.components import show
from lmcore.ui.frame import PAGES, dock, framed, page, show_notice
from lmcore.ui.messages import escaped
from lmcore.ui.visit import current_run, hardware, run_name, t

record = current_run(LANGUAGE_MODEL)
with framed("home") as (stage, inspector):
    with stage:
        show("growth", run=record.id)
    with inspector:
        show_notice()
        state = t("home.stored") if record.stored else t(f"status.{record.status}")
        size = t("home.weights", n=record.spec.model.n_parameters)
        st.markdown(f"**{state}**  \n:gray[{escaped(run_name(record))}, {size}]")
        if st.button(t("home.own"), type="primary", width="stretch", icon=":material/play_arrow:"):
            st.switch_page(page("training"))
        for name in [name for name in PAGES if name != "home"]:
            st.page_link(
                page(name), label=t(f"{name}.question"), icon=f":material/{PAGES[name]}:", width="stretch"
            )
        st.markdown(f":gray[{t('home.hardware', device=hardware())}]")
dock(record)
