"""What a live picture is told: only what is new, never too much, and everything after a rewind."""

import base64
import json
from collections.abc import Callable

import numpy as np
import pytest

from lmcore.analysis.word_map import WordMap
from lmcore.errors import RunError
from lmcore.runs import feed
from lmcore.runs.home import Home
from lmcore.runs.store import Artifact, Store
from lmcore.tasks.spec import RunSpec

OWNER = "a visitor"
HOSTILE = ["", "../../etc", "'; DROP TABLE runs; --", "\x00", "x" * 10_000, "<script>", "运行"]


@pytest.fixture
def run(store: Store) -> str:
    store.create("r", RunSpec(), name="news", owner=OWNER, status="running", planned_steps=100)
    return "r"


@pytest.fixture
def record(store: Store, run: str) -> Callable[..., None]:
    """Writes losses of the steps 1, 2, …; None stands for a loss that was no number."""

    def write(losses: list) -> None:
        rows = [(run, step, loss, 3e-3, 1.0, 5e4) for step, loss in enumerate(losses, start=1)]
        with store.transaction() as db:
            db.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)

    return write


def test_a_new_reader_gets_everything_and_then_only_what_is_new(store: Store, run: str, record) -> None:
    record([4.0, 3.0, 2.0])
    first = feed.live(store, run)
    assert first["points"]["step"] == [1, 2, 3]
    assert first["points"]["loss"] == [4.0, 3.0, 2.0]
    later = feed.live(store, run, since=2, revision=first["revision"])
    assert later["points"]["step"] == [3]
    assert feed.live(store, run, since=3, revision=first["revision"])["points"]["step"] == []


def test_after_a_rewind_a_reader_gets_all_points_again(store: Store, run: str, record) -> None:
    record([4.0, 3.0, 2.0])
    revision = feed.live(store, run)["revision"]
    store.rewind(run, 2)
    again = feed.live(store, run, since=3, revision=revision)
    assert again["points"]["step"] == [1, 2]
    assert again["revision"] != revision


def test_a_long_history_is_thinned_and_keeps_its_extremes(store: Store, run: str, record) -> None:
    losses = (3 + np.random.default_rng(0).normal(size=30_000)).tolist()
    losses[12_345], losses[20_000] = 99.0, -99.0
    record(losses)
    points = feed.live(store, run)["points"]
    assert len(points["step"]) <= feed.MAX_POINTS
    assert points["step"] == sorted(set(points["step"]))
    assert points["step"][-1] == 30_000
    assert max(points["loss"]) == 99.0
    assert min(points["loss"]) == -99.0
    assert points["step"][points["loss"].index(99.0)] == 12_346


def test_as_many_points_as_are_allowed_are_not_thinned(store: Store, run: str, record) -> None:
    record([2.0] * feed.MAX_POINTS)
    assert len(feed.live(store, run)["points"]["step"]) == feed.MAX_POINTS


def test_a_loss_that_is_no_number_is_null_and_not_lost(store: Store, run: str, record) -> None:
    record([3.0, None, 2.0] + [2.0] * 6_000)
    reply = json.loads(json.dumps(feed.live(store, run), allow_nan=False))
    assert reply["points"]["loss"][reply["points"]["step"].index(2)] is None


def test_a_run_without_points_is_described(store: Store, run: str) -> None:
    reply = feed.live(store, run)
    assert reply["points"] == {name: [] for name in feed.COLUMNS}
    assert (reply["status"], reply["unit"], reply["stored"]) == ("running", "token", False)
    assert reply["planned_snapshots"][0] == 0


def test_snapshots_samples_marks_and_references_are_told(store: Store, run: str) -> None:
    store.add_artifact(run, Artifact("snapshot", 8, "", None))
    store.add_mark(run, 5, "changed", name="learning_rate", value=0.1)
    with store.transaction() as db:
        db.execute("INSERT INTO samples VALUES (?, 8, '猫 </script>')", (run,))
        db.execute("INSERT INTO reference_losses VALUES (?, 'counting', 2.5, 3)", (run,))
    reply = feed.live(store, run)
    assert reply["snapshots"] == [8]
    assert reply["samples"] == [{"step": 8, "text": "猫 </script>"}]
    assert reply["marks"][0]["given"] == {"name": "learning_rate", "value": 0.1}
    assert reply["references"] == [{"name": "counting", "loss": 2.5, "order": 3}]


def test_waiting_runs_know_their_place(store: Store) -> None:
    for place, name in enumerate("abc"):
        store.create(name, RunSpec(), name=name, owner=OWNER, queued=float(place))
    assert [feed.live(store, name)["queue_position"] for name in "abc"] == [1, 2, 3]


@pytest.mark.parametrize("run_id", HOSTILE)
def test_a_hostile_run_id_is_refused_in_words(store: Store, home: Home, run: str, run_id: str) -> None:
    with pytest.raises(RunError) as refused:
        feed.live(store, run_id)
    assert len(str(refused.value)) < 250
    assert store.run(run).name == "news"  # nobody dropped the table


@pytest.mark.parametrize("since", [-1, 10**9, -(10**9)])
def test_any_whole_number_may_be_asked_from(store: Store, run: str, record, since: int) -> None:
    record([4.0])
    revision = store.run(run).revision
    assert len(feed.live(store, run, since=since, revision=revision)["points"]["step"]) == (since < 1)


def test_a_frame_is_the_map_that_was_saved(home: Home) -> None:
    xy = np.array([[0.5, -0.25], [-1, 1]], np.float32)
    word_map = WordMap(4, ("cat", "<b>"), xy, np.array([0, 1], np.int8), ("cat", "<b>"), 0.5, "pca")
    word_map.save(home.run_folder("r") / "frames" / "0000004.npz")
    reply = feed.frame(home, "r", 4)
    assert reply["words"] == ["cat", "<b>"]
    assert np.frombuffer(base64.b64decode(reply["xy"]), "<f4").tolist() == xy.ravel().tolist()
    assert reply["method"] == "PCA"


@pytest.mark.parametrize("step", [5, -1, 10**12])
def test_a_frame_that_was_not_kept_is_refused_in_words(home: Home, step: int) -> None:
    with pytest.raises(RunError, match="no snapshot"):
        feed.frame(home, "r", step)
