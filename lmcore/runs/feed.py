"""What a live picture needs to know about a run since it last asked: one JSON value."""

import base64
import json
import time
from typing import Any

import numpy as np

from lmcore.analysis.word_map import WordMap, frame_json
from lmcore.errors import RunError
from lmcore.runs.home import Home
from lmcore.runs.store import QUEUED, RunRecord, Store
from lmcore.tasks.spec import WORD_VECTORS
from lmcore.training.snapshots import snapshot_steps

MAX_POINTS = (
    4_000  # of one reply; a longer history is thinned, keeping every bucket's lowest and highest loss
)
MAX_LAYERS = 300  # looks into the model in one reply
TALLEST = 255  # of a histogram's bins
METHOD_NAMES = {  # the same in every language
    "skipgram": "Skip-gram",
    "cbow": "CBOW",
    "fasttext": "FastText",
    "glove": "GloVe",
    "ppmi": "PPMI + SVD",
    "imported": "Vectors",
}
COLUMNS = ("step", "loss", "learning_rate", "gradient_norm", "tokens_per_s")


def live(store: Store, run_id: str, since: int = -1, revision: int = -1) -> dict[str, Any]:
    """State of a run, and its points after step `since`; all of them for a reader of another `revision`."""
    record = store.run(run_id)
    if revision != record.revision:
        since = -1
    return {
        **_header(record),
        "queue_position": _queue_position(store, record),
        "parent": _parent(store, record),
        "points": points(store, run_id, since),
        "validation": _columns(("step", "loss"), store.evaluations(run_id)),
        "samples": [{"step": step, "text": text} for step, text in store.samples(run_id)],
        "snapshots": [artifact.step for artifact in store.artifacts(run_id, "snapshot")],
        "planned_snapshots": snapshot_steps(record.planned_steps) if record.planned_steps else [],
        "marks": [{"step": step, "key": key, "given": given} for step, key, given in store.marks(run_id)],
        "references": [
            {"name": name, "loss": loss, "order": order} for name, loss, order in store.references(run_id)
        ],
    }


def _header(record: RunRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.task,
        "name": record.name,
        "model": model_label(record),
        "n_parameters": None if record.task == WORD_VECTORS else record.spec.model.n_parameters,
        "status": record.status,
        "revision": record.revision,
        "step": record.step,
        "planned_steps": record.planned_steps,
        "unit": unit(record),
        "notice": record.notice,
        "device": record.device or "",
        "tokens_per_s": record.tokens_per_s,
        "memory_mb": record.memory_mb,
        "saved_ago_s": None if record.saved is None else max(0, round(time.time() - record.saved)),
        "stored": record.stored,
    }


def _parent(store: Store, record: RunRecord) -> dict[str, Any] | None:
    """The run that this one branched off, and the step; its name is None when it has been deleted."""
    initial = record.spec.initial
    if not initial.goes_on or not initial.run:
        return None
    try:
        name = store.run(initial.run).name
    except RunError:
        name = None
    return {"id": initial.run, "name": name, "step": initial.step}


def model_label(record: RunRecord) -> str:
    """A few letters for what is trained, such as `GPT 3 × 64`."""
    if record.task == WORD_VECTORS:
        return f"{METHOD_NAMES[record.spec.vectors.method]} {record.spec.vectors.dimensions}"
    return record.spec.model.label


def unit(record: RunRecord) -> str:
    """What one loss is per: `character`, `token` or `pair`."""
    if record.task == WORD_VECTORS:
        return "pair"
    return "character" if record.spec.tokenizer.kind == "character" else "token"


def points(store: Store, run_id: str, since: int) -> dict[str, list]:
    """Columns of the metrics after `since`; at most `MAX_POINTS` of them."""
    rows = [tuple(row) for row in store.metrics_since(run_id, since)]
    if len(rows) > MAX_POINTS:
        rows = [rows[i] for i in _extremes(np.array([row[1] for row in rows], dtype=float))]
    return _columns(COLUMNS, rows)


def _extremes(loss: np.ndarray) -> list[int]:
    """Indices of the lowest and highest loss in each of MAX_POINTS / 2 buckets, and of the last point."""
    keep = {len(loss) - 1}
    for bucket in np.array_split(np.arange(len(loss)), MAX_POINTS // 2 - 1):
        known = np.nan_to_num(loss[bucket], nan=np.inf)
        keep.update((int(bucket[known.argmin()]), int(bucket[known.argmax()])))
    return sorted(keep)


def _columns(names: tuple[str, ...], rows: list[tuple]) -> dict[str, list]:
    return {name: [_rounded(row[i]) for row in rows] for i, name in enumerate(names)}


def _rounded(value: float | None) -> float | None:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _queue_position(store: Store, record: RunRecord) -> int | None:
    if record.status != QUEUED:
        return None
    return next((i for i, run in enumerate(store.queue(), 1) if run.id == record.id), None)


def scores(store: Store, run_id: str, since: int = -1) -> dict[str, Any]:
    """What a word-vector run reached in its tests at its snapshots after step `since`."""
    record = store.run(run_id)
    rows = store.scores_since(run_id, since)
    return {
        "revision": record.revision,
        "scores": [
            {"step": step, "name": name, "value": _rounded(value), "n": n} for step, name, value, n in rows
        ],
    }


def layers(store: Store, run_id: str, since: int = -1) -> dict[str, Any]:
    """What was seen inside the model after step `since`, group by group; of many looks every n-th."""
    record = store.run(run_id)
    seen = [json.loads(text) for _, text in spread(store.layers_since(run_id, since), MAX_LAYERS)]
    return {
        "revision": record.revision,
        "names": seen[-1]["names"] if seen else [],
        "looks": [
            {
                "step": one["step"],
                "gradient": one["gradient_norms"],
                "weights": one["weight_norms"],
                "update": one["update_ratios"],
                "dead": [_rounded(share) for share in one["dead_shares"]],
                "edges": one["edges"],
                "shapes": [shape(counts) for counts in one["histograms"]],
            }
            for one in seen
        ],
    }


def spread(rows: list[tuple], most: int) -> list[tuple]:
    """At most `most` of the rows, evenly spaced, the first and the last among them.

    >>> spread([(0,), (1,), (2,), (3,), (4,)], 3)
    [(0,), (2,), (4,)]
    """
    if len(rows) <= most:
        return rows
    return [rows[i] for i in np.linspace(0, len(rows) - 1, most).round().astype(int)]


def shape(counts: list[int]) -> str:
    """The bins of a histogram as base64 of uint8, the tallest 255.

    >>> list(base64.b64decode(shape([0, 2, 4])))
    [0, 128, 255]
    """
    tallest = max(1, *counts)
    return base64.b64encode(bytes(round(TALLEST * count / tallest) for count in counts)).decode("ascii")


def frame(home: Home, run_id: str, step: int, known: str = "") -> dict[str, Any]:
    """The word map of one snapshot, as `word_map` draws it."""
    path = home.run_folder(run_id) / "frames" / f"{step:07d}.npz"
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    return frame_json(WordMap.load(path), known)
