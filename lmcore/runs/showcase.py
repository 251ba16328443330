"""The runs that come with the app: written by `make showcase`, listed in the store at every start."""

import json
import shutil
from pathlib import Path
from typing import Any

from lmcore.i18n import ASSETS
from lmcore.runs.feed import COLUMNS, points, spread
from lmcore.runs.home import STORED_PREFIX
from lmcore.runs.store import DONE, Artifact, Store
from lmcore.tasks.spec import RunSpec

FOLDER = ASSETS / "showcase"
OWNER = "showcase"
CARRIED = ("tokenizer.json", "model.json", "vocabulary.json", "counts.npz")
LOOKS = 120  # into the model, that a stored run keeps


def stored_id(task: str) -> str:
    """The id of the stored run of a task.

    >>> stored_id("language_model")
    'stored-language_model'
    """
    return STORED_PREFIX + task


def export(store: Store, run_id: str, folder: Path, snapshots: list[int], goal: Path = FOLDER) -> Path:
    """Write a finished run as the stored run of its task; keeps the snapshots of the given steps."""
    record = store.run(run_id)
    goal = goal / stored_id(record.task)
    shutil.rmtree(goal, ignore_errors=True)
    for name in CARRIED:
        if (folder / name).is_file():
            _copy(folder / name, goal / name)
    for step in snapshots:
        for name in (f"snapshots/{step:07d}.safetensors", f"frames/{step:07d}.npz"):
            if (folder / name).is_file():
                _copy(folder / name, goal / name)
    description = {
        "name": record.name,
        "spec": record.spec.to_json(),
        "step": record.step,
        "planned_steps": record.planned_steps,
        "device": record.device,
        "tokens_per_s": record.tokens_per_s,
        "points": points(store, run_id, -1),
        "evaluations": store.evaluations(run_id),
        "samples": [row for row in store.samples(run_id) if row[0] in snapshots],
        "references": store.references(run_id),
        "scores": [row for row in store.scores_since(run_id, -1) if row[0] in snapshots],
        "layers": spread(store.layers_since(run_id, -1), LOOKS),
        "snapshots": snapshots,
    }
    (goal / "run.json").write_text(json.dumps(description, ensure_ascii=False) + "\n", encoding="utf-8")
    return goal


def _copy(source: Path, goal: Path) -> None:
    goal.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, goal)


def register(store: Store, folder: Path = FOLDER) -> list[str]:
    """List the stored runs in the store, replacing an older edition; gives their ids."""
    found = sorted(folder.glob(f"{STORED_PREFIX}*/run.json"))
    for path in found:
        _register(store, path.parent.name, json.loads(path.read_text(encoding="utf-8")))
    return [path.parent.name for path in found]


def _register(store: Store, run_id: str, described: dict[str, Any]) -> None:
    store.delete(run_id)
    spec = RunSpec.from_json(described["spec"])
    names = ("step", "planned_steps", "device", "tokens_per_s")
    columns = {name: described[name] for name in names}
    store.create(
        run_id,
        spec,
        name=described["name"],
        owner=OWNER,
        created=0.0,
        queued=None,
        shared=1,
        stored=1,
        status=DONE,
        **columns,
    )
    rows = {
        "metrics": list(zip(*(described["points"][name] for name in COLUMNS), strict=True)),
        "evaluations": described["evaluations"],
        "samples": described["samples"],
        "scores": described.get("scores", []),
        "layers": described.get("layers", []),
        "reference_losses": described["references"],
    }
    with store.transaction() as db:
        for table, values in rows.items():
            for row in values:
                db.execute(f"INSERT INTO {table} VALUES (?, {', '.join('?' * len(row))})", (run_id, *row))
    for step in described["snapshots"]:
        store.add_artifact(run_id, Artifact("snapshot", step, "", None))
