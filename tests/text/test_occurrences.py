"""Places where a word stands: whole words, evenly chosen, with their surroundings."""

import pytest

from lmcore.errors import TextError
from lmcore.text.occurrences import checked_word, in_documents, in_lines, words_to_try


def test_only_whole_words_are_found_whatever_their_case() -> None:
    places, skipped = in_lines(["Bank on it", "a banker", "the bank, the BANK"], "bank")
    assert [(place.before, place.word, place.after) for place in places] == [
        ("", "Bank", " on it"),
        ("the ", "bank", ", the BANK"),
        ("the bank, the ", "BANK", ""),
    ]
    assert skipped == 1


def test_chinese_words_need_no_border() -> None:
    places, skipped = in_lines(["他去银行取钱", "河边"], "银行")
    assert [place.text for place in places] == ["他去银行取钱"] and skipped == 1


def test_a_word_is_letters_not_a_pattern() -> None:
    assert in_lines(["abc a.c"], "a.c")[0][0].word == "a.c"


def test_places_in_a_text_are_spread_over_it() -> None:
    documents = [f"number {i} is a cat" for i in range(100)]
    places, n_found = in_documents(documents, "cat", 4)
    assert n_found == 100
    assert [place.before for place in places] == [f"number {i} is a " for i in (12, 37, 62, 87)]
    assert len(in_documents(documents, "cat", 1000)[0]) == 100


def test_line_breaks_around_a_word_become_spaces_and_the_text_keeps_its_length() -> None:
    place = in_documents(["one\ntwo\nthree"], "two", 5)[0][0]
    assert place.text == "one two three"


@pytest.mark.parametrize("word", ["", "  \n "])
def test_no_word_is_said(word: str) -> None:
    with pytest.raises(TextError, match="no word"):
        checked_word(word)


def test_a_sentence_is_no_word() -> None:
    with pytest.raises(TextError, match="60"):
        checked_word("a" * 61)
    assert checked_word(" ice   cream ") == "ice cream"


def test_words_to_try_are_frequent_and_no_names() -> None:
    documents = ["The garden of Anna has a garden wall. " * 5]
    assert words_to_try(documents, "en", 2)[0] == "garden"
    assert "Anna" not in words_to_try(documents, "en")
    assert words_to_try([], "en") == []
