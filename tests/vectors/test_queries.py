"""Queries answer as gensim does, and a wrong word is answered with a better one."""

import numpy as np
import pytest
from gensim.models import KeyedVectors

from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors, unit_rows

WORDS = tuple(f"word{i}" for i in range(200))
MATRIX = np.random.default_rng(0).normal(size=(200, 16)).astype(np.float32)
VECTORS = WordVectors(WORDS, np.arange(200, 0, -1), MATRIX)


@pytest.fixture(scope="module")
def gensim() -> KeyedVectors:
    keyed = KeyedVectors(16)
    keyed.add_vectors(list(WORDS), MATRIX)
    return keyed


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("word3", []),
        (["word3", "word7"], []),
        (["word3", "word7"], ["word9"]),
        (["word1"], ["word1", "word2"]),
        ([], ["word5"]),
    ],
)
def test_most_similar_equals_gensim(gensim: KeyedVectors, positive: list[str], negative: list[str]) -> None:
    ours = VECTORS.most_similar(positive, negative, topn=12)
    theirs = gensim.most_similar(positive=positive, negative=negative, topn=12)
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert [cosine for _, cosine in ours] == pytest.approx([cosine for _, cosine in theirs], abs=1e-5)


def test_similarity_and_odd_one_out_equal_gensim(gensim: KeyedVectors) -> None:
    assert VECTORS.similarity("word1", "word2") == pytest.approx(
        float(gensim.similarity("word1", "word2")), abs=1e-6
    )
    for words in (["word1", "word2", "word3"], list(WORDS[10:30])):
        assert VECTORS.doesnt_match(words) == gensim.doesnt_match(words)


def test_an_unknown_word_is_answered_with_learned_ones() -> None:
    with pytest.raises(TextError, match=r"“wrod12” is not among the 200 words of this run; .*word12"):
        VECTORS.most_similar("wrod12")
    with pytest.raises(TextError, match="none is spelled like it"):
        VECTORS.similarity("word1", "政府")
    assert VECTORS.closest_spellings("WORD7") == ["word7"]


@pytest.mark.parametrize("word", ["", " ", "<b>", "x" * 100_000, "\ud800", "WORD7"])
def test_nasty_words_are_refused(word: str) -> None:
    with pytest.raises(TextError) as refusal:
        VECTORS.most_similar(word)
    assert len(refusal.value.message("zh")) < 300


@pytest.mark.parametrize(("topn", "found"), [(0, 0), (-3, 0), (5, 5), (10_000, 199)])
def test_any_number_of_neighbours_may_be_asked_for(topn: int, found: int) -> None:
    assert len(VECTORS.most_similar("word0", topn=topn)) == found


def test_too_few_words_are_refused() -> None:
    with pytest.raises(TextError):
        VECTORS.most_similar([])
    with pytest.raises(TextError):
        VECTORS.doesnt_match(["word1", "word2"])


def test_a_word_without_direction_is_near_nothing() -> None:
    flat = WordVectors(("a", "b", "c"), np.ones(3), np.array([[0.0, 0], [1, 0], [1, 1]]))
    assert flat.similarity("a", "b") == 0
    assert np.isfinite(unit_rows(flat.matrix)).all()
    assert "a" in flat and "z" not in flat and len(flat) == 3
    assert flat["c"].tolist() == [1, 1]
