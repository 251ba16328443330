"""The texts as a visitor sees them, and the one that is trained on."""

from dataclasses import replace

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.tasks.presets import usual_tokenizer
from lmcore.text.cleaning.steps import recommended
from lmcore.text.config import CleaningConfig
from lmcore.text.corpus import CorpusInfo
from lmcore.ui.dialogs import dialog_closed
from lmcore.ui.server import engine
from lmcore.ui.settings import FIELDS, chosen_spec, replace_spec
from lmcore.ui.visit import t, visitor

OF_ONE_TEXT = ("passage", "begin", "find", "doc", "from", "at")  # what a visitor typed or opened for it
LONG = 20  # words; fewer come from one line


def visible_corpora() -> list[CorpusInfo]:
    """Built-in texts and the visitor's own."""
    return [corpus for corpus in engine().corpora.list() if corpus.built_in or corpus.owner == visitor()]


def corpus_name(corpus: CorpusInfo) -> str:
    """The name to show; built-in texts are named in the visitor's language."""
    return t(f"corpus.{corpus.id}") if corpus.built_in else corpus.name


def corpus_label(corpus: CorpusInfo) -> str:
    """Name and size, in characters."""
    m, wan = max(corpus.n_characters / 1e6, 0.1), max(corpus.n_characters / 1e4, 1)
    return t("corpus.label", name=corpus_name(corpus), m=f"{m:.1f}", wan=f"{wan:,.0f}")


def choose_corpus(info: CorpusInfo) -> None:
    """Train on this text from now on, whatever the task, with the tokens that are usual in its language."""
    dialog_closed()
    for name in OF_ONE_TEXT:
        st.session_state.pop(name, None)
        st.query_params.pop(name, None)
    st.query_params["corpus"] = info.id
    kind = usual_tokenizer(info.language)
    for task in FIELDS:
        spec = replace(chosen_spec(task), corpus=info.id, cleaning=recommended_for(info.id))
        replace_spec(replace(spec, tokenizer=replace(spec.tokenizer, kind=kind)))


def told_of(info: CorpusInfo) -> tuple[str, str]:
    """Licence and source, of a built-in text in the visitor's language."""
    if not info.built_in:
        return info.licence, info.source
    return t(f"corpus.{info.id}.licence"), t(f"corpus.{info.id}.source")


def recommended_for(corpus: str) -> CleaningConfig:
    """The steps that a text of this kind is cleaned with unless the visitor chooses others."""
    info = engine().corpora.info(corpus, visitor())
    return CleaningConfig() if info.built_in else recommended(info.format, info.language)


def opening(corpus_id: str, n_words: int) -> str:
    """The first words of a text, to begin with; characters where the text is Chinese."""
    try:
        start, language = engine().corpora.opening(corpus_id), engine().corpora.info(corpus_id).language
    except LmcoreError:  # removed since
        start, language = "", ""
    if not start:  # any words will do
        return t("attention.example", n=n_words)
    if n_words < LONG:
        start = start.splitlines()[0]
    return start[: 2 * n_words] if language == "zh" else " ".join(start.split(" ")[:n_words])
