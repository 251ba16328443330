"""What the page Learn asks of a run: its own numbers, for every method, at every step."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lmcore.errors import LmcoreError
from lmcore.events import Snapshot
from lmcore.runs.home import Home
from lmcore.runs.store import Store
from lmcore.runs.vectors.learn import SHOWN, learn
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.tasks.word_vectors import start
from lmcore.text.corpora import CorpusInfo, CorpusLibrary
from lmcore.training.snapshots import write_snapshot
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.stored import stored_contexts, stored_vectors

RUN = "abcdef0123"
Train = Callable[..., int]


@pytest.fixture(scope="module")
def sentences() -> str:
    random = np.random.default_rng(0)
    groups = (("cat", "dog", "bird", "horse", "cow"), ("bread", "milk", "rice", "apple", "soup"))
    verbs = (("sees", "follows", "hears"), ("cooks", "eats", "buys"))

    def one() -> str:
        side = random.integers(2)
        who, what = random.choice(groups[side], 2)
        return f"the {who} {random.choice(verbs[side])} the {what}"

    return "\n\n".join(one() for _ in range(1500))


@pytest.fixture
def trained(home: Home, store: Store, sentences: str) -> Train:
    """Trains a method on the sentences, as a worker would, and gives its last step."""
    info: CorpusInfo = CorpusLibrary(home.corpora).add("sentences", sentences, owner="me")

    def train(**settings: Any) -> int:
        config = VectorsConfig(**({"dimensions": 32, "epochs": 5, "min_count": 1} | settings))
        spec = replace(RunSpec(task=WORD_VECTORS, corpus=info.id, corpus_sha256=info.sha256), vectors=config)
        store.create(RUN, spec, name="x", owner="me")
        run = start(spec, CorpusLibrary(home.corpora).get(info.id), home.run_folder(RUN))
        for event in run.events():
            if isinstance(event, Snapshot):
                write_snapshot(home.run_folder(RUN), event)
        return run.step

    return train


def answer(home: Home, step: int, **given: Any) -> dict[str, Any]:
    return list(learn(home, RUN, step, **given))[-1]


def test_one_update_is_worked_out_from_the_vectors_of_the_step(home: Home, trained: Train) -> None:
    last = trained()
    said = answer(home, last, centre="cat", context="sees")
    folder = home.run_folder(RUN)
    contexts = stored_contexts(folder, last)
    assert contexts is not None
    v = stored_vectors(folder, last)["cat"]
    terms = said["pair"]["terms"]
    assert terms[0]["word"] == "sees" and len(terms) == 6
    assert not {"cat", "sees"} & {term["word"] for term in terms[1:]}
    for i, term in enumerate(terms):
        score = float(contexts[term["word"]] @ v)
        assert term["score"] == pytest.approx(score, abs=1e-3)
        assert term["loss"] == pytest.approx(np.log1p(np.exp(score if i else -score)), abs=1e-3)
    assert said["pair"]["loss"] == pytest.approx(sum(term["loss"] for term in terms), abs=1e-3)
    assert said["pair"]["loss_after"] < said["pair"]["loss"]
    again = answer(home, last, centre="cat", context="sees", draw=1)
    assert [t["word"] for t in again["pair"]["terms"]] != [t["word"] for t in terms]


def test_the_passage_is_of_the_text_and_has_the_word_in_its_place(home: Home, trained: Train) -> None:
    last = trained()
    first, second = (answer(home, last, centre="milk", nth=nth)["passage"] for nth in (0, 1))
    assert first["words"][first["at"]] == second["words"][second["at"]] == "milk"
    assert answer(home, last, centre="milk", nth=first["n"])["passage"] == first
    assert answer(home, last, centre="milk")["context"] in first["words"]


def test_the_vectors_come_to_say_what_the_text_counts(home: Home, trained: Train) -> None:
    last = trained(epochs=20, learning_rate=0.1)
    begun, ended = (answer(home, step)["matrices"] for step in (0, last))
    assert begun["words"] == ended["words"] and len(ended["words"]) <= SHOWN
    assert begun["correlation"] is None and ended["correlation"] > 0.5
    counted = np.array(ended["counted"], float)  # None, never met, becomes nan
    np.testing.assert_array_equal(counted, counted.T)
    animals = [w in ("cat", "dog", "bird", "horse", "cow") for w in ended["words"]]
    assert sum(a != b for a, b in itertools.pairwise(animals)) <= 2  # they stand together


def test_cbow_averages_the_window_and_predicts_the_centre(home: Home, trained: Train) -> None:
    said = answer(home, trained(method="cbow", window=1), centre="cat")
    passage, pair = said["passage"], said["pair"]
    at = passage["at"]
    assert pair["target"] == "cat" == pair["terms"][0]["word"]
    assert pair["given"] == passage["words"][max(0, at - 1) : at] + passage["words"][at + 1 : at + 2]


@pytest.mark.parametrize("method", ["glove", "ppmi"])
def test_methods_that_count_tell_their_counts(home: Home, trained: Train, method: str) -> None:
    last = trained(method=method, window=1)
    pair = answer(home, last, centre="cat", context="sees")["pair"]
    corpus = CorpusLibrary(home.corpora).get(Store(home.database).run(RUN).spec.corpus)
    text = " ".join(corpus.documents)
    met = sum(text.count(both) for both in ("cat sees", "sees cat"))
    assert (pair["kind"], pair["count"]) == (method, met)
    if method == "ppmi":
        words = text.split()
        due = 2 * words.count("cat") * words.count("sees") / len(words)
        assert pair["expected"] == pytest.approx(due, rel=1e-3)
        assert pair["pmi"] == pytest.approx(np.log(met / due), rel=1e-3)
    else:
        assert pair["weight"] == 1 and pair["log_count"] == pytest.approx(np.log(met))


def test_what_cannot_be_shown_is_said(home: Home, trained: Train) -> None:
    last = trained()
    (home.run_folder(RUN) / "counts.npz").unlink()
    assert answer(home, last)["matrices"] is None
    with pytest.raises(LmcoreError) as refusal:
        answer(home, last, centre="hors")
    assert "horse" in refusal.value.message("en")
    with pytest.raises(LmcoreError):
        answer(home, last + 1)
