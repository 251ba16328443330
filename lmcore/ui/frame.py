"""What every page has around its picture: navigation, question, language, the two columns, and the dock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.i18n import ASSETS
from lmcore.runs.store import RunRecord
from lmcore.ui.components import show
from lmcore.ui.dialogs import dialog_closed
from lmcore.ui.messages import explained_errors, show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import (
    change_language,
    choose_step,
    chosen_step,
    is_mine,
    language,
    other_language,
    run_name,
    t,
    visitor,
)

PAGES = {  # name → icon; the file is pages/NAME.py
    "home": "home",
    "text": "article",
    "training": "show_chart",
    "attention": "grid_on",
    "generation": "edit_note",
    "embeddings": "scatter_plot",
}
INSPECTOR_PX = 272
DEPTHS = ("play", "tune", "all")


def page(name: str) -> Any:
    """The page as `st.navigation` and `st.page_link` want it."""
    url = None if name == "home" else name
    title = t(f"nav.{name}")
    return st.Page(f"pages/{name}.py", title=title, url_path=url, default=name == "home")


def run_app() -> None:
    """Everything that happens on every run of every page."""
    dialog_closed()  # a run of the whole page closes it
    about = t("app.about")
    st.set_page_config(
        page_title="LM Playground",
        page_icon=str(ASSETS / "mark.svg"),
        layout="wide",
        menu_items={"About": about},
    )
    st.logo(str(ASSETS / "logo.svg"), size="medium")
    st.html(ASSETS / "app.css")
    st.query_params["lang"] = language()
    st.navigation([page(name) for name in PAGES], position="top").run()


@contextmanager
def framed(
    name: str, *, dense: bool = False, sentence: str = ""
) -> Iterator[tuple[DeltaGenerator, DeltaGenerator]]:
    """The question of page `name`, then its stage and its inspector; `dense` where many controls must fit.

    `sentence` stands beside the question instead of the page's own.
    """
    _question(name, sentence or t(f"{name}.sentence"))
    columns = st.container(horizontal=True, gap="small", wrap=False, key="columns")
    gap = "xsmall" if dense or chosen_depth() != "play" else "small"
    stage = columns.container(width="stretch", gap="xsmall", key="stage")
    yield stage, columns.container(width=INSPECTOR_PX, gap=gap, key="inspector")


def _question(name: str, sentence: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="head"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(t(f"{name}.question"), anchor=False, width="content")
            st.markdown(f":gray[{sentence}]", width="content")
        label = t(f"language.{other_language()}")
        st.button(
            label,
            type="tertiary",
            icon=":material/translate:",
            key="other_language",
            on_click=change_language,
        )


def chosen_depth() -> str:
    """The depth as the control, the URL or an earlier page has it."""
    asked = st.session_state.get("depth_control") or st.query_params.get(
        "depth", st.session_state.get("depth")
    )
    return asked if asked in DEPTHS else "play"


def depth() -> str:
    """How many controls the visitor wants to see: `play`, `tune` or `all`; the URL keeps it as `?depth=`.

    Streamlit's own binding would put the translated label there.
    """
    chosen = st.segmented_control(
        t("depth.label"),
        DEPTHS,
        default=chosen_depth(),
        required=True,
        format_func=lambda name: t(f"depth.{name}"),
        label_visibility="collapsed",
        width="stretch",
        key="depth_control",
    )
    st.session_state.depth = st.query_params["depth"] = chosen or "play"
    return chosen or "play"


def dock(record: RunRecord) -> None:
    """The player under every page: the run's state, its commands, and its loss curve as the time slider."""

    def moved() -> None:
        moved_to = st.session_state.dock.get("step")
        if moved_to:
            choose_step(record, moved_to["step"])

    def commanded() -> None:
        command = st.session_state.dock.get("command")
        if command:
            with explained_errors():
                engine().command(record.id, command["verb"], owner=visitor())

    with st.bottom:
        show(
            "dock",
            key="dock",
            on={"step": moved, "command": commanded},
            run=record.id,
            title=run_name(record),
            step=chosen_step(record),
            can_command=is_mine(record),
        )


def show_notice() -> None:
    """What the session has to say, once: a link to a run that is not there, for instance."""
    error = st.session_state.pop("notice", None)
    if error is not None:
        show_error(error)
