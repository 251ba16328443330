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


@pytest.mark.parametrize("word", ["", " ", "<b>", "x" * 100_000, "\ud800", "🙂", "nan"])
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


def test_a_word_is_found_in_any_letter_case_its_own_first() -> None:
    cased = WordVectors(("Paris", "paris", "USA"), np.ones(3), np.eye(3))
    assert [cased.place(word) for word in ("Paris", "paris", "PARIS", "usa")] == [0, 1, 1, 2]
    assert "uSa" in cased and VECTORS.place("WORD7") == 7


def test_chinese_words_of_one_like_character_are_offered() -> None:
    two = WordVectors(("男人", "国王", "政府"), np.ones(3), np.eye(3))
    assert two.closest_spellings("女人") == ["男人"]


def test_distances_are_euclidean() -> None:
    away = np.linalg.norm(MATRIX - MATRIX[3], axis=1)
    nearest = np.argsort(away)[1:13]
    found = VECTORS.most_similar("word3", topn=12, measure="euclidean")
    assert [word for word, _ in found] == [WORDS[i] for i in nearest]
    assert [distance for _, distance in found] == pytest.approx(away[nearest], abs=1e-5)
    assert VECTORS.distance("word3", found[0][0]) == pytest.approx(found[0][1], abs=1e-5)


@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
def test_rows_of_nan_zero_or_a_word_again_never_win(measure: str) -> None:
    words = ("a", "b", "nan", "inf", "c", "a", "zero")
    rows = np.array([[1, 0], [-1, 0.1], [np.nan, 1], [np.inf, 0], [-1, -0.2], [1, 0], [0, 0]])
    broken = WordVectors(words, np.ones(7), rows)
    assert {word for word, _ in broken.most_similar("a", measure=measure)} == {"b", "c"}
    assert broken.most_similar("nan", measure=measure) == []
    assert broken.similarity("a", "nan") == broken.distance("a", "nan") == 0
    assert np.isfinite(broken.similarities(words)).all()
    assert np.isfinite(broken.cosines_to_mean(words)).all()


def test_half_precision_gives_the_same_neighbours(gensim: KeyedVectors) -> None:
    half = WordVectors(WORDS, np.ones(200), MATRIX.astype(np.float16))
    assert half.matrix.dtype == np.float32
    assert [w for w, _ in half.most_similar("word3", topn=5)] == [
        w for w, _ in gensim.most_similar("word3", topn=5)
    ]


def test_a_matrix_of_single_precision_is_not_copied() -> None:
    assert np.shares_memory(VECTORS.matrix, MATRIX)


def test_a_word_without_direction_is_near_nothing() -> None:
    flat = WordVectors(("a", "b", "c"), np.ones(3), np.array([[0.0, 0], [1, 0], [1, 1]]))
    assert flat.similarity("a", "b") == 0
    assert np.isfinite(unit_rows(flat.matrix)).all()
    assert "a" in flat and "z" not in flat and len(flat) == 3
    assert flat["c"].tolist() == [1, 1]
