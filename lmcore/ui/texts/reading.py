"""One reading and one limit of a view, in words."""

import streamlit as st

from lmcore.ui.frame import chosen_depth
from lmcore.ui.visit import t


def say(view: str, reading: str, **figures: object) -> None:
    """What the picture says, in bold where that leads; at Play also, in grey, what it does not mean."""
    st.markdown(t(f"text.{view}.{reading}", **figures))
    if chosen_depth() == "play":
        st.markdown(f":gray[{t(f'text.{view}.limit')}]")
