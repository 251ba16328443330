"""The texts that every installation has: a constructed world in two languages, news, and an encyclopaedia.

Their sizes and hashes stand here, so that nobody has to read a text to list it; a test compares both.
"""

import bz2
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lmcore.errors import TextError
from lmcore.text.corpus import Corpus, CorpusInfo

WORLD_SEED = 1
SENTENCE_WORDS = 200_000
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
    slow: bool = False  # takes longer to make than to read back

    def corpus(self, documents: tuple[str, ...]) -> Corpus:
        """The corpus, given its documents."""
        info = self.info
        return Corpus(info.id, info.name, info.language, documents, info.licence, info.source, info.sha256)


@cache
def _world(language: str) -> tuple[str, ...]:
    from lmcore.text.small_world.documents import world_documents

    return world_documents(language, seed=WORLD_SEED)


@cache
def _sentences(language: str) -> tuple[str, ...]:
    from lmcore.text.small_world.sentences import sentences

    return tuple(sentences(language, SENTENCE_WORDS, WORLD_SEED))


def true_words(corpus_id: str) -> list[list[str]] | None:
    """The words of the world's sentences as they were meant, which no splitter of Chinese finds without fail.

    None for all other texts.

    >>> true_words("sentences_zh")[0][:4], true_words("news")
    (['叔叔', '看', '着', '旅行箱'], None)
    """
    if corpus_id not in ("sentences_en", "sentences_zh"):
        return None
    from lmcore.text.small_world.sentences import sentence_words

    return list(sentence_words(corpus_id.removeprefix("sentences_"), SENTENCE_WORDS, WORLD_SEED))


def _news() -> tuple[str, ...]:
    """300 short documents; nothing of gensim is imported."""
    return tuple(carried_by_gensim(_NEWS).read_text(encoding="utf-8").splitlines())


def _wikipedia() -> tuple[str, ...]:
    """Articles as gensim takes them out of their mark-up, without headings' and bold letters' signs."""
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki  # brings all of gensim

    with bz2.open(carried_by_gensim(_WIKIPEDIA)) as file:
        pages = [(title, text) for title, text, _ in extract_pages(file)]
    articles = (
        (title, filter_wiki(text)) for title, text in pages if not text.lower().startswith("#redirect")
    )
    return tuple(f"{title}\n\n{_plain(text)}" for title, text in articles)


def _plain(text: str) -> str:
    text = _HEADING.sub(r"\1", _BOLD.sub("", text))
    return _BLANK.sub("\n\n", text).strip()


def carried_by_gensim(name: str) -> Path:
    """A file of gensim's test data, without importing gensim; raises `TextError` when it is not installed."""
    spec = importlib.util.find_spec("gensim")
    if spec is None or not spec.submodule_search_locations:
        raise TextError("built_in_missing", package="gensim")
    path = Path(spec.submodule_search_locations[0]) / "test" / "test_data" / name
    if not path.is_file():
        raise TextError("built_in_missing", package=f"gensim: {name}")
    return path


def _info(id: str) -> CorpusInfo:
    name, licence, source = _TOLD[id]
    language, n_documents, n_characters, n_distinct, sha256 = _FACTS[id]
    constructed = id.startswith(("world", "sentences"))
    return CorpusInfo(
        id, name, language, n_characters, licence, source, sha256,
        built_in=True, n_documents=n_documents, constructed=constructed, n_distinct=n_distinct,
    )  # fmt: skip


_OURS = ("as this app", "made by lmcore.text.small_world from word lists in assets/small_world")
_TOLD = {  # name, licence, source
    "world_en": ("A small world", *_OURS),
    "world_zh": ("小世界", *_OURS),
    "sentences_en": ("World sentences", *_OURS),
    "sentences_zh": ("小世界句子", *_OURS),
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
_FACTS = {  # language, documents, characters, different ones, SHA-256 of the content
    "world_en": (
        "en",
        3_246,
        1_138_276,
        64,
        "4e0c7681f1576a71476a5efe5fb2f3ca45f64284794c8a5ef9eac930d104f697",
    ),
    "world_zh": (
        "zh",
        4_900,
        538_311,
        1_204,
        "a87036d43c0346a1fb1ee7d2bbee9ee99c0a56226bcea8f128469eaec83ab4ed",
    ),
    "sentences_en": (
        "en",
        21_790,
        1_090_848,
        62,
        "7b29818c1691b7aaa6faefe27d17ea7c8fc6af360db2d668763caba2b1a9f2c9",
    ),
    "sentences_zh": (
        "zh",
        22_006,
        387_469,
        955,
        "70f1026ce0e5d3703164d7c114a5d956e957ca4e9ac1cac3ae57833fd344e092",
    ),
    "news": ("en", 300, 360_082, 81, "d31ec76319807a666fe35230f94182b155813f33c77a213db36a23a07b7703d9"),
    "wikipedia": (
        "en",
        106,
        3_051_577,
        461,
        "524a16630171b4d6681fddd0fdcda07513caef9ee078670abcff46b3eb468301",
    ),
}
BUILT_INS: dict[str, BuiltIn] = {
    "world_en": BuiltIn(_info("world_en"), lambda: _world("en")),
    "world_zh": BuiltIn(_info("world_zh"), lambda: _world("zh")),
    "sentences_en": BuiltIn(_info("sentences_en"), lambda: _sentences("en")),
    "sentences_zh": BuiltIn(_info("sentences_zh"), lambda: _sentences("zh")),
    "news": BuiltIn(_info("news"), _news),
    "wikipedia": BuiltIn(_info("wikipedia"), _wikipedia, slow=True),
}


def built_in_corpus(id: str) -> Corpus:
    """A built-in corpus made anew; `CorpusLibrary.get` reads slow ones back instead."""
    return BUILT_INS[id].corpus(BUILT_INS[id].documents())
