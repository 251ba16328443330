"""Scores equal gensim's and scipy's, and say how much of a test could be asked."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from scipy.stats import spearmanr

from lmcore.errors import TextError
from lmcore.vectors.evaluation import (
    analogy_scores,
    live_questions,
    scores_while_training,
    similarity_score,
    spearman,
    thinned,
)
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.word_sets import (
    Pairs,
    google_sections,
    held_out_sections,
    judged_pairs,
    parsed_analogies,
    parsed_set,
    world_sections,
)


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    """Vectors for half of the words of the tests: families, and the steps of the analogies, with noise."""
    random = np.random.default_rng(3)
    judged = [
        word
        for name in ("wordsim353", "simlex999")
        for a, b, _ in judged_pairs(name).pairs
        for word in (a, b)
    ]
    asked = [word for section in google_sections() for question in section.questions for word in question]
    words = list(dict.fromkeys([*judged, *asked]))[::2]
    common = random.normal(size=(40, 24))
    matrix = random.normal(size=(len(words), 24)) + common[random.integers(0, 40, len(words))]
    row = {word: i for i, word in enumerate(words)}
    for section in google_sections():
        step = 2 * random.normal(size=24)
        pairs = dict.fromkeys((a, b) for a, b, _, _ in section.questions if a in row and b in row)
        for a, b in pairs:
            matrix[row[b]] = matrix[row[a]] + step + random.normal(size=24)
    return WordVectors(words, np.ones(len(words)), matrix)


@pytest.fixture(scope="module")
def gensim(vectors: WordVectors) -> KeyedVectors:
    keyed = KeyedVectors(24)
    keyed.add_vectors(list(vectors.words), vectors.matrix)
    return keyed


@pytest.mark.parametrize(("name", "file"), [("wordsim353", "wordsim353.tsv"), ("simlex999", "simlex999.txt")])
def test_similarity_equals_gensim(vectors: WordVectors, gensim: KeyedVectors, name: str, file: str) -> None:
    ours = similarity_score(vectors, judged_pairs(name))
    _, theirs, unknown = gensim.evaluate_word_pairs(datapath(file), case_insensitive=True)
    assert ours.spearman == pytest.approx(theirs[0], abs=1e-6)
    assert ours.n_total - ours.n_pairs == round(unknown * ours.n_total / 100)


def test_analogies_equal_gensim(vectors: WordVectors, gensim: KeyedVectors) -> None:
    _, theirs = gensim.evaluate_word_analogies(
        datapath("questions-words.txt"), restrict_vocab=30_000, case_insensitive=True
    )
    ours = {score.name: score for score in analogy_scores(vectors, google_sections())}
    for section in theirs[:-1]:
        right, wrong = len(section["correct"]), len(section["incorrect"])
        assert (ours[section["section"]].n_correct, ours[section["section"]].n) == (right, right + wrong)
    assert sum(score.n_total for score in ours.values()) == 19_544
    assert 0.2 < sum(score.n_correct for score in ours.values()) / sum(s.n for s in ours.values()) < 0.9


def test_spearman_shares_the_rank_of_ties() -> None:
    a, b = np.array([1, 2, 2, 3, 3, 3, 9.0]), np.array([5, 1, 1, 2, 8, 2, 0.5])
    assert spearman(a, b) == pytest.approx(spearmanr(a, b)[0])  # type: ignore[index]
    assert spearman(a, np.zeros(7)) == 0


def test_few_known_pairs_give_no_correlation() -> None:
    few = WordVectors(("tiger", "cat", "book", "paper"), np.ones(4), np.eye(4))
    score = similarity_score(few, judged_pairs("wordsim353"))
    assert score.spearman is None and 0 < score.n_pairs < 10 and score.n_total == 353
    assert scores_while_training(few, "en", False) == []


def test_a_perfect_world_answers_every_question() -> None:
    """Each relation a fixed step: 3CosAdd must find all of its fourth words."""
    words, rows = [], []
    random = np.random.default_rng(0)
    for relation in held_out_sections("en")[:1]:
        step = random.normal(size=64)
        for a, b in dict.fromkeys((a, b) for a, b, _, _ in relation.questions):
            base = random.normal(size=64)
            words += [a, b]
            rows += [base, base + 3 * step]
    vectors = WordVectors(words, np.ones(len(words)), np.array(rows))
    (score,) = analogy_scores(vectors, held_out_sections("en")[:1])
    assert score.n_correct == score.n == score.n_total > 100


@pytest.mark.parametrize("language", ["en", "zh"])
def test_held_out_questions_are_some_of_all(language: str) -> None:
    for all_, held_out in zip(world_sections(language), held_out_sections(language), strict=True):
        assert set(held_out.questions) < set(all_.questions) and held_out.questions


def test_the_live_scores_name_what_they_measure(vectors: WordVectors) -> None:
    names = {score.name for score in scores_while_training(vectors, "en", False)}
    assert names == {"wordsim353", "simlex999", "google"}
    assert scores_while_training(vectors, "zh", False) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_live_scores_of_the_world_are_those_of_its_sections(language: str) -> None:
    words = sorted({w for section in world_sections(language) for q in section.questions for w in q})
    random = np.random.default_rng(5)
    matrix = random.normal(size=(len(words), 12))
    for section in world_sections(language):
        step = random.normal(size=12)
        for a, b, _, _ in section.questions[:: len(section.questions) // 7]:
            matrix[words.index(b)] = matrix[words.index(a)] + step
    vectors = WordVectors(words, np.ones(len(words)), matrix)
    scores = {score.name: score for score in scores_while_training(vectors, language, True)}
    held_out = analogy_scores(vectors, held_out_sections(language))
    assert scores["world_held_out"].n == sum(section.n for section in held_out)
    for section in held_out:
        live = scores[f"world.{section.name}"]
        assert (round(live.value * live.n), live.n) == (section.n_correct, section.n)
    (all_,) = [scores["world"]]
    assert 400 <= all_.n <= 1_200 and 0 < all_.value < 1


def test_live_questions_are_some_of_every_section_and_the_same_each_time(vectors: WordVectors) -> None:
    every = tuple(dict.fromkeys(w for section in google_sections() for q in section.questions for w in q))
    few = live_questions(every)
    assert few == live_questions.__wrapped__(every)
    assert 600 < sum(len(section.questions) for section in few) < 1_000
    for section, whole in zip(few, google_sections(), strict=True):
        assert set(section.questions) < set(whole.questions) and section.questions
    assert all(score.n == score.n_total for score in analogy_scores(vectors, live_questions(vectors.words)))
    alike = WordVectors(every, np.ones(len(every)), np.ones((len(every), 2)))
    (google,) = [score for score in scores_while_training(alike, "en", False) if score.name == "google"]
    assert google.n == sum(len(section.questions) for section in few)


def test_a_thin_set_stays_whole() -> None:
    sections = google_sections()
    assert thinned(sections, 10**6) == list(sections)


def test_words_with_capitals_are_found_as_gensim_finds_them(vectors: WordVectors) -> None:
    """Vocabularies such as that of word2vec's published vectors tell "Paris" from "paris"."""
    words = [word.capitalize() if i % 3 else word for i, word in enumerate(vectors.words)]
    keyed = KeyedVectors(24)
    keyed.add_vectors(words, vectors.matrix)
    cased = WordVectors(words, vectors.counts, vectors.matrix)
    _, theirs = keyed.evaluate_word_analogies(datapath("questions-words.txt"), case_insensitive=True)
    ours = analogy_scores(cased, google_sections())
    for section, score in zip(theirs[:-1], ours, strict=True):
        right, wrong = len(section["correct"]), len(section["incorrect"])
        assert (score.n_correct, score.n) == (right, right + wrong)
    plain = similarity_score(vectors, judged_pairs("wordsim353"))
    assert similarity_score(cased, judged_pairs("wordsim353")).spearman == plain.spearman


def test_a_vector_that_is_no_number_is_never_the_answer() -> None:
    words = ("a", "b", "c", "d", "nan", "zero", "far")
    rows = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [np.nan] * 3, [0] * 3, [-1, 0, 0]])
    vectors = WordVectors(words, np.ones(7), rows)
    (score,) = analogy_scores(vectors, parsed_analogies("a b c d\na b c nan\nnan b c a\na b c zero"))
    assert (score.n_correct, score.n, score.n_total) == (1, 1, 4)


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("虎 猫 7.35\n书\t纸\t7.46", 2),
        ("Word1,Word2,Score\ncat,dog,1\nking，queen，0.5", 2),
        ("\ufeff# a comment\ncat dog 1\r\n\r\nking  queen  2", 2),
        ("new york\tcity\t7\nlos angeles\tbig town\t5.5", 2),
        ("Word 1,Word 2,Human (mean)\nlove,sex,6.77\ntiger,cat,7.35", 2),
        ("first second human score\ncat dog 1\nking queen 2", 2),
        ('"cat","dog","1.5"', 1),
        ("cat dog\t3", 1),
    ],
)
def test_pairs_of_a_visitor_are_read_in_many_shapes(text: str, n: int) -> None:
    found = parsed_set(text)
    assert isinstance(found, Pairs) and len(found.pairs) == n


def test_a_refused_line_is_named_by_its_place_in_the_file() -> None:
    with pytest.raises(TextError, match=r"Line 5 cannot be read.*“broken”"):
        parsed_set("# notes\n\ncat dog 1\n\nbroken\nking queen 2")
    with pytest.raises(TextError, match="Line 4 "):
        parsed_set(": family\n\nking queen man woman\nking queen man")


def test_words_with_blanks_stand_between_tabs() -> None:
    found = parsed_set("New York\tcity\t7")
    assert isinstance(found, Pairs) and found.pairs == (("new york", "city", 7.0),)


def test_analogies_of_a_visitor_are_read_by_section() -> None:
    found = parsed_set(": capital\n北京 中国 东京 日本\n: family\nking queen man woman\nboy girl man woman")
    assert not isinstance(found, Pairs)
    assert [(section.name, len(section.questions)) for section in found] == [("capital", 1), ("family", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n#x",
        "cat",
        "cat dog",
        "cat dog x\nking queen y",
        "a b c d e",
        "a b nan\nc d nan",
        "x" * 1000001,
        "a b c d\na b",
        "\x00\x01\x02",
        ": only a heading",
        "a b c d\n" * 20_001,
        "\U0001f642 " * 5_000,
        "a b 1e400",
    ],
)
def test_a_set_that_cannot_be_read_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(TextError) as refusal:
        parsed_set(text)
    assert len(refusal.value.message("en")) < 300
