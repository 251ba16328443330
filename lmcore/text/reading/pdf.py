"""The text layer of a PDF, page by page, with the optional package pypdf."""

import logging
from importlib.util import find_spec
from pathlib import Path

from lmcore.errors import TextError
from lmcore.text.reading.draft import MAX_UNPACKED_BYTES
from lmcore.text.uploads import shown_name


def pdf_text(path: Path, name: str) -> str:
    """The text of all pages, each beginning on a new line.

    Raises `TextError` where pypdf is missing, and for a file that is broken, encrypted, or all pictures.
    """
    if find_spec("pypdf") is None:
        raise TextError("pdf_missing", name=shown_name(name))
    pages = _pages(path, shown_name(name))
    text = "\n".join(pages)
    if not text.strip():
        raise TextError("pdf_no_text", name=shown_name(name), n_pages=len(pages))
    return text


def _pages(path: Path, name: str) -> list[str]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells the terminal of every small fault
    pages: list[str] = []
    n_characters = 0
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextError("pdf_encrypted", name=name)
        for page in reader.pages:
            pages.append(page.extract_text())
            n_characters += len(pages[-1])
            if n_characters > MAX_UNPACKED_BYTES:
                raise TextError("zip_too_large", name=name, limit=MAX_UNPACKED_BYTES // 2**20)
    except TextError:
        raise
    except Exception as error:  # pypdf raises whatever a malformed object leads to
        raise TextError("document_broken", name=name) from error
    return pages
