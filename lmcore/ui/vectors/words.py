"""The words that the visitor looks at, the same in every view of the Embeddings page."""

import streamlit as st

from lmcore.ui.visit import t

MOST_WORDS = 8


def word_field(*, labelled: bool = True) -> str | None:
    """The word to look at: typed, or clicked in a picture."""
    st.text_input(
        t("embeddings.search"),
        key="word",
        bind="query-params",
        placeholder=t("embeddings.any"),
        label_visibility="visible" if labelled else "collapsed",
    )
    return (st.session_state.word or "").strip().lower()[:60] or None


def picked_word(component: str) -> None:
    """Take the word that a component has just said."""
    said = st.session_state[component].get("word")
    if said:
        st.session_state.word = said["word"]


def words_of_link() -> list[str]:
    """The words whose paths are followed, `?words=a,b`."""
    return [word[:60] for word in st.query_params.get("words", "").split(",") if word][:MOST_WORDS]


def picked_words(component: str) -> None:
    """Keep in the link the words that a component has just said."""
    said = st.session_state[component].get("words")
    if said:
        st.query_params["words"] = ",".join(said["words"][:MOST_WORDS])
