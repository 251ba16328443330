"""The way of a text to a model, in six views, and the strip in which one of them is chosen."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.tasks.spec import RunSpec
from lmcore.ui.pictures import Draw
from lmcore.ui.texts.clean import clean_view
from lmcore.ui.texts.count import count_view
from lmcore.ui.texts.link import VIEWS, chosen_view, keep_view
from lmcore.ui.texts.merge import merge_view
from lmcore.ui.texts.predict import predict_view
from lmcore.ui.texts.read import read_view
from lmcore.ui.texts.split import split_view
from lmcore.ui.visit import t

View = Callable[[RunSpec, str, DeltaGenerator, DeltaGenerator], Draw | None]
DRAWN_BY: dict[str, View] = dict(
    zip(VIEWS, (read_view, clean_view, split_view, merge_view, count_view, predict_view), strict=True)
)


def view_strip() -> str:
    """Which part of the way is shown; the link keeps it as `?view=`."""
    chosen = st.segmented_control(
        t("text.view"),
        VIEWS,
        default=chosen_view(),
        required=True,
        format_func=lambda name: t(f"text.view.{name}"),
        label_visibility="collapsed",
        width="stretch",
        key="view_control",
    )
    keep_view(chosen or VIEWS[0])
    return chosen or VIEWS[0]


def show_view(
    view: str, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """Draw a view: its controls in the inspector, its picture on the stage.

    Gives what draws the picture to take home, where there is a figure of it.
    """
    picture, waiting = stage.container(key="picture"), stage.empty()
    if "seen_text" not in st.session_state:
        waiting.skeleton(height=433)
        st.session_state.seen_text = True
    draw = DRAWN_BY[view](spec, level, controls, picture)
    waiting.empty()
    return draw
