"""What was seen inside a model: kept, sent in small pieces, forgotten after a rewind."""

import base64
import json
import math
from itertools import pairwise
from pathlib import Path

import pytest

from lmcore.errors import RunError
from lmcore.events import Layers
from lmcore.runs import feed, showcase
from lmcore.runs.recorder import Recorder
from lmcore.runs.store import Store
from lmcore.tasks.spec import RunSpec


@pytest.fixture
def run(store: Store) -> str:
    store.create("r", RunSpec(), name="news", owner="me", status="running", planned_steps=100)
    return "r"


def look(step: int, norm: float = 0.5) -> Layers:
    halves = ((0, 2, 4), (1, 1, 1))
    return Layers(
        step,
        ("embedding", "0.mlp"),
        (norm, 2.0),
        (3.0, 4.0),
        (0.01, 0.02),
        (0.25, 1.0),
        halves,
        (None, 0.125),
    )


def record(store: Store, run: str, steps: list[int]) -> None:
    recorder = Recorder(store, run)
    for step in steps:
        recorder.add(look(step))
    recorder.flush()


def test_a_look_comes_back_group_by_group(store: Store, run: str) -> None:
    record(store, run, [7])
    reply = feed.layers(store, run)
    assert reply["names"] == ["embedding", "0.mlp"]
    (seen,) = reply["looks"]
    assert (seen["step"], seen["gradient"], seen["weights"]) == (7, [0.5, 2.0], [3.0, 4.0])
    assert (seen["update"], seen["edges"], seen["dead"]) == ([0.01, 0.02], [0.25, 1.0], [None, 0.125])
    assert [list(base64.b64decode(text)) for text in seen["shapes"]] == [[0, 128, 255], [255, 255, 255]]


def test_only_new_looks_are_sent(store: Store, run: str) -> None:
    record(store, run, [0, 1, 2])
    assert [one["step"] for one in feed.layers(store, run, since=0)["looks"]] == [1, 2]
    assert feed.layers(store, run, since=2)["looks"] == []


def test_many_looks_are_thinned_evenly(store: Store, run: str) -> None:
    record(store, run, list(range(1_000)))
    steps = [one["step"] for one in feed.layers(store, run)["looks"]]
    assert len(steps) == feed.MAX_LAYERS and (steps[0], steps[-1]) == (0, 999)
    assert {after - before for before, after in pairwise(steps)} == {3, 4}


def test_a_rewind_forgets_later_looks(store: Store, run: str) -> None:
    record(store, run, [0, 10, 20])
    before = feed.layers(store, run)["revision"]
    store.rewind(run, 10)
    after = feed.layers(store, run)
    assert [one["step"] for one in after["looks"]] == [0, 10] and after["revision"] != before


def test_a_deleted_run_leaves_no_looks(store: Store, run: str) -> None:
    record(store, run, [0])
    store.delete(run)
    assert store.layers_since(run, -1) == []
    with pytest.raises(RunError):
        feed.layers(store, run)


def test_what_is_no_number_is_null(store: Store, run: str) -> None:
    recorder = Recorder(store, run)
    recorder.add(look(1, math.nan))
    recorder.flush()
    reply = json.dumps(feed.layers(store, run), allow_nan=False)
    assert json.loads(reply)["looks"][0]["gradient"] == [None, 2.0]


def test_a_stored_run_brings_its_looks(store: Store, run: str, tmp_path: Path) -> None:
    record(store, run, list(range(500)))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "tokenizer.json").write_text("{}")
    showcase.export(store, run, tmp_path / "run", [], tmp_path / "stored")
    (stored,) = showcase.register(store, tmp_path / "stored")
    steps = [step for step, _ in store.layers_since(stored, -1)]
    assert len(steps) == showcase.LOOKS and (steps[0], steps[-1]) == (0, 499)
