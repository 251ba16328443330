"""Which model to train, with which settings, and Start."""

import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.corpus_picker import corpus_picker
from lmcore.ui.live_settings import apply_to_running
from lmcore.ui.messages import explained_errors
from lmcore.ui.readings import reading_panel
from lmcore.ui.settings import fields_form, model_dials
from lmcore.ui.start import start_panel
from lmcore.ui.training.first_weights import first_weights_control


def train_panel(record: RunRecord, spec: RunSpec, level: str) -> RunSpec:
    """The controls of the next run at this depth, with Start and what the curve says; gives the settings."""
    spec = corpus_picker(spec)
    if level == "play":
        spec = model_dials(spec)
        start_panel(spec)
        reading_panel(record)
        return spec
    panel = st.container(gap="xsmall", key="start_panel")
    fits = False
    with explained_errors():
        spec, changed = fields_form(spec, level)
        if level == "all":
            spec = first_weights_control(spec)
        apply_to_running(record, spec, changed)
        fits = True
    with panel:
        start_panel(spec, brief=True, fits=fits)
        reading_panel(record, only_trouble=True, doctor=level == "all")
    return spec
