"""Fetching a text of the catalogue, for machines that are online."""

from typing import Any

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.runs.downloading import DONE, DownloadState
from lmcore.text import downloads
from lmcore.text.catalogue import CATALOGUE, Entry
from lmcore.text.corpus import CorpusInfo
from lmcore.ui.amounts import duration
from lmcore.ui.asking import asked
from lmcore.ui.corpora import choose_corpus
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import escaped, explained_errors, show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import t, visitor

TEXTS = tuple(entry for entry in CATALOGUE if entry.kind != "vectors")
EVERY_S = 0.5


def download_dialog() -> None:
    """The catalogue, with size and licence; one download at a time, which can be cancelled."""

    dialog_opened()

    @st.dialog(t("corpus.download"), width="large", on_dismiss=dialog_closed)
    def dialog() -> None:
        online = _online()
        if not online:
            st.markdown(f"**{t('fetch.offline')}**  \n:gray[{t('fetch.offline.rest')}]")
        _under_way()
        for entry in TEXTS:
            _row(entry, online)

    dialog()


@st.cache_data(ttl=20, show_spinner=False)
def _online() -> bool:
    return downloads.is_online()


def _row(entry: Entry, online: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"entry_{entry.id}"):
        size = t("fetch.size", size=max(0.1, round(entry.size / 1e6, 1)))
        licence = escaped(entry.licence)
        text = f"**{t(f'catalogue.{entry.id}')}** :gray[{size}]  \n{t(f'catalogue.{entry.id}.about')}  \n"
        st.markdown(f"{text}:gray[{t('about.licence', licence=licence)}]", width="stretch")
        label, key = t("fetch.start"), f"fetch_{entry.id}"
        if st.button(label, key=key, disabled=not online, icon=":material/download:"):
            with explained_errors():
                st.session_state.download = engine().downloads.start(entry, visitor())
                st.rerun(scope="fragment")


def _under_way() -> None:
    """The visitor's own download, if there is one: how far it is, or what became of it."""
    state = engine().downloads.state(st.session_state.get("download", ""))
    if state is None:
        return
    if state.status == DONE:
        _take_in(state)
    elif not state.ended:
        st.fragment(_progress, run_every=EVERY_S)(st.session_state.download)
    else:
        del st.session_state["download"]
        if isinstance(state.error, LmcoreError):
            show_error(state.error)
        elif state.error is not None:
            raise state.error


def _progress(download: str) -> None:
    state = engine().downloads.state(download)
    if state is None or state.ended:
        _under_way()
        return
    progress = state.progress
    name = t(f"catalogue.{state.entry.id}")
    left = "" if progress.seconds_left is None else t("asking.left", time=duration(progress.seconds_left))
    st.progress(min(1.0, progress.received / max(1, progress.total)), f"{name}  {left}")
    if st.button(t("asking.cancel"), key="cancel_download", width="stretch"):
        engine().downloads.cancel(download)


def _take_in(state: DownloadState) -> None:
    """Make a text of the library out of what has arrived."""
    message = st.container(key="taking_in")
    told: dict[str, Any] = {"title": t(f"catalogue.{state.entry.id}"), "owner": visitor()}
    paths = [path.name for path in state.progress.paths]
    answer = asked("take_in_entry", message, cancellable=False, corpus=state.entry.id, files=paths, **told)
    del st.session_state["download"]
    if answer is not None:
        choose_corpus(CorpusInfo(**answer["info"]))
        st.rerun()
