"""The texts there are to train on: those that every installation has, and what visitors add."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import accumulate
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

from lmcore.errors import TextError
from lmcore.text.built_in import BUILT_INS, BuiltIn
from lmcore.text.corpus import Corpus, CorpusInfo, content_sha256, language_of
from lmcore.text.uploads import check_length, shown_name, text_from_paste

_ID = re.compile(r"[0-9a-f]{12}")
_READ_BACK = "_built_in"  # built-in texts that take long to make, as a folder beside the added ones
_TEXT = "text.txt"
_PARTS = "documents.jsn"  # how long each document is, and its label; the entries are the only *.json


class CorpusLibrary:
    """The built-in corpora and a folder of added ones.

    A text is kept once, under an id made from its content, with an entry for everyone who added it.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.folder = folder
        self.cache = cache  # what was made of the texts, which goes with them

    def list(self) -> list[CorpusInfo]:
        """The built-in corpora, then every entry of every owner by name. Reads no text."""
        entries = []
        for path in self.folder.glob("[0-9a-f]*/*.json"):
            with suppress(FileNotFoundError):  # removed by another visitor since the folder was read
                entries.append(_read_entry(path))
        built_in = [built_in.info for built_in in BUILT_INS.values()]
        return [*built_in, *sorted(entries, key=lambda info: (info.name.casefold(), info.id))]

    def info(self, id: str, owner: str | None = None) -> CorpusInfo:
        """One corpus, by its `owner`'s entry if there is one; raises `TextError` if the id is unknown."""
        if id in BUILT_INS:
            return BUILT_INS[id].info
        entries = self._entries(id)
        return _read_entry(entries.get(_entry_name(owner or ""), next(iter(entries.values()))))

    def get(self, id: str) -> Corpus:
        """The corpus with its text; raises `TextError` if there is none of that id."""
        if id in BUILT_INS:
            return BUILT_INS[id].corpus(self._built_in_documents(BUILT_INS[id]))
        info = self.info(id)
        documents, labels = _read_documents(self.folder / id)
        return Corpus(
            info.id, info.name, info.language, documents, info.licence, info.source, info.sha256, labels
        )

    def opening(self, id: str, n_characters: int = 2_000) -> str:
        """The first characters of a text, without reading the rest; raises `TextError`.

        "" for a built-in text that has to be made first, which is not for those who are in a hurry.
        """
        info = self.info(id)
        path = self._folder(info) / _TEXT
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                return file.read(n_characters).lstrip()
        slow = info.built_in and BUILT_INS[id].slow
        return "" if slow else self.get(id).text[:n_characters].lstrip()

    def _folder(self, info: CorpusInfo) -> Path:
        return self.folder / _READ_BACK / info.sha256[:12] if info.built_in else self.folder / info.id

    def add(
        self,
        name: str,
        documents: str | Sequence[str],
        *,
        owner: str,
        labels: Sequence[str] = (),
        licence: str = "",
        source: str = "",
        format: str = "txt",
        encoding: str = "utf-8",
        certain: bool = True,
    ) -> CorpusInfo:
        """Store one text or several documents; what its owner added before keeps the name it had.

        Raises `TextError` for a text that `text_from_paste` or `check_length` refuses.
        """
        documents = [text_from_paste(documents)] if isinstance(documents, str) else list(documents)
        text = "\n".join(documents)
        check_length(text)
        sha256 = content_sha256(documents, labels)
        known = next((b.info for b in BUILT_INS.values() if b.info.sha256 == sha256), None)
        if known is not None:
            return known
        folder = self.folder / sha256[:12]
        entry = folder / _entry_name(owner)
        if not entry.is_file():
            info = CorpusInfo(
                sha256[:12], shown_name(name) or shown_name(text[:200], 40), language_of(text), len(text),
                licence, source, sha256, owner, n_documents=len(documents), labelled=bool(labels),
                n_distinct=len(set(text)),
                format=format, encoding=encoding, certain=certain,
            )  # fmt: skip
            _write_documents(folder, documents, labels)
            _write_entry(entry, info)  # last: it makes the corpus exist
        return _read_entry(entry)

    def rename(self, id: str, name: str, *, owner: str) -> CorpusInfo:
        """Rename the owner's entry; raises `TextError` if it is built in or unknown, or the name empty."""
        name = shown_name(name)
        if not name:
            raise TextError("corpus_name_empty", id=id)
        return self._change(id, owner, name=name)

    def describe(
        self,
        id: str,
        *,
        owner: str,
        name: str | None = None,
        licence: str | None = None,
        source: str | None = None,
    ) -> CorpusInfo:
        """Change what the owner's entry says of the text; raises `TextError` like `rename`."""
        if name is not None:
            self.rename(id, name, owner=owner)
        told = {"licence": licence, "source": source}
        given = {key: shown_name(value, 300) for key, value in told.items() if value is not None}
        return self._change(id, owner, **given)

    def remove(self, id: str, *, owner: str) -> None:
        """Delete the owner's entry, and with the last entry the text; raises `TextError` if there is none."""
        self._entry(id, owner).unlink()
        if not any((self.folder / id).glob("*.json")):
            shutil.rmtree(self.folder / id)
            if self.cache is not None:
                shutil.rmtree(self.cache / "tokens" / id, ignore_errors=True)

    def _change(self, id: str, owner: str, **values: str) -> CorpusInfo:
        entry = self._entry(id, owner)
        info = replace(_read_entry(entry), **values)  # type: ignore[arg-type]
        _write_entry(entry, info)
        return info

    def _entry(self, id: str, owner: str) -> Path:
        if id in BUILT_INS:
            raise TextError("corpus_built_in", name=BUILT_INS[id].info.name)
        entry = self._entries(id).get(_entry_name(owner))
        return entry or self._refuse(id)

    def _entries(self, id: str) -> dict[str, Path]:
        """The entries of a text by file name."""
        found = sorted((self.folder / id).glob("*.json")) if _ID.fullmatch(id) else []
        return {path.name: path for path in found} or self._refuse(id)

    def _refuse(self, id: str) -> NoReturn:
        raise TextError("corpus_unknown", id=shown_name(id, 40), n_corpora=len(self.list()))

    def _built_in_documents(self, built_in: BuiltIn) -> tuple[str, ...]:
        """Made once, and read back from then on where that is faster."""
        if not built_in.slow:
            return built_in.documents()
        folder = self._folder(built_in.info)
        if not (folder / _TEXT).is_file():
            _write_documents(folder, built_in.documents(), ())
        return _read_documents(folder)[0]


def _entry_name(owner: str) -> str:
    return f"{hashlib.sha256(owner.encode('utf-8', 'replace')).hexdigest()[:16]}.json"


def _read_entry(path: Path) -> CorpusInfo:
    return CorpusInfo(**json.loads(path.read_text(encoding="utf-8")))


def _write_entry(path: Path, info: CorpusInfo) -> None:
    _write(path, json.dumps(asdict(info), ensure_ascii=False, indent=2))


def _write_documents(folder: Path, documents: Sequence[str], labels: Sequence[str]) -> None:
    """The text, and beside it, where there are several documents or labels, what tells them apart."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(documents) > 1 or labels:
        parts = {"lengths": [len(document) for document in documents], "labels": list(labels)}
        _write(folder / _PARTS, json.dumps(parts, ensure_ascii=False))
    _write(folder / _TEXT, "\n".join(documents))  # last: it says that all is there


def _read_documents(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Documents and labels as `_write_documents` kept them."""
    text = (folder / _TEXT).read_bytes().decode("utf-8")
    if not (folder / _PARTS).is_file():
        return (text,), ()
    parts = json.loads((folder / _PARTS).read_text(encoding="utf-8"))
    return tuple(_cut(text, parts["lengths"])), tuple(parts["labels"])


def _cut(text: str, lengths: list[int]) -> Iterator[str]:
    ends = accumulate(length + 1 for length in lengths)  # one newline after each
    return (text[end - 1 - length : end - 1] for length, end in zip(lengths, ends, strict=True))


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
    unfinished.write_bytes(text.encode("utf-8"))
    unfinished.replace(path)
