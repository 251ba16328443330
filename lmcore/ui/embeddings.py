"""The Embeddings page's picture: the words of a run on a map, and the neighbours of one of them."""

from typing import Any

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.runs.store import RunRecord
from lmcore.ui.components import show
from lmcore.ui.follow import follow
from lmcore.ui.messages import show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import step_to_show, t

NEIGHBOURS = 5

Neighbours = list[dict[str, Any]]


def word_search() -> str | None:
    """The word to look at: typed, or clicked on the map or in the list."""
    st.text_input(t("embeddings.search"), key="word", bind="query-params", placeholder=t("embeddings.any"))
    return (st.session_state.word or "").strip().lower()[:60] or None


def _picked(component: str) -> None:
    picked = st.session_state[component].get("word")
    if picked:
        st.session_state.word = picked["word"]


def neighbours_panel(record: RunRecord, word: str | None, *, listed: bool) -> Neighbours:
    """The words nearest to `word` at the step that is shown; an unknown one gets near spellings."""
    step = step_to_show(record)
    if word is None or step is None:
        if listed:
            st.markdown(f":gray[{t('embeddings.click')}]")
        return []
    try:
        answer = engine().ask("neighbours", run=record.id, step=step, word=word, n=NEIGHBOURS)
    except LmcoreError as error:
        show_error(error)
        return []
    if listed:
        show("neighbours", on={"word": lambda: _picked("neighbours")}, word=word, rows=answer["rows"])
    return answer["rows"]


def word_picture(record: RunRecord, word: str | None, neighbours: Neighbours, trail: bool) -> None:
    """The map, which fetches its frames by itself."""
    follow(record)
    show(
        "word_map",
        on={"word": lambda: _picked("word_map")},
        run=record.id,
        word=word if neighbours else None,
        neighbours=neighbours,
        trail=trail,
    )
