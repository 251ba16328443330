"""Steps on blanks, line breaks and whole lines."""

import re
from collections.abc import Sequence

_ODD = "\t\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANKS = re.compile(f"[ {_ODD}](?:(?<=[{_ODD}])|[ {_ODD}])[ {_ODD}]*\n?")
_SPACES = re.compile("   *\n?")  # the same where no other blank is: found sooner
_ODD_BLANK = re.compile(f"[{_ODD}]")
_BREAKS = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029](?:(?<=\r)\n)?")
_EMPTY_LINES = re.compile("\n\n\n+")

MIN_LETTERS = 40  # a Han character counts as two
_FIRST_HAN = "\u2e80"


def white_space(text: str) -> tuple[str, int]:
    r"""One blank for runs of blanks, none at the end of a line, and at most one empty line on end.

    >>> white_space("a\t b  \n\n\n\nc\u3000d ")
    ('a b\n\nc d', 5)
    """
    text, n_breaks = _BREAKS.subn("\n", text)
    blanks = _BLANKS if _ODD_BLANK.search(text) else _SPACES
    text, n_runs = blanks.subn(lambda run: "\n" if run[0][-1] == "\n" else " ", text)
    n_ends = text.count(" \n")
    text = text.replace(" \n", "\n")
    text, n_empty = _EMPTY_LINES.subn("\n\n", text)
    if text.endswith(" "):
        return text[:-1], n_breaks + n_runs + n_ends + n_empty + 1
    return text, n_breaks + n_runs + n_ends + n_empty


def duplicate_lines(documents: Sequence[str]) -> tuple[list[str], int]:
    """Drop every line of at least `MIN_LETTERS` letters that stood before anywhere in the corpus.

    Forty letters are more than a line of verse has, or a cue, a refrain, a chapter heading: what is
    repeated on purpose stays, what was pasted again and again (notices, menus, quoted mails) goes.
    Returns the documents and the number of lines dropped.

    >>> notice = "All rights reserved by the owner of this very long notice."
    >>> duplicate_lines([f"Ho\\n{notice}\\nHo", f"  {notice}\\nend"])
    (['Ho\\nAll rights reserved by the owner of this very long notice.\\nHo', 'end'], 1)
    """
    seen: dict[str, bool | None] = {}  # whether it is long, once it has been asked
    kept = [_first_lines(document, seen) for document in documents]
    n_dropped = sum(n for _, n in kept)
    return [text for text, _ in kept], n_dropped


def _first_lines(text: str, seen: dict[str, bool | None]) -> tuple[str, int]:
    lines = text.split("\n")
    kept = [line for line in lines if len(line) < MIN_LETTERS // 2 or not _is_repeated(line.strip(), seen)]
    n_dropped = len(lines) - len(kept)
    return ("\n".join(kept) if n_dropped else text), n_dropped


def _is_repeated(line: str, seen: dict[str, bool | None]) -> bool:
    if line not in seen:
        seen[line] = None
        return False
    is_long = seen[line]
    if is_long is None:
        is_long = seen[line] = sum(1 + (c >= _FIRST_HAN) for c in line if c.isalpha()) >= MIN_LETTERS
    return is_long
