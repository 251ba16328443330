"""The runs that come with the app: small, complete, and the same after export and registering."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from lmcore.analysis.word_map import WordMap
from lmcore.cli import showcase as command
from lmcore.runs import feed, showcase
from lmcore.runs.home import Home
from lmcore.runs.store import Artifact, Store
from lmcore.tasks.language_model import load_model
from lmcore.tasks.spec import LANGUAGE_MODEL, WORD_VECTORS, RunSpec

SPECS = {LANGUAGE_MODEL: command.language_model(), WORD_VECTORS: command.word_vectors()}
TOLD = (
    "points",
    "validation",
    "samples",
    "references",
    "snapshots",
    "step",
    "planned_steps",
    "model",
    "unit",
)


def stored_folder(task: str) -> Path:
    return showcase.FOLDER / showcase.stored_id(task)


def described(task: str) -> dict:
    return json.loads((stored_folder(task) / "run.json").read_text(encoding="utf-8"))


@pytest.fixture
def finished(store: Store, home: Home) -> str:
    """A run with something of everything; the snapshot of step 1 will not be kept."""
    store.create("r", SPECS[LANGUAGE_MODEL], name="猫", owner="me", status="done", step=3, planned_steps=3)
    folder = home.run_folder("r")
    (folder / "snapshots").mkdir(parents=True)
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    for step in (0, 1, 3):
        (folder / "snapshots" / f"{step:07d}.safetensors").write_bytes(bytes([step]))
        store.add_artifact("r", Artifact("snapshot", step, "", None))
    with store.transaction() as db:
        metrics = [
            ("r", 1, 4.0, 1e-3, 1.0, 9.0),
            ("r", 2, None, 2e-3, None, 9.0),
            ("r", 3, 2.0, 1e-3, 1.0, 9.0),
        ]
        db.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", metrics)
        db.executemany("INSERT INTO evaluations VALUES ('r', ?, ?)", [(0, 4.1), (3, None)])
        db.executemany("INSERT INTO samples VALUES ('r', ?, ?)", [(0, "x"), (3, "<b>\n狗")])
        db.execute("INSERT INTO reference_losses VALUES ('r', 'counting', 2.5, 3)")
    return "r"


@pytest.fixture
def exported(store: Store, home: Home, finished: str, tmp_path: Path) -> Path:
    return showcase.export(store, finished, home.run_folder(finished), [0, 3], tmp_path / "showcase")


def test_a_registered_run_is_the_run_that_was_exported(store: Store, finished: str, exported: Path) -> None:
    store.remove_artifact(finished, "snapshot", 1)  # which was not exported
    before = feed.live(store, finished)
    (run_id,) = showcase.register(store, exported.parent)
    after = feed.live(store, run_id)
    assert {name: after[name] for name in TOLD} == {name: before[name] for name in TOLD}
    assert (after["status"], after["stored"], after["name"]) == ("done", True, "猫")
    assert store.run(run_id).spec == store.run(finished).spec


def test_only_the_kept_snapshots_are_exported(exported: Path) -> None:
    names = sorted(path.name for path in exported.rglob("*") if path.is_file())
    assert names == ["0000000.safetensors", "0000003.safetensors", "run.json", "tokenizer.json"]


def test_an_export_leaves_nothing_of_an_older_one(
    store: Store, home: Home, finished: str, exported: Path
) -> None:
    showcase.export(store, finished, home.run_folder(finished), [3], exported.parent)
    assert [path.name for path in (exported / "snapshots").iterdir()] == ["0000003.safetensors"]


def test_registering_twice_does_not_double(store: Store, exported: Path) -> None:
    (run_id,) = showcase.register(store, exported.parent)
    once = feed.live(store, run_id)
    assert showcase.register(store, exported.parent) == [run_id]
    assert feed.live(store, run_id) == once
    assert [run.id for run in store.runs()].count(run_id) == 1


def test_a_stored_run_stands_last_and_is_shared(store: Store, exported: Path) -> None:
    (run_id,) = showcase.register(store, exported.parent)
    assert store.runs(owner="somebody")[-1].id == run_id


def test_without_stored_runs_nothing_is_listed(store: Store, tmp_path: Path) -> None:
    assert showcase.register(store, tmp_path) == []
    assert showcase.register(store, tmp_path / "missing") == []


# the runs in the repository


def test_the_stored_runs_stay_small() -> None:
    files = [path for path in showcase.FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 9_000_000


@pytest.mark.parametrize("task", SPECS)
def test_every_task_has_a_stored_run_that_can_be_registered(store: Store, task: str) -> None:
    assert showcase.stored_id(task) in showcase.register(store)
    reply = feed.live(store, showcase.stored_id(task))
    assert len(reply["points"]["step"]) > 20
    assert reply["snapshots"][0] == 0
    assert reply["snapshots"][-1] == reply["step"] == reply["planned_steps"]
    assert len(reply["samples"]) == len(reply["snapshots"])


@pytest.mark.parametrize("task", SPECS)
def test_make_showcase_would_train_the_stored_run_again(task: str) -> None:
    stored, spec = RunSpec.from_json(described(task)["spec"]).to_json(), SPECS[task].to_json()
    for value in (stored, spec):
        value["model"].pop("vocab_size")  # known when the text has been read
    assert stored == spec


def test_the_stored_language_model_writes_at_every_snapshot() -> None:
    run = described(LANGUAGE_MODEL)
    for step in run["snapshots"]:
        model, tokenizer = load_model(stored_folder(LANGUAGE_MODEL), step)
        ids = torch.from_numpy(tokenizer.ids("The people")[None].astype(np.int64))
        with torch.inference_mode():
            assert torch.isfinite(model(ids)).all()
    assert tokenizer.vocab_size == run["spec"]["model"]["vocab_size"]


def test_the_stored_language_model_learned_something() -> None:
    run = described(LANGUAGE_MODEL)
    uniform = next(loss for name, loss, _ in run["references"] if name == "uniform")
    first, last = run["evaluations"][0][1], run["evaluations"][-1][1]
    assert first == pytest.approx(uniform, abs=0.1)
    assert last < 0.7 * first


def test_the_stored_word_vectors_open_at_every_snapshot() -> None:
    from lmcore.tasks.word_vectors import frame_path
    from lmcore.vectors.stored import stored_vectors

    folder = stored_folder(WORD_VECTORS)
    for step in described(WORD_VECTORS)["snapshots"]:
        vectors, word_map = stored_vectors(folder, step), WordMap.load(frame_path(folder, step))
        assert word_map.step == step
        assert np.isfinite(word_map.xy).all()
        assert len(vectors.most_similar(word_map.words[0], topn=5)) == 5
