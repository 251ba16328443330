"""The strip above the stage of a page that has several views."""

import streamlit as st

from lmcore.ui.link import chosen_view, keep_view
from lmcore.ui.visit import t


def view_strip(page: str, views: tuple[str, ...]) -> str:
    """Which view is shown; the link keeps it as `?view=`. Its names are `PAGE.view.VIEW`."""
    chosen = st.segmented_control(
        t(f"{page}.view"),
        views,
        default=chosen_view(page, views),
        required=True,
        format_func=lambda name: t(f"{page}.view.{name}"),
        label_visibility="collapsed",
        width="stretch",
        key=f"{page}_view_control",
    )
    keep_view(page, chosen or views[0])
    return chosen or views[0]
