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
    slow: bool  # takes longer to make than to read back

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
    constructed = id.startswith(("world", "sentences"))
    return CorpusInfo(
        id, name, language, n_characters, licence, source, sha256,
        built_in=True, n_documents=n_documents, constructed=constructed,
    )  # fmt: skip


_OURS = ("as this app", "made by lmcore.text.small_world from word lists in assets/small_world")
_TOLD = {  # name, licence, source
    "world_en": ("A small world", *_OURS),
    "world_zh": ("小世界", *_OURS),
    "sentences_en": ("A small world in sentences", *_OURS),
    "sentences_zh": ("小世界的句子", *_OURS),
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
        BuiltIn(
            _info(
                "world_en",
                "en",
                3_164,
                1_136_622,
                "d832167f4e4f9a485f3ae24465b78b80b4260afb5e4b3960270bce4b0cd8a0ff",
            ),
            lambda: _world("en"),
            slow=False,
        ),
        BuiltIn(
            _info(
                "world_zh",
                "zh",
                4_661,
                535_563,
                "a34ac27a43d97a3ac3cb37a0cf48ff71eaedb8c237634a0de4cab22ac6f873e2",
            ),
            lambda: _world("zh"),
            slow=False,
        ),
        BuiltIn(
            _info(
                "sentences_en",
                "en",
                21_718,
                1_089_386,
                "33be59f5c20a3878145fb4557c4433cd7da24ee95ff181b1f4390146833f933d",
            ),
            lambda: _sentences("en"),
            slow=False,
        ),
        BuiltIn(
            _info(
                "sentences_zh",
                "zh",
                21_990,
                388_697,
                "558513de1ad1944bc99803c2afb7344da8e1a950023f24cbf318c734df023e16",
            ),
            lambda: _sentences("zh"),
            slow=False,
        ),
        BuiltIn(
            _info(
                "news", "en", 300, 360_082, "d31ec76319807a666fe35230f94182b155813f33c77a213db36a23a07b7703d9"
            ),
            _news,
            slow=False,
        ),
        BuiltIn(
            _info(
                "wikipedia",
                "en",
                106,
                3_051_577,
                "524a16630171b4d6681fddd0fdcda07513caef9ee078670abcff46b3eb468301",
            ),
            _wikipedia,
            slow=True,
        ),
    )
}


def built_in_corpus(id: str) -> Corpus:
    """A built-in corpus made anew; `CorpusLibrary.get` reads slow ones back instead."""
    return BUILT_INS[id].corpus(BUILT_INS[id].documents())
