"""What people write on runs: names, notes and tags, of any characters, kept as plain short text."""

import unicodedata

from lmcore.errors import RunError

NAME_MOST = 80  # characters
NOTE_MOST = 2_000
TAG_MOST = 24
TAGS_MOST = 8
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # of the writing's direction


def one_line(text: str) -> str:
    """The text without control characters, its white space as single spaces.

    >>> one_line(" a\\x00b\\n\\tc ")
    'ab c'
    """
    return " ".join("".join(c for c in text if c.isspace() or not _commands(c)).split())


def note_text(text: str) -> str:
    """A note as it is kept: lines stay, control characters go; raises `RunError` when it is too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in text if c in "\n\t" or not _commands(c)).strip()
    if len(kept) > NOTE_MOST:
        raise RunError("note_too_long", length=len(kept), limit=NOTE_MOST)
    return kept


def tags_of(text: str) -> tuple[str, ...]:
    """Tags from a list with commas, each once; raises `RunError` for a long one and for too many.

    >>> tags_of("warm, Lecture 3,warm，学习率、")
    ('warm', 'Lecture 3', '学习率')
    """
    parts = (one_line(part) for part in text.replace("，", ",").replace("、", ",").split(","))
    tags = tuple(dict.fromkeys(part for part in parts if part))
    for tag in tags:
        if len(tag) > TAG_MOST:
            raise RunError("tag_too_long", tag=f"{tag[:TAG_MOST]}…", length=len(tag), limit=TAG_MOST)
    if len(tags) > TAGS_MOST:
        raise RunError("tags_too_many", n=len(tags), limit=TAGS_MOST)
    return tags


def _commands(character: str) -> bool:
    """Whether it tells a screen or terminal to do something, or cannot be stored at all."""
    return unicodedata.category(character) in ("Cc", "Cs") or character in TURNING
