"""Files that visitors have chosen, laid on disk as they came, where a worker can read them."""

import hashlib
import secrets
import shutil
import time
from contextlib import suppress

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lmcore.errors import TextError
from lmcore.runs.home import UPLOADS_KEPT_H
from lmcore.text.uploads import MAX_BYTES
from lmcore.ui.server import engine

CHUNK = 1 << 20


def staged(uploaded: UploadedFile) -> str:
    """A name for the file among the uploads; written once, without a second copy in memory.

    Raises `TextError` for a file over the limit.
    """
    key = f"staged.{uploaded.file_id}"
    if key not in st.session_state or not (engine().home.uploads / st.session_state[key]).is_file():
        st.session_state[key] = _write(uploaded)
    return st.session_state[key]


def _write(uploaded: UploadedFile) -> str:
    if uploaded.size > MAX_BYTES:
        raise TextError("text_too_large", size=uploaded.size / 2**20, limit=MAX_BYTES // 2**20)
    folder = engine().home.uploads
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old()
    with uploaded.getbuffer() as data:
        name = hashlib.sha256(data).hexdigest()[:12] + secrets.token_hex(6)  # each visitor's own
        unfinished = folder / f"{name}.{uploaded.file_id}.tmp"
        with unfinished.open("wb") as file:
            for start in range(0, len(data), CHUNK):
                file.write(data[start : start + CHUNK])
        unfinished.replace(folder / name)
    return name


def _forget_old() -> None:
    """What nobody made a text of within some hours goes."""
    for path in engine().home.uploads.iterdir():
        with suppress(FileNotFoundError):  # taken in, or removed by another session, since
            if time.time() - path.stat().st_mtime > 3600 * UPLOADS_KEPT_H:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
