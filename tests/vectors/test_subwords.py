"""N-grams and their hashes are those of FastText, as gensim computes them."""

import numpy as np
import pytest
from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes

from lmcore.vectors.subwords import hashed, ngrams, rows_of, subword_table

WORDS = ["was", "a", "", "猫", "中文词", "naïve", "é", "x😀y", "internationalization"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("least", "most"), [(3, 6), (1, 2), (1, 12), (5, 5)])
def test_the_same_ngrams_as_gensim(word: str, least: int, most: int) -> None:
    theirs = compute_ngrams_bytes(word, least, most)
    assert [ngram.encode() for ngram in ngrams(word, least, most)] == theirs
    assert rows_of(word, least, most, 1_000) == [ft_hash_bytes(ngram) % 1_000 for ngram in theirs]


@pytest.mark.parametrize("word", WORDS)
def test_the_same_hash_as_gensim(word: str) -> None:
    assert hashed(word) == ft_hash_bytes(word.encode())


def test_half_a_character_has_a_hash() -> None:
    """A lone surrogate cannot be encoded strictly, but stands in texts that were decoded badly."""
    assert 0 <= hashed("\ud800") < 2**32


def test_the_table_begins_every_word_with_its_own_row() -> None:
    rows, starts = subword_table(["cat", "a"], 3, 6, 100)
    assert rows[starts[0]] == 0 and rows[starts[1]] == 1 and starts[2] == len(rows)
    assert (rows[1 : starts[1]] - 2).tolist() == rows_of("cat", 3, 6, 100)
    assert rows.dtype == np.int32 and rows.max() < 102
