"""The texts there are to train on: one that every installation has, and what visitors add."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from uuid import uuid4

from lmcore.errors import TextError
from lmcore.text.uploads import check_length, shown_name, text_from_paste

BUILT_IN = "news"
HAN = "㐀-䶿一-鿿豈-﫿𠀀-𲎯"
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
    """The built-in corpus and a folder of added ones, each kept once, under an id made from its content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list(self) -> list[CorpusInfo]:
        """All corpora, the built-in one first, then by name. Reads no text."""
        added = []
        for path in self.folder.glob("[0-9a-f]*/corpus.json"):
            with suppress(FileNotFoundError):  # removed by another visitor since the folder was read
                added.append(self._read_info(path.parent))
        return [built_in_info(), *sorted(added, key=lambda info: (info.name.casefold(), info.id))]

    def info(self, id: str) -> CorpusInfo:
        """What is known of one corpus; raises `TextError` if there is none of that id."""
        return built_in_info() if id == BUILT_IN else self._read_info(self._folder_of(id))

    def get(self, id: str) -> Corpus:
        """The corpus with its text; raises `TextError` if there is none of that id."""
        if id == BUILT_IN:
            return built_in_corpus()
        folder = self._folder_of(id)
        info = self._read_info(folder)
        text = (folder / "text.txt").read_bytes().decode("utf-8")
        return Corpus(info.id, info.name, info.language, (text,), info.licence, info.source, info.sha256)

    def add(self, name: str, text: str, *, owner: str, licence: str = "", source: str = "") -> CorpusInfo:
        """Store a text as one document. The same text again, from whomever, gives the corpus already there.

        Raises `TextError` for a text that `text_from_paste` or `check_length` refuses.
        """
        text = text_from_paste(text)
        check_length(text)
        sha256 = text_sha256(text)
        if sha256 == built_in_info().sha256:
            return built_in_info()
        folder = self.folder / sha256[:12]
        if not (folder / "corpus.json").is_file():
            name = shown_name(name) or shown_name(text, 40)
            language = language_of(text)
            info = CorpusInfo(sha256[:12], name, language, len(text), licence, source, sha256, owner)
            self._store(folder, info, text)
        return self._read_info(folder)

    def rename(self, id: str, name: str) -> CorpusInfo:
        """Rename an added corpus; raises `TextError` if it is built in or unknown, or the name empty."""
        folder = self._folder_of_added(id)
        name = shown_name(name)
        if not name:
            raise TextError("corpus_name_empty", id=id)
        info = replace(self._read_info(folder), name=name)
        _write_info(folder, info)
        return info

    def remove(self, id: str) -> None:
        """Delete an added corpus; raises `TextError` if it is built in or unknown."""
        folder = self._folder_of_added(id)
        (folder / "corpus.json").unlink()  # first, so that a half-removed corpus is not listed
        shutil.rmtree(folder)

    def _store(self, folder: Path, info: CorpusInfo, text: str) -> None:
        """Write both files beside their place, then move them there in one rename."""
        unfinished = self.folder / f".{info.id}-{uuid4().hex}"
        unfinished.mkdir(parents=True)
        try:
            (unfinished / "text.txt").write_bytes(text.encode("utf-8"))
            _write_info(unfinished, info)
            shutil.rmtree(folder, ignore_errors=True)  # what a removal that was cut off left behind
            unfinished.rename(folder)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            if not (folder / "corpus.json").is_file():  # else another process stored the same text just now
                raise

    def _read_info(self, folder: Path) -> CorpusInfo:
        return CorpusInfo(**json.loads((folder / "corpus.json").read_text(encoding="utf-8")))

    def _folder_of(self, id: str) -> Path:
        folder = self.folder / id
        if not _ID.fullmatch(id) or not (folder / "corpus.json").is_file():
            raise TextError("corpus_unknown", id=shown_name(id, 40), n_corpora=len(self.list()))
        return folder

    def _folder_of_added(self, id: str) -> Path:
        if id == BUILT_IN:
            raise TextError("corpus_built_in", name=built_in_info().name)
        return self._folder_of(id)


def _write_info(folder: Path, info: CorpusInfo) -> None:
    unfinished = folder / f"corpus.json.{os.getpid()}.tmp"
    unfinished.write_text(json.dumps(asdict(info), ensure_ascii=False, indent=2), encoding="utf-8")
    unfinished.replace(folder / "corpus.json")


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
