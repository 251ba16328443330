"""Where two versions of a text differ: how often, and the first few places with what stands around them.

The versions are walked side by side from difference to difference; only small windows are compared closely.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import numpy as np

CONTEXT = 40  # characters shown before and after a change
WINDOW = 160  # characters compared closely
_FAR = 100_000  # characters searched for the end of a long removal
_SURE = 24  # equal characters that are no coincidence
_CHUNK = 2**20
_Step = tuple[str, int, int, int, int]  # kind, from and to in one text, from and to in the other


@dataclass(frozen=True)
class Piece:
    """Text that a step kept, removed or added."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class Example:
    """One place in the document with this number; its pieces have at most 400 characters."""

    document: int
    pieces: tuple[Piece, ...]


def n_changed_runs(before: str, after: str) -> int:
    """The number of unbroken runs of characters that differ between two texts of one length.

    >>> n_changed_runs("The CAT sat", "the cat sat")
    2
    """
    n_runs, in_run = 0, False
    for start in range(0, len(before), _CHUNK):
        a, b = before[start : start + _CHUNK], after[start : start + _CHUNK]
        if a == b:
            in_run = False
            continue
        differ = code_points(a) != code_points(b)
        n_runs += int(np.count_nonzero(differ[1:] & ~differ[:-1])) + (bool(differ[0]) and not in_run)
        in_run = bool(differ[-1])
    return n_runs


def code_points(text: str) -> np.ndarray:
    """The code points of `text`, (N,) uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def changes(before: str, after: str) -> Iterator[tuple[Piece, ...]]:
    """The places where `after` differs from `before`, in order, each with its surroundings.

    >>> next(changes("Two  blanks.", "Two blanks."))
    (Piece(kind='same', text='Two '), Piece(kind='removed', text=' '), Piece(kind='same', text='blanks.'))
    """
    i = j = 0
    while True:
        n_same = _n_same(before, i, after, j)
        start, i, j = max(i, i + n_same - CONTEXT), i + n_same, j + n_same
        if i == len(before) and j == len(after):
            return
        pieces, i_next, j_next = _change(before, i, after, j)
        yield tuple(piece for piece in (Piece("same", before[start:i]), *pieces) if piece.text)
        if (i_next, j_next) == (i, j):
            return  # where the texts meet again is unknown
        i, j = i_next, j_next


def _n_same(a: str, i: int, b: str, j: int) -> int:
    """How many characters from `a[i]` and `b[j]` on are equal."""
    start, step = i, 64
    while a[i : i + step] == b[j : j + step] and i < len(a):
        i, j, step = i + step, j + step, min(2 * step, _CHUNK)
    while step := step // 2:  # the first `step` characters differ somewhere
        if a[i : i + step] == b[j : j + step]:
            i, j = i + step, j + step
    return min(i, len(a)) - start


def _change(before: str, i: int, after: str, j: int) -> tuple[list[Piece], int, int]:
    """The pieces from a difference at `before[i]`, `after[j]` on, and the two places up to which they go."""
    a, b = before[i : i + WINDOW], after[j : j + WINDOW]
    steps = _aligned(a, b, whole=i + len(a) == len(before) and j + len(b) == len(after))
    if steps:
        _, _, i_end, _, j_end = steps[-1]
        return [piece for step in steps for piece in _pieces(step, a, b)], i + i_end, j + j_end
    end = _end_of_removal(before, i, after, j)
    if end is None:
        return [Piece("removed", a), Piece("added", b)], i, j
    n_same = _n_same(before[end : end + CONTEXT], 0, after[j : j + CONTEXT], 0)
    pieces = [Piece("removed", _shortened(before[i:end])), Piece("same", before[end : end + n_same])]
    return pieces, end + n_same, j + n_same


def _aligned(a: str, b: str, whole: bool) -> Sequence[_Step]:
    """difflib's steps from one window to the other, without the end that only their cut made differ.

    Empty if so little is equal that the windows are not about the same.
    """
    steps: list[_Step] = list(SequenceMatcher(None, a, b, autojunk=False).get_opcodes())
    if whole:
        return steps
    while steps and steps[-1][0] != "equal":
        steps.pop()
    n_equal = sum(i2 - i1 for kind, i1, i2, _, _ in steps if kind == "equal")
    if not n_equal or 2 * n_equal < min(len(a), len(b)):
        return []
    kind, i1, i2, j1, _ = steps[-1]
    n_shown = min(CONTEXT, i2 - i1)
    return [*steps[:-1], (kind, i1, i1 + n_shown, j1, j1 + n_shown)]


def _pieces(step: _Step, a: str, b: str) -> list[Piece]:
    kind, i1, i2, j1, j2 = step
    if kind == "equal":
        return [Piece("same", a[i1:i2])]
    return [Piece("removed", a[i1:i2]), Piece("added", b[j1:j2])]


def _end_of_removal(before: str, i: int, after: str, j: int) -> int | None:
    """Where in `before` goes on what stands at `after[j]`, if that is near."""
    if j == len(after):
        return len(before)
    end = before.find(after[j : j + _SURE], i, i + _FAR)
    return end if end >= 0 else None


def _shortened(text: str) -> str:
    return text if len(text) <= WINDOW else f"{text[: WINDOW - 1]}…"
