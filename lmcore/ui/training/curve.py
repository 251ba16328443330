"""Curve: the loss beside what needs no training, and what the model writes meanwhile."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.components import show
from lmcore.ui.pictures import Draw, loss_figure
from lmcore.ui.run_list import compared
from lmcore.ui.training.best import best_earlier


def curve_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The live curve, samples, and at Tune the learning rate, gradient norm and speed."""
    with stage:
        beside = compared(LANGUAGE_MODEL)
        show("live_chart", run=record.id, compare=beside, best=best_earlier(record))
        with st.container(horizontal=True, gap="xsmall", wrap=False, key="below"):
            show("samples", run=record.id)
            if level != "play":
                show("meters", run=record.id)
    return loss_figure(record)
