"""Which snapshot of a run a command works with."""

from lmcore.cli.terminal import complain
from lmcore.errors import RunError
from lmcore.runs.engine import Engine
from lmcore.runs.store import RunRecord


def step_near(engine: Engine, record: RunRecord, asked: int | None) -> int:
    """The step of the snapshot nearest to `asked`, which is said where it is another; the last if left out.

    Raises `RunError` for a run without a snapshot.
    """
    steps = [artifact.step for artifact in engine.store.artifacts(record.id, "snapshot")]
    if not steps:
        raise RunError("snapshot_missing", step=asked or 0)
    if asked is None:
        return steps[-1]
    step = min(steps, key=lambda kept: abs(kept - asked))
    if step != asked:
        complain(f"There is no snapshot of step {asked:,}; this is step {step:,}.")
    return step
