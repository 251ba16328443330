"""The mark to beat: the visitor's best earlier run on the same text."""

from typing import Any

from lmcore.runs.store import RunRecord
from lmcore.ui.run_list import comparable
from lmcore.ui.server import engine
from lmcore.ui.visit import visitor


def best_earlier(record: RunRecord) -> dict[str, Any] | None:
    """`{"id", "run": its name, "loss"}` of the best of those before `record`; None for the first one."""
    losses = engine().store.last_losses(visitor())
    earlier = [
        run
        for run in engine().store.runs(owner=visitor(), task=record.task)
        if run.id in losses and run.id != record.id and not run.active and _before(run, record)
    ]
    fitting = [run for run in earlier if comparable(run, record)]
    if not fitting:
        return None
    best = min(fitting, key=lambda run: losses[run.id])
    return {"id": best.id, "run": best.name, "loss": float(f"{losses[best.id]:.5g}")}


def _before(run: RunRecord, record: RunRecord) -> bool:
    """A stored run, or somebody else's, has no earlier runs of this visitor: all of them count."""
    return run.created < record.created or record.owner != run.owner
