"""A short run in the store, with its files, as a worker leaves it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lmcore.device import limit_threads
from lmcore.runs.driver import Driver
from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord, Store
from lmcore.tasks.spec import RunSpec

Changes = tuple[tuple[int, str, float], ...]  # after which step, what, to what


class Said:
    """An inbox in which somebody changes settings after certain steps."""

    def __init__(self, changes: Changes) -> None:
        self.closed = threading.Event()
        self.changes = list(changes)
        self.driver: Driver | None = None

    def take(self) -> dict[str, Any] | None:
        assert self.driver is not None
        if not self.changes or self.driver.training.step < self.changes[0][0]:
            return None
        _, name, value = self.changes.pop(0)
        return {"verb": "set", "name": name, "value": value}


Train = Callable[..., RunRecord]


@pytest.fixture
def train(home: Home, store: Store, tiny_spec: RunSpec) -> Train:
    """Train a run to its end; settings of the training may be given by name."""
    limit_threads(1)

    def run(
        spec: RunSpec = tiny_spec, run_id: str = "abcdef0123", during: Changes = (), **training: Any
    ) -> RunRecord:
        given = {"steps": 12, "evaluate_every": 4, **training}
        spec = replace(spec, device="cpu", training=replace(spec.training, **given))
        store.create(run_id, spec, name="a run / 一次", owner="somebody")
        inbox = Said(during)
        inbox.driver = Driver(store, home, run_id, inbox)  # type: ignore[arg-type]
        inbox.driver.run()
        return store.run(run_id)

    return run
