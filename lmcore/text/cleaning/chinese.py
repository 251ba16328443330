"""Steps for Chinese text: full-width Latin characters, and traditional characters."""

import re
from functools import lru_cache
from typing import Any

from lmcore.text.cleaning.changes import n_changed_runs
from lmcore.text.corpus import HAN

_HAN = re.compile(f"[{HAN}]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CHINESE_SIGNS = "！（），．：；？～"  # at home in Chinese text, where they are not the signs of ASCII
_FULL_WIDTH = re.compile(f"[{''.join(map(chr, _HALF_WIDTH))}]+")
_NOT_CHINESE = re.compile(f"[{''.join(sorted(set(map(chr, _HALF_WIDTH)) - set(_CHINESE_SIGNS)))}]+")
_LETTER = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ"
_POINT = re.compile(f"．(?<=[{_LETTER}]．)(?=[{_LETTER}])")


def full_width(text: str) -> tuple[str, int]:
    """Put ASCII for full-width letters, digits and signs; text with Han characters keeps Chinese punctuation.

    >>> full_width("我在２０２４年，买了ＧＰＵ（３．５ 寸）。")
    ('我在2024年，买了GPU（3.5 寸）。', 3)
    """
    if text.isascii() or not _FULL_WIDTH.search(text):
        return text, 0
    pattern = _FULL_WIDTH
    narrow = text
    if _HAN.search(text):
        pattern = _NOT_CHINESE
        narrow = _POINT.sub(".", text)
    narrow = pattern.sub(lambda run: run[0].translate(_HALF_WIDTH), narrow)
    return narrow, n_changed_runs(text, narrow)


def simplified(text: str) -> tuple[str, int]:
    """Put simplified for traditional characters, by the phrases and characters of OpenCC.

    Only lines with a character that is nothing but traditional are converted: to OpenCC the 坏 of a
    simplified text is another word. A line whose length changes counts as one place.
    """
    if text.isascii():
        return text, 0
    lines = text.split("\n")
    traditional = _only_traditional()
    chosen = [i for i, line in enumerate(lines) if not traditional.isdisjoint(line)]
    if not chosen:
        return text, 0
    given = [lines[i] for i in chosen]
    converted = _converter().convert("\n".join(given)).split("\n")
    for i, line in zip(chosen, converted, strict=True):
        lines[i] = line
    n_places = (
        n_changed_runs(a, b) if len(a) == len(b) else 1 for a, b in zip(given, converted, strict=True)
    )
    return "\n".join(lines), sum(n_places)


@lru_cache(1)
def _only_traditional() -> frozenset[str]:
    """Characters that OpenCC converts by themselves, and never converts another into."""
    blocks = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
    characters = [chr(code) for first, end in blocks for code in range(first, end)]
    simple = _converter().convert("\n".join(characters)).split("\n")
    changed = {a: b for a, b in zip(characters, simple, strict=True) if a != b}
    return frozenset(changed) - frozenset(changed.values())


@lru_cache(1)
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
