"""Unicode normal forms: one sequence of code points for what looks, or means, the same (Unicode Annex 15)."""

import re
import sys
import unicodedata
from functools import lru_cache
from typing import Literal

_STABLE = "\x00-\x7f\u4e00-\u9fff"  # ASCII and Han, which no form changes
_STRETCHES = re.compile(f"([^{_STABLE}][^{_STABLE}]*)")
_STRETCHES_WITH_BASE = re.compile(f"([{_STABLE}]?[^{_STABLE}]+)")
MAX_MARKS = 256  # on one letter; ordering them takes time that grows with the square of their number


def nfc(text: str) -> tuple[str, int]:
    r"""Compose letters with their accents.

    >>> nfc("cafe\u0301") == ("caf\u00e9", 1)
    True
    """
    return _normalised(text, "NFC")


def nfkc(text: str) -> tuple[str, int]:
    """Compose, and put plain characters for those that are other ways to write them.

    >>> nfkc("ﬁne ①，x²")
    ('fine 1,x2', 3)
    """
    return _normalised(text, "NFKC")


def _normalised(text: str, form: Literal["NFC", "NFKC"]) -> tuple[str, int]:
    """A place is a stretch between two ASCII or Han characters; equal stretches are worked out once."""
    if text.isascii() or unicodedata.is_normalized(form, text):
        return text, 0
    parts = _STRETCHES.split(text)
    if any(unicodedata.combining(stretch[0]) for stretch in set(parts[1::2])):
        parts = _STRETCHES_WITH_BASE.split(text)
    stretches = parts[1::2]
    changed = {stretch: _stretch_in_form(stretch, form) for stretch in set(stretches)}
    parts[1::2] = [changed[stretch] for stretch in stretches]
    return "".join(parts), sum(changed[stretch] != stretch for stretch in stretches)


def _stretch_in_form(stretch: str, form: Literal["NFC", "NFKC"]) -> str:
    """Normalised, but for runs of more than `MAX_MARKS` marks, which no language writes: they stay."""
    if len(stretch) <= MAX_MARKS:
        return unicodedata.normalize(form, stretch)
    parts = _long_runs_of_marks().split(stretch)
    parts[::2] = [unicodedata.normalize(form, part) for part in parts[::2]]
    return "".join(parts)


@lru_cache(1)
def _long_runs_of_marks() -> re.Pattern[str]:
    """Characters that are, or are decomposed into, nothing but marks which have an order among each other."""
    marks = (
        code
        for code in range(0x300, sys.maxunicode + 1)
        if unicodedata.combining(unicodedata.normalize("NFKD", chr(code))[0])
    )
    return re.compile(f"([{''.join(map(chr, marks))}]{{{MAX_MARKS + 1},}})")
