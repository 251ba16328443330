"""The chapters of an EPUB book, in the order of its spine."""

import posixpath
from urllib.parse import unquote

from lmcore.errors import TextError
from lmcore.text.reading.archives import Archive
from lmcore.text.reading.encodings import declared_encoding, decode
from lmcore.text.reading.html import html_to_text
from lmcore.text.reading.xml_events import Start, parse_xml

MEMBER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


def epub_chapters(archive: Archive) -> list[str]:
    """The text of each chapter that has some (EPUB 3.3: container, package, spine).

    Raises `TextError` for a book that is broken, declares entities, or is protected against copying.
    """
    package = _package_path(archive)
    chapters = _spine(archive, package)
    locked = archive.read(_ENCRYPTION) or b"" if _ENCRYPTION in archive.names() else b""
    if any(posixpath.basename(path).encode() in locked for path in chapters if locked):
        raise TextError("book_protected", name=archive.name)
    texts = []
    for path in chapters:
        data = archive.read(path)
        if data:
            page = decode(data, declared=declared_encoding(data)).text
            texts.append(html_to_text(page, main=False))
    if not any(text.strip() for text in texts):
        raise TextError("document_broken", name=archive.name)
    return [text for text in texts if text.strip()]


def _package_path(archive: Archive) -> str:
    found: list[str] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "rootfile":
            found.append(given.get("full-path", ""))

    _parse(archive, MEMBER, start)
    if not found:
        raise TextError("document_broken", name=archive.name)
    return found[0]


def _spine(archive: Archive, package: str) -> list[str]:
    """Names of the members that hold the chapters, each once."""
    paths: dict[str, str] = {}
    order: dict[str, None] = {}
    folder = posixpath.dirname(package)

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "item":
            href = unquote(given.get("href", "").partition("#")[0])
            paths[given.get("id", "")] = posixpath.normpath(posixpath.join(folder, href))
        elif tag == "itemref":
            order[given.get("idref", "")] = None

    _parse(archive, package, start)
    return list(dict.fromkeys(paths[idref] for idref in order if idref in paths))


def _parse(archive: Archive, member: str, start: Start) -> None:
    data = archive.read(member)
    if data is None:
        raise TextError("document_broken", name=archive.name)
    parse_xml(data, archive.name, start, lambda _: None, lambda _: None)
