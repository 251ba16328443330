"""Training word vectors from the Embeddings page: method, settings, Start."""

import streamlit as st

from lmcore.tasks.spec import RunSpec
from lmcore.ui.corpus_picker import corpus_picker
from lmcore.ui.messages import explained_errors
from lmcore.ui.settings import fields_form, method_dial
from lmcore.ui.start import start_panel

VIEWS = ("map", "measure")  # beside these, Start has its place


def train_panel(spec: RunSpec, view: str, level: str) -> RunSpec:
    """The settings of the next run at this depth, and Start; gives the settings."""
    if view not in VIEWS:
        return spec
    with st.container(gap=None, key="what_is_trained"):  # at Tune every pixel counts
        spec = corpus_picker(spec) if level != "play" or view == "measure" else spec
        spec = method_dial(spec)
    fits = True
    if level != "play":
        fits = False
        with explained_errors():
            spec, _ = fields_form(spec, level)
            fits = True
    start_panel(spec, primary=False, brief=True, fits=fits)
    return spec
