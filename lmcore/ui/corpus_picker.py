"""A choice among the texts, and the ways to others."""

import streamlit as st

from lmcore.errors import TextError
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpus import CorpusInfo
from lmcore.text.uploads import shown_name
from lmcore.ui.corpora import choose_corpus, corpus_label, corpus_name, visible_corpora
from lmcore.ui.messages import escaped, show_error
from lmcore.ui.settings import replace_spec
from lmcore.ui.texts.bring import own_text_dialog
from lmcore.ui.texts.fetch import download_dialog
from lmcore.ui.visit import t

DIALOGS = {"own": own_text_dialog, "download": download_dialog}  # the last choices


def corpus_picker(spec: RunSpec) -> RunSpec:
    """A choice among the texts, and the ways to others."""
    corpora = {corpus.id: corpus for corpus in visible_corpora()}
    current = spec.corpus if spec.corpus in corpora else next(iter(corpora))
    if current != spec.corpus:  # a link to a text of somebody else, or one that is gone
        st.session_state.text_not_here = spec.corpus
        choose_corpus(corpora[current])
        st.rerun()
    if (gone := st.session_state.pop("text_not_here", None)) is not None:
        show_error(TextError("corpus_not_here", id=shown_name(gone, 40), name=corpus_name(corpora[current])))
    ways = {name: t(f"corpus.{name}") for name in DIALOGS}
    chosen = st.selectbox(
        t("field.corpus"),
        [*corpora, *ways],
        index=list(corpora).index(current),
        format_func=lambda choice: ways[choice] if choice in ways else corpus_label(corpora[choice]),
        help=_source(corpora[current]),
        key=f"corpus_choice_{st.session_state.get('form', 0)}",
    )
    if chosen in ways:
        replace_spec(spec)  # the choice goes back to the text that is used
        DIALOGS[chosen]()
    elif chosen != spec.corpus:
        choose_corpus(corpora[chosen])
        st.rerun()
    return spec


def _source(corpus: CorpusInfo) -> str:
    if corpus.built_in:
        return t(f"corpus.{corpus.id}.source")
    return escaped(corpus.source or t("corpus.given", n=corpus.n_characters))
