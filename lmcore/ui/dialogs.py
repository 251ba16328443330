"""Whether a dialog is open: pages that follow a run must not draw themselves anew then, or it would close."""

import streamlit as st


def dialog_opened() -> None:
    """Say so when one is opened."""
    st.session_state.dialog = True


def dialog_closed() -> None:
    """Say so when one is closed, by the visitor or by what it did."""
    st.session_state.dialog = False


def dialog_is_open() -> bool:
    """Whether one is open in this session."""
    return st.session_state.get("dialog", False)
