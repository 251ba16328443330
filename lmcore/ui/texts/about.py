"""What is known of a text, and what its owner may change of that."""

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.text.corpus import CorpusInfo
from lmcore.ui.corpora import choose_corpus, corpus_name, visible_corpora
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.server import engine
from lmcore.ui.visit import t, visitor


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


def told_of(info: CorpusInfo) -> tuple[str, str]:
    """Licence and source, of a built-in text in the visitor's language."""
    if not info.built_in:
        return info.licence, info.source
    return t(f"corpus.{info.id}.licence"), t(f"corpus.{info.id}.source")


def _own(info: CorpusInfo) -> None:
    name = st.text_input(t("corpus.name"), info.name, key=f"about_name_{info.id}", max_chars=80)
    licence = st.text_input(
        t("about.licence_field"), info.licence, key=f"about_licence_{info.id}", max_chars=80
    )
    source = st.text_input(t("about.source_field"), info.source, key=f"about_source_{info.id}", max_chars=300)
    corpora = engine().corpora
    with explained_errors():
        if name != info.name:
            corpora.rename(info.id, name or "", owner=visitor())
            st.rerun()
        if (licence, source) != (info.licence, info.source):
            corpora.describe(info.id, licence=licence or "", source=source or "", owner=visitor())
            st.rerun()
        sure = st.checkbox(t("about.sure"), key=f"about_sure_{info.id}")
        if st.button(t("about.delete"), disabled=not sure, icon=":material/delete:", key="delete_corpus"):
            corpora.remove(info.id, owner=visitor())
            choose_corpus(visible_corpora()[0])
            st.rerun()
