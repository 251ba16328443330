"""What can be done with the run that is shown: branch off it, or take it home."""

import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.ui.training.first_weights import load_report
from lmcore.ui.training.fork import fork_button
from lmcore.ui.training.take import take_menu
from lmcore.ui.visit import t


def run_menu(record: RunRecord) -> None:
    """A popover, since the inspector has one line for all of it."""
    with st.popover(t("training.run_menu"), type="tertiary", key="run_menu"):
        fork_button(record)
        take_menu(record)
        load_report(record)
