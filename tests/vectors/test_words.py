"""How text becomes words, and which of them are learned: the same numbers as word2vec's programs."""

import numpy as np
import pytest
from gensim.models import Word2Vec as Gensim

from lmcore.errors import TextError
from lmcore.text.built_in import built_in_corpus
from lmcore.vectors.vocabulary import BREAK, Vocabulary
from lmcore.vectors.words import word_sequences

SEQUENCES = word_sequences(built_in_corpus("news").documents)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("The U.S. didn't, it’s 'quoted'!", ["the", "u", "s", "didn't", "it’s", "quoted"]),
        ("x2 3rd 4 _a_ naïve Ünï", ["x", "rd", "a", "naïve", "ünï"]),
        ("我爱NLP和GPT-2。", ["我", "爱", "nlp", "和", "gpt"]),
        ("<script>alert(1)</script>", ["script", "alert", "script"]),
        ("שלום мир 😀\ud800", ["שלום", "мир"]),
        ("안녕 はい カナ", ["안녕", "はい", "カナ"]),
    ],
)
def test_words_are_lower_cased_letters_and_single_han_characters(text: str, words: list[str]) -> None:
    assert word_sequences([text]) == ([words] if words else [])


def test_a_window_never_crosses_a_paragraph_or_document() -> None:
    assert word_sequences(["one two\nthree\n \nfour", "", "12", "five"]) == [
        ["one", "two", "three"],
        ["four"],
        ["five"],
    ]


def test_chinese_words_are_used_where_the_splitter_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert word_sequences(["我们喜欢，3语言"], "zh") == [["我们", "喜欢", "语言"]]
    assert word_sequences(["我们"], "en") == [["我", "们"]]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert word_sequences(["我们"], "zh") == [["我", "们"]]


@pytest.fixture(scope="module")
def gensim() -> Gensim:
    return Gensim(SEQUENCES, min_count=4, sample=1e-3, vector_size=8, epochs=0 + 1, workers=1)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.of(SEQUENCES, 4)


def test_counts_equal_gensim(gensim: Gensim, vocabulary: Vocabulary) -> None:
    expected = {word: gensim.wv.get_vecattr(word, "count") for word in gensim.wv.index_to_key}
    assert dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == expected
    assert (np.diff(vocabulary.counts) <= 0).all()


def test_subsampling_equals_gensim(gensim: Gensim, vocabulary: Vocabulary) -> None:
    expected = [gensim.wv.get_vecattr(word, "sample_int") / 2**32 for word in vocabulary.words]
    np.testing.assert_allclose(vocabulary.keep_probabilities(1e-3), expected, atol=1e-6)
    assert (vocabulary.keep_probabilities(0) == 1).all()


def test_negatives_are_drawn_in_proportion_to_the_three_quarter_power(vocabulary: Vocabulary) -> None:
    drawn = np.bincount(vocabulary.negative_table(), minlength=len(vocabulary.words))
    expected = vocabulary.counts**0.75 / (vocabulary.counts**0.75).sum()
    np.testing.assert_allclose(drawn / drawn.sum(), expected, atol=2e-6)


def test_tokens_are_places_with_breaks_between_sequences() -> None:
    letters = "abcdefghij"
    sequences = [list(letters), list("aaxb"), []]
    vocabulary = Vocabulary.of(sequences, 1)
    spelled = ["|" if i == BREAK else vocabulary.words[i] for i in vocabulary.tokens(sequences)]
    assert "".join(spelled) == letters + "|aaxb||"
    rare = Vocabulary.of([list(letters * 2), ["rare"]], 2)
    assert "rare" not in rare.words


@pytest.mark.parametrize("sequences", [[], [["a"] * 100], [list("abcdefghi")], [["once", "each"]]])
def test_too_few_words_are_refused_with_the_numbers(sequences: list[list[str]]) -> None:
    with pytest.raises(TextError) as refusal:
        Vocabulary.of(sequences, 1)
    assert refusal.value.key == "vocabulary_too_small" and refusal.value.given["minimum"] == 10
