"""Any file's bytes as documents of text, or a sentence that says why not."""

from pathlib import Path

from lmcore.errors import TextError
from lmcore.text.reading.archives import Archive
from lmcore.text.reading.docx import MEMBER as DOCX_MEMBER
from lmcore.text.reading.docx import docx_text
from lmcore.text.reading.draft import MAX_BYTES, Choices, Draft
from lmcore.text.reading.encodings import declared_encoding, decode
from lmcore.text.reading.epub import MEMBER as EPUB_MEMBER
from lmcore.text.reading.epub import epub_chapters
from lmcore.text.reading.formats import format_of_bytes
from lmcore.text.reading.one_file import documents_of
from lmcore.text.reading.pdf import pdf_text
from lmcore.text.reading.zip_files import read_zip
from lmcore.text.uploads import shown_name

_HEAD = 4096  # bytes that show what a file is
_NO_CHOICES = Choices()


def read_file(path: Path, name: str, choices: Choices = _NO_CHOICES) -> Draft:
    """The documents of the file at `path`, which its owner calls `name`; blocking, seconds for large ones.

    A page stays HTML, as `cleaning` has a step for it.

    Raises `TextError` for a file that is too large, holds no text, or is made to do harm.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise TextError("text_too_large", size=size / 2**20, limit=MAX_BYTES // 2**20)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    kind = format_of_bytes(head)
    if kind == "zip":
        return _read_archive(path, name, choices)
    if kind == "pdf":
        return _with_text(Draft((pdf_text(path, name),), format="pdf", encoding="—"))
    if kind:
        raise TextError("file_not_text", name=shown_name(name), kind=kind)
    declared = declared_encoding(head) if head.lstrip()[:1] == b"<" else ""
    decoded = decode(path.read_bytes(), choices.encoding, declared)
    return documents_of(decoded, name, choices, keep_markup=True)


def _read_archive(path: Path, name: str, choices: Choices) -> Draft:
    with Archive(path, name) as archive:
        names = archive.names()
        if DOCX_MEMBER in names:
            return _with_text(Draft((docx_text(archive),), format="docx"))
        if EPUB_MEMBER in names:
            return _with_text(Draft(tuple(epub_chapters(archive)), format="epub"))
        return read_zip(archive, choices)


def _with_text(draft: Draft) -> Draft:
    if not any(document.strip() for document in draft.documents):
        raise TextError("text_empty", length=sum(map(len, draft.documents)))
    return draft
