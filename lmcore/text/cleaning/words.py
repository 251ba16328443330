"""Steps that take out of words what a task may not need: case, numbers, punctuation."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from lmcore.text.cleaning.changes import code_points, n_changed_runs

_DIGITS = re.compile(r"\d\d*")
_ZERO = re.compile(r"0(?<!\d0)(?!\d)")
_WHITE_SPACE = re.compile(r"\s")
_ASCII_SIGNS = "$+<=>^`|~"  # punctuation to programmers, symbols to Unicode
_IN_WORDS = "'’-‐‑"
_OTHER, _PUNCTUATION, _MAY_BE_IN_WORD, _WORD, _BLANK = range(5)
_CHUNK = 2**20
_WRITTEN_WITHOUT_BLANKS = 0x2E80  # from here on: Chinese, Japanese (and Korean)


def case(text: str) -> tuple[str, int]:
    """Lower case; a place is an unbroken run of capitals.

    >>> case("The CAT")
    ('the cat', 2)
    """
    lower = text.lower()
    if lower == text:
        return text, 0
    if len(lower) == len(text):
        return lower, n_changed_runs(text, lower)
    text = text.replace("İ", "I")  # the only letter that becomes two
    return lower, n_changed_runs(text, text.lower())


def numbers(text: str) -> tuple[str, int]:
    """Put one 0 for every run of digits, of whatever script.

    >>> numbers("In 1984, 0 of 10.5")
    ('In 0, 0 of 0.0', 3)
    """
    changed, n_runs = _DIGITS.subn("0", text)
    if changed == text:
        return text, 0
    return changed, n_runs - len(_ZERO.findall(text))


def punctuation(text: str) -> tuple[str, int]:
    """Take out punctuation, but for apostrophes and hyphens inside words.

    Where it alone stood between two words, a blank takes its place. Symbols that are no punctuation (emoji,
    currencies but $) stay.

    >>> punctuation("Don't stop—well-known (and “old”) words, 他说：好。")
    ("Don't stop well-known and old words 他说 好", 7)
    """
    parts = [_without_punctuation(part) for part in _parts(text)]
    n_places = sum(n for _, n in parts)
    return ("".join(part for part, _ in parts), n_places) if n_places else (text, 0)


def _parts(text: str) -> Iterator[str]:
    """The text in parts of about `_CHUNK` characters, cut only behind white space."""
    start = 0
    while start < len(text):
        cut = _WHITE_SPACE.search(text, start + _CHUNK)
        end = cut.end() if cut else len(text)
        yield text[start:end]
        start = end


def _without_punctuation(text: str) -> tuple[str, int]:
    codes = code_points(text)
    kinds = np.full(len(codes) + 2, _BLANK, np.uint8)  # one more at each end
    kinds[1:-1] = _kinds()[codes]
    marked = (kinds == _PUNCTUATION) | (kinds == _MAY_BE_IN_WORD)
    starts = np.flatnonzero(marked[1:] & ~marked[:-1])  # in `codes`
    ends = np.flatnonzero(marked[:-1] & ~marked[1:])
    before, after = kinds[starts], kinds[ends + 1]
    single = (ends - starts == 1) & (kinds[starts + 1] == _MAY_BE_IN_WORD)
    stays = single & (before == _WORD) & (after == _WORD)
    parts_words = ~stays & (before != _BLANK) & (after != _BLANK)
    codes = codes.copy()
    codes[starts[parts_words]] = ord(" ")
    kept = ~marked[1:-1]
    kept[starts[stays | parts_words]] = True
    return codes[kept].tobytes().decode("utf-32-le"), int(np.count_nonzero(~stays))


@lru_cache(1)
def _kinds() -> np.ndarray:
    """What punctuation takes every code point for, (1114112,) uint8."""
    return np.array([_kind(chr(code)) for code in range(sys.maxunicode + 1)], np.uint8)


def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if character in _IN_WORDS:
        return _MAY_BE_IN_WORD
    if category[0] == "P" or character in _ASCII_SIGNS:
        return _PUNCTUATION
    if character.isspace():
        return _BLANK
    return _WORD if category[0] in "LMN" and ord(character) < _WRITTEN_WITHOUT_BLANKS else _OTHER
