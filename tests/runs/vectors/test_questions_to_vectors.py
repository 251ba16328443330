"""What Look up, Measure, Bias and Compare ask of a run: answers from its vectors, in plain JSON."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors

from lmcore.errors import ConfigError, LmcoreError, RunError, TextError
from lmcore.events import Snapshot
from lmcore.runs.home import Home
from lmcore.runs.store import Store
from lmcore.runs.vectors.bias import bias, debias
from lmcore.runs.vectors.compare import moved
from lmcore.runs.vectors.look_up import (
    alike_order,
    analogy,
    arithmetic,
    matrix,
    neighbours,
    odd_one_out,
    strip,
)
from lmcore.runs.vectors.scores import scores_now
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.small_world.relations import relations
from lmcore.training.snapshots import write_snapshot
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.stored import write_words

RUN = "abcdef0123"
STEP = 7
PAIRS = relations("en")[0].pairs
MALE, FEMALE = ("he", "man", "boy"), ("she", "woman", "girl")
JOBS = (("soldier", "captain", "king"), ("nurse", "dancer", "queen"))
WORDS = tuple(
    dict.fromkeys([*(w for pair in PAIRS for w in pair), *MALE, *FEMALE, *JOBS[0], *JOBS[1], "none"])
)
D = 20
Ask = Callable[..., dict[str, Any]]


def rows() -> np.ndarray:
    """Capitals stand a step away from their countries, and jobs lean towards he or she."""
    random = np.random.default_rng(0)
    found = {word: random.normal(size=D) for word in WORDS}
    step = random.normal(size=D) * 2
    for country, capital in PAIRS:
        found[capital] = found[country] + step
    gender = random.normal(size=D)
    for words, side in ((MALE, 1), (JOBS[0], 1), (FEMALE, -1), (JOBS[1], -1)):
        for word in words:
            found[word] = found[word] + 2 * side * gender
    found["none"] = np.zeros(D)
    return np.array([found[word] for word in WORDS], np.float32)


ROWS = rows().astype(np.float16)


@pytest.fixture
def asked(home: Home, store: Store) -> Iterator[Ask]:
    """Asks a question of a run whose vectors are those of `rows`; answers must be JSON."""
    info = CorpusLibrary(home.corpora).info("sentences_en")
    spec = RunSpec(task=WORD_VECTORS, corpus=info.id, corpus_sha256=info.sha256, vectors=VectorsConfig())
    store.create(RUN, replace(spec), name="x", owner="me")
    write_words(home.run_folder(RUN), WORDS, np.arange(len(WORDS), 0, -1), language="en")
    write_snapshot(home.run_folder(RUN), Snapshot(STEP, {"vectors": ROWS}))

    def ask(request: Callable[..., Iterator[dict[str, Any]]], **given: Any) -> dict[str, Any]:
        parts = list(request(home, RUN, STEP, **given))
        assert all(set(part) == {"progress"} and 0 <= part["progress"] <= 1 for part in parts[:-1])
        return json.loads(json.dumps(parts[-1], allow_nan=False))

    yield ask


@pytest.fixture(scope="module")
def gensim() -> KeyedVectors:
    keyed = KeyedVectors(D)
    keyed.add_vectors(list(WORDS[:-1]), ROWS[:-1].astype(np.float32))
    return keyed


def named(answer: list[dict[str, Any]]) -> list[str]:
    return [row["word"] for row in answer]


def test_neighbours_have_cosines_and_distances(asked: Ask, gensim: KeyedVectors) -> None:
    answer = asked(neighbours, word="king", n=10)
    theirs = gensim.most_similar("king", topn=10)
    assert named(answer["rows"]) == [word for word, _ in theirs]
    assert [row["cosine"] for row in answer["rows"]] == pytest.approx([c for _, c in theirs], abs=1e-5)
    for row in answer["rows"]:
        away = np.linalg.norm(gensim["king"] - gensim[row["word"]])
        assert row["distance"] == pytest.approx(float(away), abs=1e-4)
    by_distance = asked(neighbours, word="king", n=10, measure="euclidean")["rows"]
    assert [row["distance"] for row in by_distance] == sorted(row["distance"] for row in by_distance)


def test_a_sum_of_words_equals_gensims_and_is_drawn_as_a_parallelogram(
    asked: Ask, gensim: KeyedVectors
) -> None:
    (a, b), (c, d) = PAIRS[:2]
    answer = asked(arithmetic, expression=f"{b} － {a} + {c}", n=5)
    theirs = gensim.most_similar(positive=[b, c], negative=[a], topn=5)
    assert named(answer["rows"]) == [word for word, _ in theirs] and answer["rows"][0]["word"] == d
    assert answer["analogy"] == [a, b, c]
    assert answer["parallel"] > 0.5 and answer["answer"] == d
    asking = asked(analogy, a=a, b=b, c=c, n=5)
    assert asking["rows"] == answer["rows"] and asking["points"] == answer["points"]
    at = {point["word"]: np.array([point["x"], point["y"]]) for point in asking["points"]}
    assert set(at) == {a, b, c, d}
    assert {point["word"] for point in asking["points"] if point["role"] == "result"} == {d}
    unit = {word: gensim[word] / np.linalg.norm(gensim[word]) for word in (a, b, c, d)}
    sides = unit[b] - unit[a], unit[d] - unit[c]
    cosine = sides[0] @ sides[1] / np.linalg.norm(sides[0]) / np.linalg.norm(sides[1])
    assert asking["parallel"] == pytest.approx(float(cosine), abs=1e-4)
    target = np.array([asking["target"]["x"], asking["target"]["y"]])
    assert target - at[c] == pytest.approx(at[b] - at[a], abs=1e-5), "a, b, target, c are a parallelogram"


def test_all_with_all_and_the_odd_one_equal_gensims(asked: Ask, gensim: KeyedVectors) -> None:
    given = ["king", "soldier", "captain", "nurse", "zzzz", "quen", "king"]
    answer = asked(matrix, words=given)
    known = ["king", "soldier", "captain", "nurse"]
    assert answer["words"] == known and [one["word"] for one in answer["unknown"]] == ["zzzz", "quen"]
    assert answer["unknown"][1]["closest"][0] == "queen"
    expected = [[float(gensim.similarity(x, y)) for y in known] for x in known]
    assert answer["cosine"] == [pytest.approx(row, abs=1e-3) for row in expected]
    odd = asked(odd_one_out, words=given)
    assert odd["odd"] == gensim.doesnt_match(known) == "nurse"
    assert odd["cosines"][known.index("nurse")] == min(odd["cosines"])


def test_strips_are_scaled_and_their_order_is_one_of_all_dimensions(asked: Ask) -> None:
    answer = asked(strip, words=["king", "queen", "man", "unheard"])
    values = np.array([row["values"] for row in answer["rows"]])
    assert named(answer["rows"]) == ["king", "queen", "man"] and np.abs(values).max() == 1
    assert sorted(answer["order"]) == list(range(D)) and answer["unknown"][0]["word"] == "unheard"
    unit = ROWS[WORDS.index("king")].astype(float)
    unit /= np.linalg.norm(unit)
    assert values[0] * answer["largest"] == pytest.approx(unit[answer["order"]], abs=1e-3)


def test_dimensions_that_say_the_same_stand_beside_each_other() -> None:
    first, second = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    order = alike_order(np.stack([first, second, first, second, first, second], axis=1))
    sides = (order % 2).tolist()
    assert sum(a != b for a, b in itertools.pairwise(sides)) <= 2


def test_every_score_says_how_much_could_be_asked(asked: Ask) -> None:
    answer = asked(scores_now, own="king queen 1\nman woman 2\nnurse captain 3")
    assert [one["name"] for one in answer["similarity"]] == ["wordsim353", "simlex999", "own"]
    for one in answer["similarity"]:
        assert one["spearman"] is None and one["n_pairs"] == len(one["pairs"]) < 10
    assert len(answer["analogies"]) == 14 and sum(one["n_total"] for one in answer["analogies"]) == 19_544
    capital = answer["world"][0]
    assert capital["relation"] == "capital" and capital["correct"] > capital["n"] / 2
    assert 0 < capital["held_out_n"] < capital["n"] == len(PAIRS) * (len(PAIRS) - 1)
    own = asked(scores_now, own=f": mine\n{' '.join((*PAIRS[0], *PAIRS[1]))}")["own"]
    assert own == [{"section": "mine", "correct": 1, "n": 1, "n_total": 1}]


def test_a_removed_text_leaves_the_tests_of_english(asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def removed(*_: Any) -> None:
        raise TextError("corpus_unknown", id="x")

    monkeypatch.setattr(CorpusLibrary, "info", removed)
    answer = asked(scores_now)
    assert answer["world"] == [] and len(answer["similarity"]) == 2


def test_an_association_is_told_with_and_without_a_direction(asked: Ask) -> None:
    sets = {"x": [*JOBS[0], "plumber"], "y": list(JOBS[1]), "a": list(MALE), "b": list(FEMALE)}
    answer = asked(bias, **sets)
    assert answer["effect_size"] > 1 and answer["p_value"] == 1 / 20 and answer["exact"]
    assert answer["missing"] == ["plumber"] and answer["used"]["x"] == list(JOBS[0])
    assert {one["set"] for one in answer["each"]} == {"x", "y"} and "after" not in answer
    pairs = list(zip(MALE, FEMALE, strict=True))
    after = asked(bias, **sets, pairs=pairs)["after"]
    spread = [np.ptp([one["association"] for one in test["each"]]) for test in (answer, after)]
    assert spread[1] < spread[0] / 2


def test_words_without_a_direction_have_nothing_along_it_and_pairs_stand_even(asked: Ask) -> None:
    answer = asked(
        debias, neutral=[*JOBS[0], *JOBS[1], "nobody"], pairs=[["he", "she"], ["man", "woman"], ["x", "y"]]
    )
    before = {one["word"]: one["before"] for one in answer["words"]}
    assert before["nurse"] > 0 > before["soldier"], "from the first words of the pairs to the second"
    assert max(abs(one["after"]) for one in answer["words"]) < 1e-5
    for pair in answer["pairs"]:
        first, second = pair["before"]
        assert first < 0 < second
        assert pair["after"][0] == pytest.approx(-pair["after"][1]) and abs(pair["after"][0]) > 0
    assert answer["missing"] == ["x", "y", "nobody"]
    assert {"before", "after", "n"} == set(answer["clusters"])
    assert -1 <= answer["neighbours"]["after"] <= 1 and answer["neighbours"]["k"] > 0


def test_what_moved_between_two_steps(asked: Ask, home: Home) -> None:
    changed = ROWS.copy()
    changed[WORDS.index("king")] *= -1
    write_snapshot(home.run_folder(RUN), Snapshot(STEP + 1, {"vectors": changed}))
    answer = asked(moved, other_run=RUN, other_step=STEP + 1, n=5)
    assert answer["n_shared"] == len(WORDS) and len(answer["rows"]) == len(answer["least"]) == 5
    assert answer["rows"][0]["word"] == "king" and answer["rows"][0]["overlap"] == 0
    assert answer["least"][0]["overlap"] == 1 and 0.5 < answer["mean_overlap"] < 1
    same = asked(moved, other_run=RUN, other_step=STEP)
    assert same["mean_overlap"] == 1


def test_a_snapshot_written_anew_is_read_anew(asked: Ask, home: Home) -> None:
    first = asked(neighbours, word="king", n=1)["rows"]
    write_snapshot(
        home.run_folder(RUN), Snapshot(STEP, {"vectors": ROWS[:, ::-1] * np.arange(D, dtype=np.float16)})
    )
    assert asked(neighbours, word="king", n=1)["rows"] != first


NASTY = ["", " ", "🙂", "x" * 10_000, "nan", "<b>", "quen", "\ud800", "none"]


@pytest.mark.parametrize("word", NASTY)
def test_a_word_that_cannot_be_looked_up_is_one_sentence(asked: Ask, word: str) -> None:
    asking: list[tuple[Any, dict[str, Any]]] = [
        (neighbours, {"word": word}),
        (arithmetic, {"expression": word}),
        (analogy, {"a": word, "b": word, "c": word}),
        (strip, {"words": [word] if word != "none" else []}),
        (odd_one_out, {"words": [word]}),
        (bias, {"x": [word], "y": [word], "a": [word], "b": [word]}),
        (debias, {"neutral": [word], "pairs": [[word, word]]}),
    ]
    for request, given in asking:
        with pytest.raises(LmcoreError) as refusal:
            asked(request, **given)
        for language in ("en", "zh"):
            assert 10 < len(refusal.value.message(language)) < 300


def test_sums_that_cancel_out_lead_nowhere(asked: Ask) -> None:
    with pytest.raises(TextError, match="“king - king” add up to zero"):
        asked(arithmetic, expression="king - king")
    with pytest.raises(TextError, match="lead nowhere"):
        asked(neighbours, word="none")


def test_numbers_out_of_reach_are_refused(asked: Ask) -> None:
    for request, given in (
        (neighbours, {"word": "king"}),
        (arithmetic, {"expression": "king"}),
        (analogy, {"a": "king", "b": "man", "c": "queen"}),
        (moved, {"other_run": RUN, "other_step": STEP}),
    ):
        for n in (-1, 10**9):
            with pytest.raises(ConfigError):
                asked(request, **given, n=n)
    with pytest.raises(ConfigError):
        asked(neighbours, word="king", measure="taxicab")
    with pytest.raises(RunError):
        asked(moved, other_run=RUN, other_step=99)
