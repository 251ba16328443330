"""What a visitor pastes, as clean text, or a sentence that says why not; the limits of all texts."""

import re

from lmcore.errors import TextError

MAX_BYTES = 50 * 2**20
MIN_CHARACTERS = 200
_SURROGATE = re.compile("[\ud800-\udfff]")


def text_from_paste(text: str) -> str:
    """Pasted text made storable: half surrogate pairs become U+FFFD, newlines \\n.

    Raises `TextError` for a text that is too large, binary (it contains NUL), or empty.
    """
    text = without_surrogates(text)
    _check_size(len(text.encode("utf-8")))
    if "\0" in text:
        raise TextError("text_binary", name="—", byte=text.index("\0"))
    return _not_empty(_with_plain_newlines(text))


def check_length(text: str, minimum: int = MIN_CHARACTERS) -> None:
    """Raise `TextError` when `text` has fewer than `minimum` characters."""
    if len(text) < minimum:
        raise TextError("text_too_short", length=len(text), minimum=minimum)


def without_surrogates(text: str) -> str:
    """`text` with every half surrogate pair, which no file can hold, replaced by U+FFFD.

    >>> without_surrogates("a\\ud83d") == "a\\ufffd"
    True
    """
    return _SURROGATE.sub("\ufffd", text)


def shown_name(name: str, most: int = 80) -> str:
    """A name fit to be shown and stored: one line, no control characters, at most `most` characters."""
    printable = "".join(c if c.isprintable() else " " for c in without_surrogates(name))
    return " ".join(printable.split())[:most]


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise TextError("text_too_large", size=size / 2**20, limit=MAX_BYTES // 2**20)


def _with_plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _not_empty(text: str) -> str:
    if not text.strip():
        raise TextError("text_empty", length=len(text))
    return text
