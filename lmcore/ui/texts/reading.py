"""One reading and one limit of a view, in words."""

import streamlit as st

from lmcore.ui.visit import t


def say(view: str, reading: str, **figures: object) -> None:
    """What the picture says, in bold where that leads, and in grey what it does not mean."""
    st.markdown(t(f"text.{view}.{reading}", **figures))
    st.markdown(f":gray[{t(f'text.{view}.limit')}]")
