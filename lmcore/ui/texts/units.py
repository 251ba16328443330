"""What is counted or merged: one of two units, which the link keeps."""

import streamlit as st

from lmcore.ui.visit import t


def unit_control(view: str, units: tuple[str, ...], *, helped: bool = False) -> str:
    """The unit that the visitor has chosen for a view, the first of `units` unless another."""
    chosen = st.segmented_control(
        t(f"text.{view}.unit"),
        units,
        default=unit_of_link(view, units),
        required=True,
        format_func=lambda name: t(f"text.{view}.{name}"),
        label_visibility="visible" if helped else "collapsed",
        help=t(f"text.{view}.unit.help") if helped else None,
        width="stretch",
        key=f"unit_{view}",
    )
    st.query_params[f"{view}_unit"] = chosen or units[0]
    return chosen or units[0]


def unit_of_link(view: str, units: tuple[str, ...]) -> str:
    """The unit that the link names, at any depth."""
    asked = st.query_params.get(f"{view}_unit", units[0])
    return asked if asked in units else units[0]
