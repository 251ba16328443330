"""Words as numbers: nothing is lost, and any text can be counted."""

import numpy as np
import pytest

from lmcore.text.statistics.word_counts import WordCounts

TEXTS = [
    [],
    ["one"],
    ["same"] * 50,
    [f"word{i}" for i in range(500)],
    ["<script>", "a", "a", "猫", "猫", "🐈", ""] * 9,
]


@pytest.mark.parametrize("words", TEXTS)
def test_the_numbers_spell_the_text(words: list[str]) -> None:
    counts = WordCounts.of(words)
    assert [counts.words[i] for i in counts.ids] == words
    assert counts.counts.sum() == len(words)
    assert (np.diff(counts.counts) <= 0).all()
    assert counts.counts.tolist() == [words.count(word) for word in counts.words]


def test_words_equally_frequent_keep_their_order() -> None:
    assert WordCounts.of(["b", "a", "c", "a"]).words == ("a", "b", "c")


def test_documents_are_kept_apart() -> None:
    counts = WordCounts.of(["a", "b", "c", "d"], [1, 0, 3])
    assert counts.documents.tolist() == [0, 2, 2, 2]
    assert WordCounts.of(["a", "b"]).documents.tolist() == [0, 0]
    assert WordCounts.of([], []).documents.tolist() == []


@pytest.mark.parametrize("lengths", [[], [1], [2, 1], [3, 0, 0]])
def test_documents_that_do_not_add_up_are_a_bug(lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="but 2 words"):
        WordCounts.of(["a", "b"], lengths)


def test_half_a_surrogate_pair_is_replaced_where_it_is_shown() -> None:
    counts = WordCounts.of(["a\ud83d", "a\udc00", "é\ud83d"])
    assert counts.words == ("a\ufffd", "a\ufffd", "é\ufffd")
    assert counts.ids.tolist() == [0, 1, 2]
