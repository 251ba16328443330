"""The text that a command names: a file, or a corpus of the library."""

from pathlib import Path

from lmcore.cli.session import OWNER
from lmcore.errors import TextError
from lmcore.text import uploads
from lmcore.text.corpora import CorpusInfo, CorpusLibrary


def find_corpus(library: CorpusLibrary, name: str) -> CorpusInfo:
    """A file, which is added to the library, or what the library has under that id.

    Raises `TextError` if there is neither, or if the file is not a text of at least 200 characters.
    """
    data = _contents(Path(name))
    if data is not None:
        return library.add(Path(name).stem, uploads.text_from_bytes(data, Path(name).name), owner=OWNER)
    known = library.list()
    if name not in {info.id for info in known}:
        raise TextError("text_not_found", name=uploads.shown_name(name), n_corpora=len(known))
    return library.info(name, owner=OWNER)


def _contents(path: Path) -> bytes | None:
    """None when there is no such file; reads no more than the largest text that is accepted."""
    try:
        if not path.exists() or path.is_dir():
            return None
        size = path.stat().st_size
        if size > uploads.MAX_BYTES:
            raise TextError("text_too_large", size=size / 2**20, limit=uploads.MAX_BYTES // 2**20)
        with path.open("rb") as file:
            return file.read(uploads.MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TextError("file_unreadable", name=uploads.shown_name(str(path)), reason=reason) from error
