"""Every picture tells what a count by hand tells, and a text too small for one has none."""

import json
import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from lmcore.errors import ConfigError
from lmcore.text.built_in import built_in_corpus
from lmcore.text.statistics.co_occurrence import WINDOW, CoOccurrence
from lmcore.text.statistics.coverage import Coverage
from lmcore.text.statistics.document_lengths import DocumentLengths
from lmcore.text.statistics.frequent_words import SHOWN, FrequentNgrams, FrequentWords
from lmcore.text.statistics.log_fit import MOST_POINTS
from lmcore.text.statistics.pictures import picture_of, text_pictures
from lmcore.text.statistics.rank_frequency import RankFrequency
from lmcore.text.statistics.vocabulary_growth import VocabularyGrowth
from lmcore.text.statistics.word_counts import WordCounts
from lmcore.text.word_splitting import split_words

RANDOM = np.random.default_rng(4)
ZIPF = [f"w{i}" for i in RANDOM.zipf(1.5, 20_000)]
ODD = {
    "empty": [],
    "one word": ["one"],
    "two words": ["one", "two"],
    "one repeated word": ["same"] * 400,
    "all unique": [f"word{i}" for i in range(400)],
    "hostile": ["<script>alert(1)</script>", "\ud83d", "", "猫", "a"] * 80,
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("n_documents", [1, 3])
def test_odd_texts_give_plain_numbers_or_nothing(name: str, n_documents: int) -> None:
    words = ODD[name]
    documents = [" ".join(words[i::n_documents]) for i in range(n_documents)]
    lengths = [len(words[i::n_documents]) for i in range(n_documents)]
    for n in (2, 3, 4, 5):
        pictures = text_pictures(WordCounts.of(words, lengths), documents, n)
        assert list(pictures) == ["zipf", "heaps", "lengths", "words", "ngrams", "together", "coverage"]
        values = {name: picture and picture.to_json() for name, picture in pictures.items()}
        json.dumps(values, allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_a_text_too_small_has_no_picture() -> None:
    nothing = text_pictures(WordCounts.of([], []), [])
    assert set(nothing.values()) == {None}
    one = text_pictures(WordCounts.of(["one"]), ["one"])
    assert [name for name, picture in one.items() if picture] == ["lengths", "words", "coverage"]


def test_a_hundred_thousand_documents() -> None:
    words = [word for i in range(100_000) for word in ("the", f"w{i % 300}")]
    documents = [f"the w{i % 300}" for i in range(100_000)]
    pictures = text_pictures(WordCounts.of(words, [2] * 100_000), documents)
    grams = pictures["ngrams"]
    assert isinstance(grams, FrequentNgrams)
    assert {gram[0] for gram in grams.grams} == {"the"}  # none from the end of one into the next


def test_a_line_has_few_points() -> None:
    counts = WordCounts.of([f"w{i % 50_000}" for i in range(200_000)])
    for picture in (RankFrequency.of(counts), VocabularyGrowth.of(counts), Coverage.of(counts)):
        assert picture
        lists = [value for value in picture.to_json().values() if isinstance(value, list)]
        assert max(map(len, lists)) <= MOST_POINTS


def test_zipfs_law_is_found_in_words_that_follow_it() -> None:
    words = [f"w{rank}" for rank in range(1, 1001) for _ in range(round(100_000 / rank))]
    picture = RankFrequency.of(WordCounts.of(words))
    assert picture
    values = picture.to_json()
    assert values["exponent"] == pytest.approx(1, abs=0.01)
    assert values["constant"] == pytest.approx(100_000, rel=0.02)
    assert values["r2"] > 0.999
    assert values["rank"][0] == 1 and values["rank"][-1] == 1000
    assert values["word"][:2] == ["w1", "w2"] and values["count"][:2] == [100_000, 50_000]


def test_words_all_equally_frequent_follow_no_law() -> None:
    picture = RankFrequency.of(WordCounts.of(ODD["all unique"]))
    assert picture
    assert (picture.to_json()["exponent"], picture.law.r2) == (0.0, 0.0)


def test_the_vocabulary_grows_as_counted() -> None:
    picture = VocabularyGrowth.of(WordCounts.of(ZIPF))
    assert picture
    for n, distinct in zip(picture.n.tolist(), picture.distinct.tolist(), strict=True):
        assert distinct == len(set(ZIPF[:n]))
    assert 0.4 < picture.law.exponent < 0.9 and picture.law.r2 > 0.98


def test_a_text_of_ever_new_words_grows_with_its_length() -> None:
    picture = VocabularyGrowth.of(WordCounts.of(ODD["all unique"]))
    assert picture
    assert picture.to_json() | {"n": 0, "distinct": 0} == {
        "n": 0, "distinct": 0, "k": 1.0, "beta": 1.0, "r2": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "lengths", [[3], [5, 5, 5], [0, 0], [0, 1, 2, 1000], list(range(1, 3000)), [10**7, 1]]
)
def test_every_length_is_in_its_bin(lengths: list[int]) -> None:
    picture = DocumentLengths.of(["x" * n for n in lengths] if len(lengths) > 1 else ["a\n"])
    assert picture
    lengths = lengths if len(lengths) > 1 else [1]
    edges = picture.edges.tolist()
    expected = [sum(low <= n < high for n in lengths) for low, high in pairwise(edges)]
    assert picture.counts.tolist() == expected and sum(expected) == len(lengths)
    assert (picture.shortest, picture.longest) == (min(lengths), max(lengths))
    assert picture.median == np.median(lengths)
    assert edges == sorted(set(edges)) and len(edges) < 70


@pytest.mark.parametrize(
    ("documents", "unit", "n"),
    [
        (["a", "bb"], "documents", 2),
        (["one\n\ntwo\n \nthree\nand more"], "paragraphs", 3),
        (["one\n\ntwo\nthree\n"], "lines", 3),
        (["no line at all"], "lines", 1),
    ],
)
def test_of_one_document_the_parts_are_measured(documents: list[str], unit: str, n: int) -> None:
    picture = DocumentLengths.of(documents)
    assert picture
    assert (picture.to_json()["of"], picture.counts.sum()) == (unit, n)


@pytest.mark.parametrize("documents", [[], [""], [" \n\n \n"]])
def test_nothing_has_no_length(documents: list[str]) -> None:
    assert DocumentLengths.of(documents) is None


def test_the_most_frequent_words() -> None:
    picture = FrequentWords.of(WordCounts.of(ZIPF))
    assert picture
    expected = Counter(ZIPF).most_common(SHOWN)
    assert list(zip(picture.words, picture.counts.tolist(), strict=True)) == expected


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_most_frequent_sequences_stay_within_documents(n: int) -> None:
    lengths = [700, 1, 0, 299, 3000]
    words = ZIPF[: sum(lengths)]
    ends = np.cumsum(lengths).tolist()
    expected: Counter[tuple[str, ...]] = Counter()
    for start, end in zip([0, *ends], ends, strict=False):
        expected.update(tuple(words[i : i + n]) for i in range(start, end - n + 1))
    picture = FrequentNgrams.of(WordCounts.of(words, lengths), n)
    assert picture
    counts = picture.counts.tolist()
    assert counts == [count for _, count in expected.most_common(SHOWN)]
    assert all(expected[gram] == count for gram, count in zip(picture.grams, counts, strict=True))


@pytest.mark.parametrize("n", [1, 6])
def test_other_lengths_of_sequences_are_refused(n: int) -> None:
    with pytest.raises(ConfigError, match="n is out of range"):
        FrequentNgrams.of(WordCounts.of(ZIPF), n)


def test_chinese_words_are_joined_as_they_are_written() -> None:
    picture = FrequentNgrams.of(WordCounts.of(["老", "猫", "the", "cat"] * 2))
    assert picture
    assert picture.to_json()["gram"] == ["老猫", "猫 the", "the cat"]


def test_no_sequence_occurs_twice() -> None:
    assert FrequentNgrams.of(WordCounts.of(ODD["all unique"])) is None


def topics() -> list[str]:
    """Two topics of three words each, in turns, among words of grammar and filling."""
    words = []
    for topic in range(40):
        own = [f"t{topic % 2}{letter}" for letter in "abc"]
        for _ in range(150):
            words += ["the", own[RANDOM.integers(3)], f"f{RANDOM.integers(3000)}", "of"]
    return words


def test_words_of_one_topic_stand_together_and_grammar_is_left_out() -> None:
    words = topics() + [f"f{i}" for i in RANDOM.integers(3000, size=300_000)]
    picture = CoOccurrence.of(WordCounts.of(words), n_words=6)
    assert picture
    assert set(picture.words) == {"t0a", "t0b", "t0c", "t1a", "t1b", "t1c"}
    same = np.array([[a[1] == b[1] for b in picture.words] for a in picture.words])
    assert picture.ppmi[same].min() > 3 > picture.ppmi[~same].max()


def test_pairs_and_their_surprise_are_counted_as_by_hand() -> None:
    words = topics()
    lengths = [1000] * (len(words) // 1000)
    picture = CoOccurrence.of(WordCounts.of(words, lengths), n_words=24)
    assert picture and len(picture.words) > 4
    pairs: Counter[tuple[str, ...]] = Counter()
    n_pairs = 0
    for start in range(0, len(words), 1000):
        document = words[start : start + 1000]
        for i in range(len(document)):
            for other in document[i + 1 : i + 1 + WINDOW]:
                pairs[tuple(sorted((document[i], other)))] += 1
                n_pairs += 1
    share = {word: count / len(words) for word, count in Counter(words).items()}
    for i, a in enumerate(picture.words):
        for j, b in enumerate(picture.words):
            observed = pairs[tuple(sorted((a, b)))]
            assert picture.counts[i, j] == observed
            expected = n_pairs * share[a] * share[b] * (1 if a == b else 2)
            surprise = math.log2(observed / expected) if observed else 0
            assert picture.ppmi[i, j] == pytest.approx(max(surprise, 0))


def test_documents_of_one_word_have_no_neighbours() -> None:
    words = topics()
    assert CoOccurrence.of(WordCounts.of(words, [1] * len(words))) is None


def test_coverage_is_the_share_of_the_most_frequent() -> None:
    picture = Coverage.of(WordCounts.of(ZIPF))
    assert picture
    counts = [count for _, count in Counter(ZIPF).most_common()]
    for size, share in zip(picture.sizes.tolist(), picture.shares.tolist(), strict=True):
        assert share == pytest.approx(sum(counts[:size]) / len(ZIPF))
    for share, size in picture.marks:
        assert sum(counts[:size]) >= share * len(ZIPF) > sum(counts[: size - 1])
    assert [share for share, _ in picture.marks] == [0.5, 0.8, 0.9, 0.95, 0.99]


def test_a_share_that_is_met_exactly_is_met() -> None:
    picture = Coverage.of(WordCounts.of([f"w{i}" for i in range(100)]))
    assert picture
    assert [size for _, size in picture.marks] == [50, 80, 90, 95, 99]


def test_a_picture_comes_back_from_its_json() -> None:
    documents = built_in_corpus("news").documents
    words = [split_words(document.lower()) for document in documents]
    counts = WordCounts.of([word for some in words for word in some], [len(some) for some in words])
    for name, picture in text_pictures(counts, documents).items():
        assert picture is not None, name
        values = json.loads(json.dumps(picture.to_json()))
        assert json.loads(json.dumps(picture_of(name, values).to_json())) == values
    with pytest.raises(LookupError):
        picture_of("pie", {})
