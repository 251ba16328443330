"""Word vectors of the catalogue, for machines that are online: fetched once, then kept."""

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.text import downloads
from lmcore.text.catalogue import CATALOGUE, Entry, entry
from lmcore.ui.amounts import duration
from lmcore.ui.messages import escaped, explained_errors, show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import t, visitor

VECTORS = tuple(one for one in CATALOGUE if one.kind == "vectors")
TICKET = "vectors_download"  # in the session; the texts have one of their own
AGAIN = "bring_vectors_again"  # the dialog is to be opened
EVERY_S = 0.5


def fetched() -> tuple[str, str] | None:
    """Where a file of the catalogue is, and what it is called; None before it is there."""
    names = [one.id for one in VECTORS]
    chosen = st.selectbox(
        t("bring_vectors.catalogue"), names, format_func=lambda id: t(f"catalogue.{id}"), key="vectors_entry"
    )
    wanted = entry(chosen or names[0])
    size, licence = t("fetch.size", size=round(wanted.size / 1e6)), escaped(wanted.licence)
    about = f"{t(f'catalogue.{wanted.id}.about')}  \n:gray[{size}, {t('about.licence', licence=licence)}]"
    st.markdown(about)
    if (name := kept(wanted)) is not None:
        return f"downloads/{name}", wanted.files[0].name
    if not _under_way():
        _start_button(wanted)
    return None


def kept(wanted: Entry) -> str | None:
    """The name of an entry's file among the downloads, where all of it is there."""
    file = wanted.files[0]
    path = engine().home.downloads / f"{file.sha256[:12]}-{file.name}"
    return path.name if path.is_file() and path.stat().st_size == file.size else None


def _start_button(wanted: Entry) -> None:
    online = _online()
    if not online:
        st.markdown(f"**{t('fetch.offline')}**  \n:gray[{t('bring_vectors.offline')}]")
    label = t("fetch.start")
    if st.button(
        label, key="fetch_vectors", disabled=not online, icon=":material/download:", width="stretch"
    ):
        with explained_errors():
            st.session_state[TICKET] = engine().downloads.start(wanted, visitor())
            st.rerun(scope="fragment")


@st.cache_data(ttl=20, show_spinner=False)
def _online() -> bool:
    return downloads.is_online()


def _under_way() -> bool:
    """Show how far the visitor's download is, or what became of it; whether it goes on."""
    state = engine().downloads.state(st.session_state.get(TICKET, ""))
    if state is None:
        return False
    if not state.ended:
        st.fragment(_progress, run_every=EVERY_S)(st.session_state[TICKET])
        return True
    del st.session_state[TICKET]
    if isinstance(state.error, LmcoreError):
        show_error(state.error)
    elif state.error is not None:
        raise state.error
    return False


def _progress(ticket: str) -> None:
    """A bar that is drawn again by itself; at the end the dialog, which it cannot draw, is opened anew."""
    state = engine().downloads.state(ticket)
    if state is None or state.ended:
        st.session_state[AGAIN] = True
        st.rerun()
    progress = state.progress
    name = t(f"catalogue.{state.entry.id}")
    left = "" if progress.seconds_left is None else t("asking.left", time=duration(progress.seconds_left))
    st.progress(min(1.0, progress.received / max(1, progress.total)), f"{name}  {left}")
    if st.button(t("asking.cancel"), key="cancel_vectors", width="stretch"):
        engine().downloads.cancel(ticket)
