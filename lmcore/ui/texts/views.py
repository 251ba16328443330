"""The way of a text to a model, in six views."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.tasks.spec import RunSpec
from lmcore.ui.pictures import Draw
from lmcore.ui.texts.clean import clean_view
from lmcore.ui.texts.count import count_view
from lmcore.ui.texts.merge import merge_view
from lmcore.ui.texts.predict import predict_view
from lmcore.ui.texts.read import read_view
from lmcore.ui.texts.split import split_view

View = Callable[[RunSpec, str, DeltaGenerator, DeltaGenerator], Draw | None]
DRAWN_BY: dict[str, View] = {
    "read": read_view,
    "clean": clean_view,
    "split": split_view,
    "merge": merge_view,
    "count": count_view,
    "predict": predict_view,
}
VIEWS = tuple(DRAWN_BY)


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
