"""Words of a file as text: UTF-8, or whatever else they seem to be written in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lmcore.text.reading.encodings import decode

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_BLANK = re.compile(r"[\x00-\x20\x7f]+")
_PROBED = 100_000  # bytes that tell the encoding


@dataclass(frozen=True)
class Spelling:
    """Words as text, and how many of them were not UTF-8; `encoding` is what those were read in."""

    words: list[str]
    n_repaired: int
    encoding: str


def spelled(words: Sequence[bytes]) -> Spelling:
    """Decode words. Of those that are not UTF-8 a few are broken; most of them mean another encoding.

    >>> spelled([b"caf\\xc3\\xa9", "中文词".encode()]).words
    ['café', '中文词']
    """
    found: list[str] = []
    broken: list[int] = []
    for i, word in enumerate(words):
        try:
            found.append(word.decode("utf-8"))
        except UnicodeDecodeError:
            found.append("")
            broken.append(i)
    encoding = _encoding(words, broken, sum(not word.isascii() for word in words))
    for i in broken:
        found[i] = words[i].decode(encoding, "replace")
    controls = [i for i, word in enumerate(found) if _CONTROL.search(word)]
    for i in controls:
        found[i] = _CONTROL.sub("\ufffd", found[i])
    return Spelling(found, len({*broken, *controls}), encoding)


def _encoding(words: Sequence[bytes], broken: list[int], n_beyond_ascii: int) -> str:
    if 2 * len(broken) <= n_beyond_ascii:
        return "utf-8"
    return decode(b"\n".join(words[i] for i in broken)[:_PROBED]).encoding


def without_blanks(word: str) -> str:
    """A word as it can stand in a file whose columns are parted by blanks.

    >>> without_blanks("new york")
    'new_york'
    """
    return _BLANK.sub("_", word) or "_"
