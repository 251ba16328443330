"""The texts there are to train on: one that every installation has, and what visitors add."""

import hashlib
import importlib.util
import json
import re
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

from lmcore.errors import TextError
from lmcore.text.uploads import check_length, shown_name, text_from_paste

BUILT_IN = "news"
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # for a regular expression
_HAN = re.compile(f"[{HAN}]")
_ID = re.compile(r"[0-9a-f]{12}")
_LANGUAGE_PROBE = 100_000  # characters looked at to guess the language


@dataclass(frozen=True)
class CorpusInfo:
    """What is known of a corpus without reading it."""

    id: str
    name: str
    language: str  # "en" or "zh"
    n_characters: int
    licence: str
    source: str
    sha256: str  # of the text in UTF-8
    owner: str = ""
    built_in: bool = False


@dataclass(frozen=True)
class Corpus:
    """A text to train on."""

    id: str
    name: str
    language: str
    documents: tuple[str, ...]
    licence: str
    source: str
    sha256: str

    @property
    def text(self) -> str:
        """The documents, one newline between two of them."""
        return "\n".join(self.documents)


class CorpusLibrary:
    """The built-in corpus and a folder of added ones.

    A text is kept once, under an id made from its content, with an entry for everyone who added it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list(self) -> list[CorpusInfo]:
        """The built-in corpus, then every entry of every owner by name. Reads no text."""
        entries = []
        for path in self.folder.glob("[0-9a-f]*/*.json"):
            with suppress(FileNotFoundError):  # removed by another visitor since the folder was read
                entries.append(_read_entry(path))
        return [built_in_info(), *sorted(entries, key=lambda info: (info.name.casefold(), info.id))]

    def info(self, id: str, owner: str | None = None) -> CorpusInfo:
        """One corpus, by its `owner`'s entry if there is one; raises `TextError` if the id is unknown."""
        if id == BUILT_IN:
            return built_in_info()
        entries = self._entries(id)
        return _read_entry(entries.get(_entry_name(owner or ""), next(iter(entries.values()))))

    def get(self, id: str) -> Corpus:
        """The corpus with its text; raises `TextError` if there is none of that id."""
        if id == BUILT_IN:
            return built_in_corpus()
        info = self.info(id)
        text = (self.folder / id / "text.txt").read_bytes().decode("utf-8")
        return Corpus(info.id, info.name, info.language, (text,), info.licence, info.source, info.sha256)

    def add(self, name: str, text: str, *, owner: str, licence: str = "", source: str = "") -> CorpusInfo:
        """Store a text as one document; what its owner added before keeps the name it had.

        Raises `TextError` for a text that `text_from_paste` or `check_length` refuses.
        """
        text = text_from_paste(text)
        check_length(text)
        sha256 = text_sha256(text)
        if sha256 == built_in_info().sha256:
            return built_in_info()
        folder = self.folder / sha256[:12]
        entry = folder / _entry_name(owner)
        if not entry.is_file():
            name = shown_name(name) or shown_name(text, 40)
            info = CorpusInfo(sha256[:12], name, language_of(text), len(text), licence, source, sha256, owner)
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / "text.txt", text)
            _write(
                entry, json.dumps(asdict(info), ensure_ascii=False, indent=2)
            )  # last: it makes the corpus exist
        return _read_entry(entry)

    def rename(self, id: str, name: str, *, owner: str) -> CorpusInfo:
        """Rename the owner's entry; raises `TextError` if it is built in or unknown, or the name empty."""
        entry = self._entry(id, owner)
        name = shown_name(name)
        if not name:
            raise TextError("corpus_name_empty", id=id)
        info = replace(_read_entry(entry), name=name)
        _write(entry, json.dumps(asdict(info), ensure_ascii=False, indent=2))
        return info

    def remove(self, id: str, *, owner: str) -> None:
        """Delete the owner's entry, and with the last entry the text; raises `TextError` if there is none."""
        self._entry(id, owner).unlink()
        if not any((self.folder / id).glob("*.json")):
            shutil.rmtree(self.folder / id)

    def _entry(self, id: str, owner: str) -> Path:
        if id == BUILT_IN:
            raise TextError("corpus_built_in", name=built_in_info().name)
        entry = self._entries(id).get(_entry_name(owner))
        return entry or self._refuse(id)

    def _entries(self, id: str) -> dict[str, Path]:
        """The entries of a text by file name."""
        found = sorted((self.folder / id).glob("*.json")) if _ID.fullmatch(id) else []
        return {path.name: path for path in found} or self._refuse(id)

    def _refuse(self, id: str) -> NoReturn:
        raise TextError("corpus_unknown", id=shown_name(id, 40), n_corpora=len(self.list()))


def _entry_name(owner: str) -> str:
    return f"{hashlib.sha256(owner.encode('utf-8', 'replace')).hexdigest()[:16]}.json"


def _read_entry(path: Path) -> CorpusInfo:
    return CorpusInfo(**json.loads(path.read_text(encoding="utf-8")))


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
    unfinished.write_bytes(text.encode("utf-8"))
    unfinished.replace(path)


@cache
def built_in_corpus() -> Corpus:
    """300 short news documents that come with gensim, found without importing it."""
    spec = importlib.util.find_spec("gensim")
    if spec is None or not spec.submodule_search_locations:
        raise TextError("built_in_missing", package="gensim")
    path = Path(spec.submodule_search_locations[0]) / "test" / "test_data" / "lee_background.cor"
    if not path.is_file():
        raise TextError("built_in_missing", package=f"gensim: {path.name}")
    documents = tuple(path.read_text(encoding="utf-8").splitlines())
    return Corpus(
        id=BUILT_IN,
        name="News (300 short Australian reports)",
        language="en",
        documents=documents,
        licence="not stated; gensim ships it as test data",
        source="Lee, Pincombe & Welsh (2005), background documents, as shipped with gensim",
        sha256=text_sha256("\n".join(documents)),
    )


@cache
def built_in_info() -> CorpusInfo:
    """The built-in corpus without its text."""
    corpus = built_in_corpus()
    return CorpusInfo(
        corpus.id,
        corpus.name,
        corpus.language,
        len(corpus.text),
        corpus.licence,
        corpus.source,
        corpus.sha256,
        built_in=True,
    )


def text_sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def language_of(text: str) -> str:
    """ "zh" when more than a fifth of the characters that are not white space are Han, else "en".

    >>> language_of("The cat sat."), language_of("猫坐在 mat 上。")
    ('en', 'zh')
    """
    probe = "".join(text[:_LANGUAGE_PROBE].split())
    return "zh" if len(_HAN.findall(probe)) > 0.2 * max(1, len(probe)) else "en"
