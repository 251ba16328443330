"""Taking a run home: one request for all forms, which a worker answers."""

import secrets
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lmcore.checks import check_choice
from lmcore.errors import RunError
from lmcore.runs.exported import remove_old, written
from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord, Store
from lmcore.runs.take_home.forms import FORMS, OF_A_STEP, SUFFIXES, forms_of
from lmcore.runs.take_home.history import History, history_of
from lmcore.training.snapshots import snapshot_path

Part = dict[str, Any]
Writer = Callable[[Home, RunRecord, History, int, Path], Iterator[float]]

_WRITERS = {  # module:function of a `Writer`
    "weights": "weights:write",
    "transformers": "transformers_folder:write",
    "script": "script:write",
    "tensorboard": "logs:tensorboard",
    "csv": "logs:csv",
    "jsonl": "logs:jsonl",
}


def take_home(home: Home, run: str, step: int, form: str) -> Iterator[Part]:
    """Write a run in a form of `FORMS`; says how much is done, and answers `file`, a name in the folder of
    exported files, and `size`. MLflow gets no file: the answer is `logged`, where to.

    Raises `RunError` without such a run or snapshot, `ConfigError` for a form that this run has not.
    """
    check_choice("form", form, FORMS)
    yield {"progress": 0.0}
    record, history = _read(home, run)
    check_choice("form", form, forms_of(record.spec))
    if form in OF_A_STEP and not snapshot_path(home.run_folder(run), step).is_file():
        raise RunError("snapshot_missing", step=step)
    if form == "mlflow":
        from lmcore.runs.take_home.mlflow import log

        yield from log(home, record, history, step)
        return
    remove_old(home.exported)
    path = home.exported / f"{_named(home, record, step, form)}{SUFFIXES[form]}"
    if not path.is_file():
        yield from _written_whole(form, home, record, history, step, path)
    yield {"file": path.name, "size": path.stat().st_size}


def _read(home: Home, run: str) -> tuple[RunRecord, History]:
    store = Store(home.database)
    try:
        return store.run(run), history_of(store, run)
    finally:
        store.close()


def _named(home: Home, record: RunRecord, step: int, form: str) -> str:
    """A name that tells the contents: of a snapshot, or of a run as far as it has come."""
    if form in OF_A_STEP:
        return f"{record.id}-{form}-{step:07d}-{written(home, record.id, step)}"
    return f"{record.id}-{form}-{record.step:07d}-{record.revision}-{record.status}-{secrets.token_hex(3)}"


def _written_whole(
    form: str, home: Home, record: RunRecord, history: History, step: int, path: Path
) -> Iterator[Part]:
    """The file is there in whole or not at all."""
    module, _, name = _WRITERS[form].partition(":")
    write: Writer = getattr(import_module(f"lmcore.runs.take_home.{module}"), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{secrets.token_hex(6)}.tmp")
    try:
        for share in write(home, record, history, step, unfinished):
            yield {"progress": share}
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
