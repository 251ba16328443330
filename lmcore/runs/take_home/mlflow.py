"""A run into MLflow, at the address in MLFLOW_TRACKING_URI: a server by its REST API, or a folder of files.

Nothing of MLflow needs to be installed here. What is written in both ways: settings as parameters, curves as
metrics, and the weights as an artifact.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lmcore.errors import ConfigError
from lmcore.runs.home import Home
from lmcore.runs.recorder import finite
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.forms import forms_of, tracking
from lmcore.runs.take_home.history import MEASURED, History, times
from lmcore.training.snapshots import snapshot_path

EXPERIMENT = "lm-playground"
_AT_ONCE = 500  # metrics in one message; a server takes 1,000 at most
_LONGEST = 500  # characters of a parameter that every version takes


@dataclass(frozen=True)
class Metric:
    """One number: its name, the milliseconds since 1970, and the step."""

    key: str
    value: float
    timestamp: int
    step: int


class Tracker(Protocol):
    """Where a run is logged to."""

    def begin(self, experiment: str, name: str, started: int) -> str:
        """A new run of an experiment, which is made if it is not there; gives the run's id."""
        ...

    def params(self, params: dict[str, str], tags: dict[str, str]) -> None:
        """What was set."""
        ...

    def metrics(self, metrics: list[Metric]) -> None:
        """What was measured."""
        ...

    def artifact(self, path: Path, name: str) -> bool:
        """Keep a file with the run; False where the server takes none."""
        ...

    def end(self, finished: int) -> None:
        """The run is complete."""
        ...


def log(home: Home, record: RunRecord, history: History, step: int) -> Iterator[dict[str, Any]]:
    """Log a run; answers `logged`: the experiment, the id there, and whether the weights of `step` went too.

    Raises `ConfigError` for an address of another kind, `RunError` when the other side does not take it.
    """
    tracker = tracker_at(tracking())
    experiment = os.environ.get("MLFLOW_EXPERIMENT_NAME") or EXPERIMENT
    run = tracker.begin(experiment, record.name, _milliseconds(record.started or record.created))
    tracker.params(params_of(record), {"lm_playground.run": record.id, "lm_playground.status": record.status})
    metrics = list(metrics_of(record, history))
    for first in range(0, len(metrics), _AT_ONCE):
        yield {"progress": 0.9 * first / len(metrics)}
        tracker.metrics(metrics[first : first + _AT_ONCE])
    with_weights = _log_weights(tracker, home, record, history, step)
    tracker.end(_milliseconds(record.finished or time.time()))
    yield {"logged": {"experiment": experiment, "run": run, "weights": with_weights}}


def tracker_at(address: str) -> Tracker:
    """The one for an address; raises `ConfigError` for a database or anything else."""
    from lmcore.runs.take_home.mlflow_files import Files
    from lmcore.runs.take_home.mlflow_server import Server

    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.hostname:
        return Server(address)
    if parts.scheme == "file":
        return Files(Path(url2pathname(parts.path)))
    if "://" in address or not address:
        raise ConfigError("tracking_unsupported", address=without_password(address)[:200])
    return Files(Path(address).expanduser())


def without_password(address: str) -> str:
    """The address as it may be shown."""
    scheme, _, rest = address.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if scheme else rest


def params_of(record: RunRecord) -> dict[str, str]:
    """The settings, `training.learning_rate` and so on."""
    found: dict[str, str] = {}

    def add(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                add(f"{prefix}.{key}" if prefix else key, inner)
        else:
            found[prefix] = str(value)[:_LONGEST]

    add("", record.spec.to_json())
    return found


def metrics_of(record: RunRecord, history: History) -> Iterator[Metric]:
    """Everything that was measured, as far as it is a number."""
    ends = {0: _milliseconds(record.started or record.created)}
    for row, now in times(record, history):
        ends[row["step"]] = _milliseconds(now)
        for name in MEASURED:
            if finite(row[name]) is not None:
                yield Metric(name, row[name], ends[row["step"]], row["step"])
    others = [("validation_loss", row["step"], row["loss"]) for row in history.evaluations]
    others += [(f"score_{row['name']}", row["step"], row["value"]) for row in history.scores]
    for name, step, value in others:
        if finite(value) is not None:
            yield Metric(name, value, ends.get(step, ends[0]), step)


def _log_weights(tracker: Tracker, home: Home, record: RunRecord, history: History, step: int) -> bool:
    if (
        "weights" not in forms_of(record.spec)
        or not snapshot_path(home.run_folder(record.id), step).is_file()
    ):
        return False
    from lmcore.runs.take_home.weights import write

    home.exported.mkdir(parents=True, exist_ok=True)
    path = home.exported / f"{record.id}-mlflow-{time.monotonic_ns():x}.safetensors"
    try:
        list(write(home, record, history, step, path))
        return tracker.artifact(path, "model.safetensors")
    finally:
        path.unlink(missing_ok=True)


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
