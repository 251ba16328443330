"""Settings that a running training takes up at once."""

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.server import engine
from lmcore.ui.settings import LIVE
from lmcore.ui.visit import is_mine, visitor


def apply_to_running(record: RunRecord, spec: RunSpec, changed: list[str]) -> None:
    """Send what was changed just now to the visitor's own run, if that trains."""
    if not record.active or not is_mine(record):
        return
    for name in set(changed) & set(LIVE):
        value = spec.model.dropout if name == "dropout" else getattr(spec.training, name)
        engine().command(record.id, "set", owner=visitor(), name=name, value=value)
