"""What is known of a text, and what its owner may change of that."""

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.text.corpus import CorpusInfo
from lmcore.ui.corpora import choose_corpus, corpus_name, told_of, visible_corpora
from lmcore.ui.messages import escaped, explained_errors, show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import t, visitor

OWN_FIELDS = {"name": "corpus.name", "licence": "about.licence_field", "source": "about.source_field"}


def about_button(corpus: str) -> None:
    """Opens name, size, licence and source; the owner can change and delete them there."""
    try:
        info = engine().corpora.info(corpus, visitor())
    except LmcoreError:  # removed by another of the visitor's windows: the picker has said so
        return
    with st.popover(t("about.open"), type="tertiary", icon=":material/info:", key="about"):
        size = t("about.size", n_characters=info.n_characters, n_documents=info.n_documents)
        st.markdown(f"**{escaped(corpus_name(info))}**  \n:gray[{size}]")
        if info.built_in or info.owner != visitor():
            licence, source = told_of(info)
            st.markdown(t("about.licence", licence=escaped(licence or t("about.not_stated"))))
            st.markdown(t("about.source", source=escaped(source or t("about.not_stated"))))
        else:
            _own(info)


def _own(info: CorpusInfo) -> None:
    """What the owner has said of it, written when it is changed, and the way to delete it."""
    for field, label in (
        ("name", "corpus.name"),
        ("licence", "about.licence_field"),
        ("source", "about.source_field"),
    ):
        key = f"about_{field}_{info.id}"
        st.text_input(t(label), getattr(info, field), key=key, on_change=_changed, args=(info.id, key, field))
    error = st.session_state.pop("about_error", None)
    if error is not None:
        show_error(error)
    sure = st.checkbox(t("about.sure"), key=f"about_sure_{info.id}")
    if st.button(t("about.delete"), disabled=not sure, icon=":material/delete:", key="delete_corpus"):
        with explained_errors():
            engine().corpora.remove(info.id, owner=visitor())
        choose_corpus(visible_corpora()[0])
        st.rerun()


def _changed(corpus: str, key: str, field: str) -> None:
    try:
        engine().corpora.describe(corpus, owner=visitor(), **{field: st.session_state[key] or ""})
    except LmcoreError as error:
        st.session_state.about_error = error
