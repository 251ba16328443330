"""Every token is in one part, the parts stand in order, and what cannot be split says so."""

import math

import numpy as np
import pytest

from lmcore.errors import ConfigError, TextError
from lmcore.text.splits import FEWEST, Split, split_documents, split_ids

LINES = "\n".join(f"line {i} of a text" for i in range(1000))


@pytest.mark.parametrize("length", [2, 3, 10, 999, 1000])
@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5])
def test_without_a_test_the_last_share_is_held_back(length: int, share: float) -> None:
    held_back = max(2, math.ceil(length * share))
    parts = split_ids(np.arange(length), share)
    assert parts.train.tolist() == list(range(length - held_back))
    assert parts.validation.tolist() == list(range(length - held_back, length))
    assert len(parts.test) == 0


@pytest.mark.parametrize("length", [0, 1])
def test_too_few_ids_for_two_parts_leave_nothing_to_train_on(length: int) -> None:
    parts = split_ids(np.arange(length), 0.1)
    assert parts.n_tokens == {"train": 0, "validation": length, "test": 0}


@pytest.mark.parametrize(("validation", "test"), [(0.1, 0.1), (0.3, 0.05), (0, 0.2), (0.001, 0.001)])
def test_the_test_comes_last_and_every_id_once(validation: float, test: float) -> None:
    ids = np.arange(1000)
    parts = split_ids(ids, validation, test)
    np.testing.assert_array_equal(np.concatenate([parts.train, parts.validation, parts.test]), ids)
    assert len(parts.test) == max(FEWEST, math.ceil(1000 * test))
    assert len(parts.validation) == max(FEWEST, math.ceil(1000 * validation))


@pytest.mark.parametrize("length", [0, 1, 5])
def test_too_few_ids_for_three_parts_say_so(length: int) -> None:
    with pytest.raises(TextError, match=f"It has {length} tokens"):
        split_ids(np.arange(length), 0.1, 0.1)
    assert split_ids(np.arange(6), 0.1, 0.1).n_tokens == {"train": 2, "validation": 2, "test": 2}


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.2), (1, 0), (0, 1)])
def test_shares_that_leave_nothing_are_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(ConfigError, match="together they must stay below 1"):
        split_ids(np.arange(100), *shares)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), float("inf")])
def test_shares_that_are_none_are_refused(share: float) -> None:
    for shares in ((share, 0.1), (0.1, share)):
        with pytest.raises(ConfigError, match="out of range"):
            split_documents([LINES], *shares)


@pytest.mark.parametrize("test_share", [0, 0.1])
def test_a_single_text_is_cut_where_a_line_begins(test_share: float) -> None:
    split = split_documents([LINES], 0.2, test_share)
    assert "".join(split.train + split.validation + split.test) == LINES
    assert all(part[0].startswith("line") for part in (split.train, split.validation, split.test) if part)
    assert split.shares == pytest.approx(
        {"train": 0.8 - test_share, "validation": 0.2, "test": test_share}, abs=0.01
    )
    assert len(split.test) == bool(test_share)


@pytest.mark.parametrize("text", ["x" * 500, "x" * 250 + "\n" + "x" * 249, "\n" * 500])
def test_a_text_without_lines_nearby_is_cut_where_the_share_says(text: str) -> None:
    split = split_documents([text], 0.2, 0.1)
    assert [len(part[0]) for part in (split.train, split.validation, split.test)] == [350, 100, 50]


@pytest.mark.parametrize("text", ["", "a", "abc", "\n\n\n"])
def test_a_text_too_short_for_two_parts_says_so(text: str) -> None:
    with pytest.raises(TextError, match="too short to split"):
        split_documents([text], 0.1)


@pytest.mark.parametrize("text", ["abcdef", "ab\ncd\nef", "\n\n\n\n\n\n"])
def test_even_the_shortest_part_has_two_characters(text: str) -> None:
    split = split_documents([text], 0.1, 0.1)
    assert all(len(part[0]) >= FEWEST for part in (split.train, split.validation, split.test))


def test_many_documents_stay_whole_and_in_order() -> None:
    documents = [f"{i} " + "word " * (i % 7) for i in range(200)]
    split = split_documents(documents, 0.2, 0.1)
    assert list(split.train + split.validation + split.test) == documents
    assert split.shares == pytest.approx({"train": 0.7, "validation": 0.2, "test": 0.1}, abs=0.02)


def test_documents_are_shuffled_only_when_asked() -> None:
    documents = [f"document {i}" for i in range(50)]
    first, again, other = (split_documents(documents, 0.2, 0.2, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert sorted(first.train + first.validation + first.test) == sorted(documents)
    assert list(first.train) != documents[: len(first.train)]


@pytest.mark.parametrize("documents", [["long " * 1000, "b" * 5, "c" * 5], ["aa", "b " * 900, "c" * 999]])
def test_a_long_document_leaves_one_for_every_part(documents: list[str]) -> None:
    split = split_documents(documents, 0.3, 0.3)
    assert split == Split((documents[0],), (documents[1],), (documents[2],))


def test_two_documents_are_cut_like_one_text_when_three_parts_are_asked_for() -> None:
    split = split_documents(["a" * 50, "b" * 49], 0.1, 0.1)
    assert "".join(split.train + split.validation + split.test) == "a" * 50 + "\n" + "b" * 49


def test_empty_documents_make_no_part() -> None:
    with pytest.raises(TextError, match="too short to split"):
        split_documents(["text " * 100, "", ""], 0.1, 0.1)


def test_a_hundred_thousand_documents() -> None:
    split = split_documents(["some words"] * 100_000, 0.1, 0.1, shuffle_seed=1)
    assert [len(part) for part in (split.train, split.validation, split.test)] == [80_000, 10_000, 10_000]
