"""What pages keep in their link, beside the settings that all pages share."""

import streamlit as st


def chosen_view(page: str, views: tuple[str, ...]) -> str:
    """The view of a page as the control, the link or an earlier visit has it."""
    asked = (
        st.session_state.get(f"{page}_view_control")
        or st.query_params.get("view")
        or st.session_state.get(f"{page}_view")
    )
    return asked if asked in views else views[0]


def keep_view(page: str, view: str) -> None:
    """Remember it for the next visit and in the link."""
    st.session_state[f"{page}_view"] = st.query_params["view"] = view


def whole_number(name: str, usual: int, most: int = 10**9) -> int:
    """A number of the link, if it is one between 0 and `most`."""
    text = st.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 and int(text) <= most else usual


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """What the link chooses; the first, where it chooses nothing that there is."""
    asked = st.query_params.get(name, "")
    return asked if asked in choices else choices[0]


def keep_triggered(component: str, trigger: str, value: str, name: str) -> None:
    """Put what a component has just said into the link: `value` of its `trigger`, under `name`."""
    said = st.session_state[component].get(trigger)
    if said:
        st.query_params[name] = str(said[value])
