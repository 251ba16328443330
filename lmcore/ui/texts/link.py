"""What the Text page keeps in its link, beside the settings that all pages share."""

import streamlit as st

VIEWS = ("read", "clean", "split", "merge", "count", "predict")


def chosen_view() -> str:
    """The view as the control, the link or an earlier visit has it."""
    asked = st.session_state.get("view_control") or st.query_params.get("view", st.session_state.get("view"))
    return asked if asked in VIEWS else VIEWS[0]


def keep_view(view: str) -> None:
    """Remember it for the next visit and in the link."""
    st.session_state.view = st.query_params["view"] = view


def whole_number(name: str, usual: int, most: int = 10**9) -> int:
    """A number of the link, if it is one between 0 and `most`."""
    text = st.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 and int(text) <= most else usual


def keep_triggered(component: str, trigger: str, value: str, name: str) -> None:
    """Put what a component has just said into the link: `value` of its `trigger`, under `name`."""
    said = st.session_state[component].get(trigger)
    if said:
        st.query_params[name] = str(said[value])
