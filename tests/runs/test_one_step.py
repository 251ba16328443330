"""What a worker answers about one step: JSON about the visitor's text or a held-back passage."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from lmcore.errors import ConfigError, LmcoreError, RunError, TextError
from lmcore.events import Snapshot, Step
from lmcore.models.configs.bert import BertConfig
from lmcore.runs.home import Home
from lmcore.runs.recorder import Recorder
from lmcore.runs.requests import REQUESTS
from lmcore.runs.store import Store
from lmcore.tasks.language_model import start
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.training.snapshots import write_snapshot

LAST = 30


def train(home: Home, store: Store, spec: RunSpec) -> dict[int, float]:
    """A run named "abc"; gives the learning rate of every step."""
    store.create("abc", spec, name="a run", owner="somebody")
    run = start(spec, CorpusLibrary(home.corpora).get(spec.corpus), home.run_folder("abc"))
    recorder, rates = Recorder(store, "abc"), {}
    for event in run.events():
        recorder.add(event)
        if isinstance(event, Snapshot):
            write_snapshot(home.run_folder("abc"), event)
        if isinstance(event, Step):
            rates[event.step] = event.learning_rate
    recorder.flush()
    return rates


@pytest.fixture
def rates(home: Home, store: Store, tiny_spec: RunSpec) -> dict[int, float]:
    return train(home, store, tiny_spec)


def asked(home: Home, text: str = "", step: int = LAST, **given: Any) -> dict[str, Any]:
    (part,) = REQUESTS["one_step"](home, "abc", step, text, **given)
    return json.loads(json.dumps(part, allow_nan=False))


def test_a_text_of_ones_own_is_taken_apart(home: Home, rates: dict[int, float]) -> None:
    answer = asked(home, "the cat sees")
    assert "".join(answer["tokens"]) == "the cat see" and "".join(answer["targets"]) == "he cat sees"
    assert {len(stage["size"]) for stage in answer["stages"]} == {11}
    assert answer["before"]["mean"] == pytest.approx(sum(answer["before"]["loss"]) / 11, rel=1e-4)
    assert answer["after"]["mean"] < answer["before"]["mean"]
    assert answer["own"] and not answer["unknown"]


def test_without_a_text_a_held_back_line_is_taken(home: Home, store: Store, tiny_spec: RunSpec) -> None:
    text = "\n".join(["learned words"] * 80 + ["watched words"] * 20 + ["tested at last"] * 5)
    corpus = CorpusLibrary(home.corpora).add("two parts", text, owner="somebody")
    train(home, store, replace(tiny_spec, corpus=corpus.id, corpus_sha256=corpus.sha256))
    answer = asked(home)
    assert answer["tokens"][0] + "".join(answer["targets"]) == "watched words\nwat"  # the context and one
    assert not answer["own"]


def test_the_rate_is_that_of_the_next_step_of_the_run(home: Home, rates: dict[int, float]) -> None:
    assert asked(home, "the cat", 0)["rate"] == rates[1]
    assert asked(home, "the cat", 16)["rate"] == rates[17]
    assert asked(home, "the cat", LAST)["rate"] == rates[LAST]
    assert asked(home, "the cat", 16, factor=10.0)["rate"] == pytest.approx(10 * rates[17])


def test_characters_that_the_model_does_not_know_are_named(home: Home, rates: dict[int, float]) -> None:
    assert asked(home, "the 🙂 cat")["unknown"] == ["🙂"]


def test_a_long_text_is_cut(home: Home, rates: dict[int, float]) -> None:
    answer = asked(home, "the cat sees the dog. " * 500)
    assert len(answer["tokens"]) == 16 and answer["n_given"] > 16


def test_a_step_far_too_large_is_still_json(home: Home, rates: dict[int, float]) -> None:
    answer = asked(home, "the cat sees", factor=1e30)
    after = answer["after"]["mean"]
    assert after is None or (math.isfinite(after) and after > answer["before"]["mean"])


@pytest.mark.parametrize(
    ("text", "step", "kind", "key"),
    [("t", LAST, TextError, "one_step_too_short"), ("the cat", 7, RunError, "snapshot_missing")],
)
def test_what_cannot_be_done_is_said(
    home: Home, rates: dict[int, float], text: str, step: int, kind: type[LmcoreError], key: str
) -> None:
    with pytest.raises(kind) as caught:
        asked(home, text, step)
    assert caught.value.key == key
    assert all("{" not in caught.value.message(language) for language in ("en", "zh"))


def test_a_model_that_looks_both_ways_is_refused(home: Home, store: Store, tiny_spec: RunSpec) -> None:
    model = BertConfig(context_length=16, n_layers=1, n_heads=2, d_model=16)
    training = replace(tiny_spec.training, objective="masked", steps=2, sample_length=0)
    train(home, store, replace(tiny_spec, model=model, training=training))
    with pytest.raises(ConfigError, match="left to right"):
        asked(home, "the cat sees", 2)
