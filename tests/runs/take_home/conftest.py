"""A short run in the store, with its files, as a worker leaves it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lmcore.device import limit_threads
from lmcore.runs.driver import Driver
from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord, Store
from lmcore.tasks.spec import RunSpec


class Quiet:
    """An inbox in which nobody says anything."""

    def __init__(self) -> None:
        import threading

        self.closed = threading.Event()

    def take(self) -> None:
        return None

    wait = take


Train = Callable[..., RunRecord]


@pytest.fixture
def train(home: Home, store: Store, tiny_spec: RunSpec) -> Train:
    """Train a run to its end; settings of the training may be given by name."""
    limit_threads(1)

    def run(spec: RunSpec = tiny_spec, run_id: str = "abcdef0123", **training: Any) -> RunRecord:
        given = {"steps": 12, "evaluate_every": 4, **training}
        spec = replace(spec, device="cpu", training=replace(spec.training, **given))
        store.create(run_id, spec, name="a run / 一次", owner="somebody")
        Driver(store, home, run_id, Quiet()).run()  # type: ignore[arg-type]
        return store.run(run_id)

    return run
