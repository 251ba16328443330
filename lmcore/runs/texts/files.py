"""Files that visitors have uploaded or fetched, and the texts made of them."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from uuid import uuid4
from zipfile import is_zipfile

from lmcore.errors import TextError
from lmcore.runs.home import UPLOADS_KEPT_H, Home
from lmcore.runs.texts.shared import Part
from lmcore.text.catalogue import entry
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import CorpusInfo
from lmcore.text.reading.archives import Archive
from lmcore.text.reading.draft import Choices, Draft
from lmcore.text.reading.fetched import read_entry
from lmcore.text.reading.html import html_to_text
from lmcore.text.reading.read import read_file

LOOKED_AT_CHARACTERS = 600
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "vocab.txt")
_UPLOAD = re.compile(r"[0-9a-f]{24}")


def look(home: Home, corpus: str, file: str, choices: Part) -> Iterator[Part]:
    """What there is in an uploaded file, without keeping any of it."""
    draft = _draft(home, corpus, file, choices)
    yield {
        "format": draft.format,
        "encoding": draft.encoding,
        "certain": draft.certain,
        "guesses": [asdict(guess) for guess in draft.guesses],
        "columns": list(draft.columns),
        "text_column": draft.text_column,
        "label_column": draft.label_column,
        "rows": [list(row) for row in draft.rows],
        "notes": [asdict(note) for note in draft.notes],
        "n_documents": len(draft.documents),
        "n_characters": sum(map(len, draft.documents)),
        "preview": _preview(draft),
    }


def _preview(draft: Draft) -> str:
    """How the first document begins, a page without its tags."""
    first = draft.documents[0]
    return (html_to_text(first) if draft.format == "html" else first)[:LOOKED_AT_CHARACTERS]


def take_in(
    home: Home, corpus: str, file: str, choices: Part, title: str, owner: str, licence: str, origin: str
) -> Iterator[Part]:
    """Make a text of the library out of an uploaded file, and remove the file."""
    draft = _draft(home, corpus, file, choices)
    yield {"progress": 0.5}
    info = _add(home, draft, title or file, owner=owner, licence=licence, source=origin)
    uploaded(home, corpus).unlink(missing_ok=True)
    yield {"info": asdict(info)}


def take_in_entry(home: Home, corpus: str, files: list[str], title: str, owner: str) -> Iterator[Part]:
    """Make a text of the library out of the files of a catalogue entry."""
    known = entry(corpus)
    draft = read_entry(known, [home.downloads / Path(name).name for name in files])
    yield {"progress": 0.5}
    info = _add(home, draft, title, owner=owner, licence=known.licence, source=known.source)
    yield {"info": asdict(info)}


def tokenizer_files(home: Home, upload: str) -> Path:
    """An uploaded tokenizer: the file itself, or a folder of those files of an archive that are needed.

    Raises `TextError` for an archive that is broken, made to do harm, or holds no tokenizer.
    """
    path = uploaded(home, upload)
    if not is_zipfile(path):
        return path
    folder = home.uploads / f"{upload}-files"
    if folder.is_dir():
        return folder
    with Archive(path, path.name) as archive:
        members = {PurePosixPath(member.filename).name: member for member in archive.members()}
        found = {name: archive.read(members[name]) for name in TOKENIZER_FILES if name in members}
    if not found:
        raise TextError("tokenizer_not_in_zip", names=", ".join(TOKENIZER_FILES))
    unfinished = home.uploads / f"{upload}-{uuid4().hex}"
    unfinished.mkdir()
    for name, data in found.items():
        if data is not None:  # damaged
            (unfinished / name).write_bytes(data)
    unfinished.rename(folder)
    return folder


def _add(home: Home, draft: Draft, title: str, **told: str) -> CorpusInfo:
    return CorpusLibrary(home.corpora).add(
        title,
        draft.documents,
        labels=draft.labels,
        format=draft.format,
        encoding=draft.encoding,
        certain=draft.certain,
        owner=told["owner"],
        licence=told["licence"],
        source=told["source"],
    )


def _draft(home: Home, upload: str, file: str, choices: Part) -> Draft:
    return read_file(uploaded(home, upload), file, Choices(**choices))


def uploaded(home: Home, upload: str) -> Path:
    """The file of that name among the uploads; raises `TextError` if it is gone."""
    path = home.uploads / upload
    if not _UPLOAD.fullmatch(upload) or not path.is_file():
        raise TextError("upload_gone", hours=UPLOADS_KEPT_H)
    return path
