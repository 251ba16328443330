"""Examples are true: what is shown as removed stood in the text, what is shown as added stands there now."""

import random

import pytest

from lmcore.text.cleaning.changes import Piece, changes, n_changed_runs
from lmcore.text.cleaning.steps import PACKAGES, TEXT_STEPS

PROSE = (
    "The  Curious case of 1984\u200b: “Don't panic”, said Mr. Ｓmith — again and again …\n\n\n\n"
    "他說：「２０２４年，漢語很難。」 café cafe\u0301 Ã© \x1b[0m <p>Ünï\u00adcode &amp; more</p>\t end. "
)


def shown(pieces: tuple[Piece, ...], kind: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


@pytest.mark.parametrize("step", TEXT_STEPS)
def test_the_pieces_are_true_and_short(step: str) -> None:
    if step in PACKAGES:
        pytest.importorskip(PACKAGES[step])
    rng = random.Random(step)
    text = "".join(rng.choices(PROSE.split(" "), k=600)) + " ".join(rng.choices(PROSE.split(" "), k=600))
    after, _ = TEXT_STEPS[step](text)
    found = list(changes(text, after))
    assert found
    for pieces in found:
        assert {"removed", "added"} & {piece.kind for piece in pieces}
        assert shown(pieces, "removed").split("…")[0] in text
        assert shown(pieces, "added") in after
        assert sum(len(piece.text) for piece in pieces) <= 400


def test_changes_come_in_order_and_all_of_them() -> None:
    before = "".join(f"line {i} has some words in it, and none of them changes. X\n" for i in range(200))
    found = list(changes(before, before.replace("X", "y")))
    n_removed = sum(piece.text == "X" for pieces in found for piece in pieces if piece.kind == "removed")
    assert n_removed == 200


def test_equal_texts_have_no_changes() -> None:
    assert list(changes("same" * 1000, "same" * 1000)) == list(changes("", "")) == []


def test_a_long_removal_is_cut_and_what_follows_is_found() -> None:
    before = "Before it. " + "menu " * 5_000 + "After it stand other words, far from here. The end  of it."
    after = before.replace("menu ", "").replace("  ", " ")
    first, second = changes(before, after)
    assert first[1].kind == "removed"
    assert len(first[1].text) == 160
    assert first[2].text == "After it stand other words, far from her"
    assert [piece.text for piece in second if piece.kind == "removed"] == [" "]


def test_text_that_goes_or_comes_whole() -> None:
    assert list(changes("gone", "")) == [(Piece("removed", "gone"),)]
    assert list(changes("", "new")) == [(Piece("added", "new"),)]
    assert list(changes("x" * 500, "")) == [(Piece("removed", "x" * 159 + "…"),)]


def test_runs_are_counted_across_chunks() -> None:
    n = 2**20
    assert n_changed_runs("a" * 3 * n, "a" * (n - 5) + "b" * 10 + "a" * (2 * n - 5)) == 1
    assert n_changed_runs("a" * 2 * n, "b" + "a" * (n - 2) + "ba" + "b" * (n - 1)) == 3
