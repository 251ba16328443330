"""Search a corpus for a pattern or a plain text, with what stands around each hit.

Patterns are a visitor's: what may take for ever or fill the memory ends with a sentence.
"""

import math
import re
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import regex

from lmcore.errors import TextError

LONGEST_QUERY = 200  # characters
SHOWN = 200  # hits
CONTEXT = 60  # characters on each side
TICKS = 800  # places in the whole text that are told apart
SECONDS = 5.0  # of waiting: a busy machine takes three for every "e" of ten megabytes
_MOST_REPEATS = 100_000  # in one another: each is written out when the pattern is compiled
_REPEAT = re.compile(r"\{(\d*),?(\d*)\}")
_RECURSION = re.compile(r"\(\?(?:R|&|P>|[+-]?\d)")  # without an end it fills a gigabyte in two seconds
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s")
_LONGEST_PART = 20  # of a word that a context loses; a script without spaces keeps all of it


@dataclass(frozen=True)
class Hit:
    """One place: `start` counts the characters (code points) of document `i` before it."""

    i: int
    start: int
    before: str
    match: str
    after: str


@dataclass(frozen=True)
class Found:
    """How often the query occurs and where first."""

    query: str
    n_hits: int
    n_documents: int  # with a hit
    hits: tuple[Hit, ...]  # the first `SHOWN`
    ticks: tuple[float, ...] = ()  # where in the whole text there is any, as shares of it

    def to_json(self) -> dict[str, object]:
        """Plain values; `truncated` says that there are more hits than are shown."""
        hits = [asdict(hit) for hit in self.hits]
        return {**asdict(self), "hits": hits, "truncated": self.n_hits > len(hits)}


def search(
    documents: Sequence[str],
    query: str,
    *,
    plain: bool = False,
    match_case: bool = False,
    seconds: float = SECONDS,
) -> Found:
    """Find `query`, a regular expression or with `plain` the text itself, in every document.

    ^ and $ stand for the ends of a line. Matches of no character are not counted. Raises `TextError` for a
    query that is empty, too long, no pattern, fits everywhere, or takes longer than `seconds`.

    >>> found = search(["The cat sat.", "No cats."], r"cats?")
    >>> found.n_hits, found.n_documents, found.hits[1]
    (2, 2, Hit(i=1, start=3, before='No ', match='cats', after='.'))
    """
    pattern = _compiled(query, plain, match_case)
    try:
        return _found(pattern, _shown(query), documents, time.monotonic() + seconds)
    except (TimeoutError, MemoryError, RecursionError) as error:
        raise TextError("search_too_slow", pattern=_shown(query), seconds=seconds) from error


def _found(pattern: regex.Pattern[str], query: str, documents: Sequence[str], deadline: float) -> Found:
    """Search until `deadline`; raises `TimeoutError`, or `MemoryError` for a pattern with too many ways."""
    n_hits, n_documents, hits = 0, 0, []
    per_character = TICKS / max(1, sum(map(len, documents)))
    ticks: set[int] = set()
    offset = 0
    for i, document in enumerate(documents):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        n_before = n_hits
        for match in pattern.finditer(document, timeout=left):
            start, end = match.span()
            if start == end:
                continue
            n_hits += 1
            ticks.add(int((offset + start) * per_character))
            if len(hits) < SHOWN:
                hits.append(_hit(i, document, start, end))
        n_documents += n_hits > n_before
        offset += len(document)
    return Found(query, n_hits, n_documents, tuple(hits), tuple(tick / TICKS for tick in sorted(ticks)))


def _compiled(query: str, plain: bool, match_case: bool) -> regex.Pattern[str]:
    if not query:
        raise TextError("search_empty")
    if len(query) > LONGEST_QUERY:
        raise TextError("search_too_long", length=len(query), limit=LONGEST_QUERY)
    if not plain:
        _check_size(query)
    flags = regex.MULTILINE if match_case else regex.MULTILINE | regex.IGNORECASE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what older versions read otherwise
            pattern = regex.compile(regex.escape(query) if plain else query, flags)
    except (regex.error, ValueError) as error:
        at = min(getattr(error, "pos", None) or 0, len(query))
        raise TextError("search_pattern", pattern=_shown(query), position=at + 1) from error
    except (MemoryError, RecursionError, OverflowError) as error:
        raise TextError("search_too_complex", pattern=_shown(query), limit=_MOST_REPEATS) from error
    if pattern.search(""):
        raise TextError("search_fits_everywhere", pattern=_shown(query))
    return pattern


def _check_size(query: str) -> None:
    repeats = math.prod(max(1, *(int(n) for n in pair if n)) for pair in _REPEAT.findall(query) if any(pair))
    if repeats > _MOST_REPEATS or _RECURSION.search(query):
        raise TextError("search_too_complex", pattern=_shown(query), limit=_MOST_REPEATS)


def _hit(i: int, text: str, start: int, end: int) -> Hit:
    shown = text[start:end] if end - start <= CONTEXT else text[start : start + CONTEXT - 1] + "…"
    return Hit(i, start, _before(text, start), shown, _after(text, end))


def _before(text: str, start: int) -> str:
    """Up to `CONTEXT` characters before `start`, beginning with a whole word."""
    first = max(0, start - CONTEXT)
    piece = text[first:start]
    if first and not text[first - 1].isspace():
        space = _SPACE.search(piece, 0, _LONGEST_PART)
        return piece[space.end() :] if space else piece
    return piece


def _after(text: str, end: int) -> str:
    """Up to `CONTEXT` characters from `end` on, ending with a whole word."""
    piece = text[end : end + CONTEXT]
    if end + CONTEXT < len(text) and not text[end + CONTEXT].isspace():
        space = _SPACE.search(piece[::-1], 0, _LONGEST_PART)
        return piece[: len(piece) - space.end()] if space else piece
    return piece


def _shown(query: str) -> str:
    return _SURROGATE.sub("\ufffd", query)
