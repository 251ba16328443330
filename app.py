"""LM Playground: page configuration, navigation, and the ASGI app with its routes and its engine."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from lmcore.ui import server

    PagesManager.uses_pages_directory = False  # or the first deep link after a start would bypass this file
    app = st.App(__file__, routes=server.routes(), middleware=server.middleware(), lifespan=server.lifespan)
else:
    from lmcore.ui.frame import run_app

    run_app()
