"""Word vectors from files and into files, behind one button."""

import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.ui.vectors.bring import bring_dialog, bring_is_due
from lmcore.ui.vectors.take import take_dialog
from lmcore.ui.visit import step_to_show, t


def files_menu(record: RunRecord) -> None:
    """Bring vectors that were trained elsewhere, or take the run's home as they are at the dock's step."""
    step = step_to_show(record)
    chosen = st.menu_button(
        t("vectors_files.open"),
        ("bring",) if step is None else ("bring", "take"),
        format_func=lambda name: t(f"{name}_vectors.open"),
        type="tertiary",
        key="files_menu",
    )
    if chosen == "take" and step is not None:
        take_dialog(record, step)
    elif chosen == "bring" or bring_is_due():
        bring_dialog(begin=chosen == "bring")
