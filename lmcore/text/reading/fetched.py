"""The files of a catalogue entry as documents: what the entry knows of them need not be found out again."""

import gzip
from dataclasses import replace
from itertools import chain
from pathlib import Path

from lmcore.text.catalogue import Entry
from lmcore.text.reading.archives import Archive
from lmcore.text.reading.draft import MAX_BYTES, NO_LABELS, Choices, Draft
from lmcore.text.reading.encodings import decode
from lmcore.text.reading.one_file import documents_of
from lmcore.text.reading.read import read_file

PAIR = "\t"  # between the two sides of a translation


def read_entry(entry: Entry, paths: list[Path]) -> Draft:
    """The documents of an entry, whose files lie at `paths` in the entry's order.

    Of a text that is longer than any upload may be, the beginning. Raises `TextError` like `read_file`.
    """
    if entry.kind == "parallel":
        return Draft(_pairs(entry, paths), format="tsv")
    drafts = [_read(entry, path, file.name) for path, file in zip(paths, entry.files, strict=True)]
    documents = tuple(chain.from_iterable(draft.documents for draft in drafts))
    labels = tuple(chain.from_iterable(draft.labels for draft in drafts))
    if entry.separator:
        parts = (part.strip() for text in documents for part in text.split(entry.separator))
        documents = tuple(part for part in parts if part)
    names = dict(entry.label_names)
    return replace(drafts[0], documents=documents, labels=tuple(names.get(label, label) for label in labels))


def _read(entry: Entry, path: Path, name: str) -> Draft:
    text_column = entry.columns[0] if entry.columns else ""
    label = "" if entry.label == "folder" else entry.label or NO_LABELS
    choices = Choices(text_column=text_column, label_column=label)
    if not entry.member or entry.member.endswith("/"):
        return read_file(path, name, choices)
    with Archive(path, name) as archive:
        data = archive.read(entry.member) or b""
    return documents_of(decode(data[:MAX_BYTES]), entry.member, choices)


def _pairs(entry: Entry, paths: list[Path]) -> tuple[str, ...]:
    """Sentence and translation, one pair a document."""
    lines = [_unpacked(path).decode("utf-8").splitlines() for path in paths]
    if len(paths) == 1:
        cells = (line.split(PAIR) for line in lines[0])
        return tuple(PAIR.join(row[:2]) for row in cells if len(row) > 1)
    return tuple(PAIR.join(pair) for pair in zip(*lines, strict=False) if all(pair))


def _unpacked(path: Path) -> bytes:
    """The bytes of a file, or of what it holds where it is packed; its hash has been checked."""
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
