"""Taking word vectors home: a step of a run as a file that other programs read."""

import re
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.ui.asking import asked
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.server import API, engine
from lmcore.ui.visit import run_name, t
from lmcore.vectors.files.detect import WRITABLE
from lmcore.vectors.files.write import SUFFIXES


def take_dialog(record: RunRecord, step: int) -> None:
    """Choose a format; the file is written by a worker, then it can be downloaded."""

    dialog_opened()

    @st.dialog(t("take_vectors.title"), on_dismiss=dialog_closed)
    def dialog() -> None:
        take_form(record, step)

    dialog()


def take_form(record: RunRecord, step: int) -> None:
    """What the dialog holds."""
    st.markdown(f":gray[{t('take_vectors.what', step=step)}]")
    chosen = st.selectbox(
        t("take_vectors.format"),
        WRITABLE,
        format_func=lambda format: t(f"vectors_format.{format}"),
        key="take_format",
    )
    format = chosen or WRITABLE[0]
    st.markdown(t(f"take_vectors.{format}.about"))
    _file(record, step, format)


def _file(record: RunRecord, step: int, format: str) -> None:
    """The button that has the file written, and, once it is there, the one that downloads it."""
    key = f"taken.{record.id}.{record.revision}.{step}.{format}"
    message = st.container(key="writing_vectors")
    if (taken := _there(key)) is None:
        if not st.button(t("take_vectors.write"), type="primary", key="write_vectors", width="stretch"):
            return
        about = {"source": engine().vectors, "run": record.id, "step": step, "format": format}
        taken = st.session_state[key] = asked("export", message, cancellable=False, **about)
        if taken is None:
            return
        st.rerun(scope="fragment")
    name = file_name(run_name(record), step, format)
    st.link_button(
        t("take_vectors.download", size=f"{taken['size'] / 1e6:,.1f}"),
        f"{API}/exported/{taken['file']}?{urlencode({'name': name})}",
        icon=":material/download:",
        type="primary",
        width="stretch",
        key=f"download_{format}",
    )


def _there(key: str) -> dict[str, Any] | None:
    """What was written for this visitor, as long as it is kept."""
    taken = st.session_state.get(key)
    return taken if taken and (engine().home.exported / taken["file"]).is_file() else None


def file_name(name: str, step: int, format: str) -> str:
    """A name for the file that every system accepts.

    >>> file_name("A small world/№ 1", 250, "word2vec")
    'A_small_world_1-step250.vec'
    """
    plain = re.sub(r"[^\w.-]+", "_", name).strip("_.")[:60] or "vectors"
    return f"{plain}-step{step}{SUFFIXES[format]}"
