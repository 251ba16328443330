"""The texts that every installation has: a constructed world in two languages, news, and an encyclopaedia.

Their sizes and hashes stand here, so that nobody has to read a text to list it; a test compares both.
"""

import bz2
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lmcore.errors import TextError
from lmcore.text.corpus import Corpus, CorpusInfo

WORLD_WORDS = {"en": 110_000, "zh": 90_000}
WORLD_SEED = 1
_NEWS = "lee_background.cor"
_WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
_BOLD = re.compile(r"'{2,}")
_HEADING = re.compile(r"^=+\s*(.*?)\s*=+\s*$", re.MULTILINE)
_BLANK = re.compile(r"\s*\n\s*\n\s*")


@dataclass(frozen=True)
class BuiltIn:
    """A text that comes with the app, or with a package it needs."""

    info: CorpusInfo
    documents: Callable[[], tuple[str, ...]]
    slow: bool  # takes longer to make than to read back

    def corpus(self, documents: tuple[str, ...]) -> Corpus:
        """The corpus, given its documents."""
        info = self.info
        return Corpus(info.id, info.name, info.language, documents, info.licence, info.source, info.sha256)


def _world(language: str) -> tuple[str, ...]:
    from lmcore.text.small_world.documents import world_documents

    return world_documents(language, WORLD_WORDS[language], WORLD_SEED)


def _news() -> tuple[str, ...]:
    """300 short documents; nothing of gensim is imported."""
    return tuple(_carried_by_gensim(_NEWS).read_text(encoding="utf-8").splitlines())


def _wikipedia() -> tuple[str, ...]:
    """Articles as gensim takes them out of their mark-up, without headings' and bold letters' signs."""
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki  # brings all of gensim

    with bz2.open(_carried_by_gensim(_WIKIPEDIA)) as file:
        pages = [(title, text) for title, text, _ in extract_pages(file)]
    articles = (
        (title, filter_wiki(text)) for title, text in pages if not text.lower().startswith("#redirect")
    )
    return tuple(f"{title}\n\n{_plain(text)}" for title, text in articles)


def _plain(text: str) -> str:
    text = _HEADING.sub(r"\1", _BOLD.sub("", text))
    return _BLANK.sub("\n\n", text).strip()


def _carried_by_gensim(name: str) -> Path:
    spec = importlib.util.find_spec("gensim")
    if spec is None or not spec.submodule_search_locations:
        raise TextError("built_in_missing", package="gensim")
    path = Path(spec.submodule_search_locations[0]) / "test" / "test_data" / name
    if not path.is_file():
        raise TextError("built_in_missing", package=f"gensim: {name}")
    return path


def _info(id: str, language: str, n_documents: int, n_characters: int, sha256: str) -> CorpusInfo:
    name, licence, source = _TOLD[id]
    constructed = id.startswith("world")
    return CorpusInfo(
        id, name, language, n_characters, licence, source, sha256,
        built_in=True, n_documents=n_documents, constructed=constructed,
    )  # fmt: skip


_OURS = ("as this app", "made by lmcore.text.small_world from word lists in assets/small_world")
_TOLD = {  # name, licence, source
    "world_en": ("A small world", *_OURS),
    "world_zh": ("小世界", *_OURS),
    "news": (
        "News (300 short Australian reports)",
        "not stated; gensim ships it as test data",
        "Lee, Pincombe & Welsh (2005), background documents, as shipped with gensim",
    ),
    "wikipedia": (
        "Wikipedia (106 articles from A)",
        "CC BY-SA 3.0",
        "English Wikipedia, part of a dump, as shipped with gensim",
    ),
}
BUILT_INS: dict[str, BuiltIn] = {
    built_in.info.id: built_in
    for built_in in (
        BuiltIn(_info("world_en", "en", 0, 0, ""), lambda: _world("en"), slow=True),
        BuiltIn(_info("world_zh", "zh", 0, 0, ""), lambda: _world("zh"), slow=True),
        BuiltIn(_info("news", "en", 300, 0, ""), _news, slow=False),
        BuiltIn(_info("wikipedia", "en", 106, 0, ""), _wikipedia, slow=True),
    )
}


def built_in_corpus(id: str) -> Corpus:
    """A built-in corpus made anew; `CorpusLibrary.get` reads slow ones back instead."""
    return BUILT_INS[id].corpus(BUILT_INS[id].documents())
