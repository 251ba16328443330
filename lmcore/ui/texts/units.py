"""What is counted or merged: one of two units."""

import streamlit as st

from lmcore.ui.visit import t


def unit_control(view: str, units: tuple[str, ...], *, helped: bool = False) -> str:
    """The unit that the visitor has chosen for a view, the first of `units` unless another."""
    chosen = st.segmented_control(
        t(f"text.{view}.unit"),
        units,
        default=units[0],
        required=True,
        format_func=lambda name: t(f"text.{view}.{name}"),
        label_visibility="visible" if helped else "collapsed",
        help=t(f"text.{view}.unit.help") if helped else None,
        width="stretch",
        key=f"unit_{view}",
    )
    return chosen or units[0]
