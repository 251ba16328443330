"""Word vectors from files and into files, behind one button."""

import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.ui.vectors.bring import bring_button
from lmcore.ui.vectors.take import take_button
from lmcore.ui.visit import step_to_show, t


def files_menu(record: RunRecord) -> None:
    """Bring vectors that were trained elsewhere, or take the run's home as they are at the dock's step."""
    with st.popover(
        t("vectors_files.open"), type="tertiary", icon=":material/folder_open:", key="files_menu"
    ):
        bring_button()
        take_button(record, step_to_show(record))
