"""Events into the store, a batch at a time."""

import json
import math
import time
from dataclasses import asdict
from typing import Any

from lmcore.events import Evaluation, Event, Finished, Layers, Reference, Sample, Score, Snapshot, Step
from lmcore.runs.store import Artifact, Store

FLUSH_S = 0.15


class Recorder:
    """Collects the events of one run and writes them in one transaction every `FLUSH_S` seconds."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.store = store
        self.run_id = run_id
        self.validation_loss: float | None = None  # the newest
        self._events: list[Event] = []
        self._artifacts: list[Artifact] = []
        self._last_flush = 0.0  # so that the first event is written at once

    def add(self, event: Event) -> None:
        """Keep an event for the next batch."""
        if not isinstance(event, Snapshot | Finished):
            self._events.append(event)
        if isinstance(event, Evaluation):
            self.validation_loss = event.loss
        if time.monotonic() - self._last_flush >= FLUSH_S:
            self.flush()

    def add_artifact(self, artifact: Artifact) -> None:
        """Note a file together with the events around it."""
        self._artifacts.append(artifact)

    def flush(self) -> None:
        """Write what has been collected."""
        self._last_flush = time.monotonic()
        if not self._events and not self._artifacts:
            return
        events, artifacts = self._events, self._artifacts
        with self.store.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?)", self._metrics(events))
            db.executemany("INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?)", self._evaluations(events))
            db.executemany("INSERT OR REPLACE INTO samples VALUES (?, ?, ?)", self._samples(events))
            db.executemany("INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?)", self._scores(events))
            db.executemany("INSERT OR REPLACE INTO layers VALUES (?, ?, ?)", self._layers(events))
            for event in events:
                if isinstance(event, Reference):
                    row = (self.run_id, event.name, event.loss, event.order)
                    db.execute("INSERT OR REPLACE INTO reference_losses VALUES (?, ?, ?, ?)", row)
            for artifact in artifacts:
                self.store.add_artifact(self.run_id, artifact)
            if steps := [event for event in events if isinstance(event, Step)]:
                sql = "UPDATE runs SET step = ?, tokens_per_s = ? WHERE id = ?"
                db.execute(sql, (steps[-1].step, steps[-1].tokens_per_s, self.run_id))
        self._events, self._artifacts = [], []  # only now: what could not be written is tried again

    def _metrics(self, events: list[Event]) -> list[tuple]:
        return [
            (self.run_id, e.step, finite(e.loss), e.learning_rate, finite(e.gradient_norm), e.tokens_per_s)
            for e in events
            if isinstance(e, Step)
        ]

    def _evaluations(self, events: list[Event]) -> list[tuple]:
        return [(self.run_id, e.step, finite(e.loss)) for e in events if isinstance(e, Evaluation)]

    def _samples(self, events: list[Event]) -> list[tuple]:
        return [(self.run_id, e.step, e.text) for e in events if isinstance(e, Sample)]

    def _scores(self, events: list[Event]) -> list[tuple]:
        return [(self.run_id, e.step, e.name, finite(e.value), e.n) for e in events if isinstance(e, Score)]

    def _layers(self, events: list[Event]) -> list[tuple]:
        return [(self.run_id, e.step, _as_json(e)) for e in events if isinstance(e, Layers)]


def _as_json(layers: Layers) -> str:
    seen: dict[str, Any] = asdict(layers)
    for name in ("gradient_norms", "weight_norms", "update_ratios", "edges"):
        seen[name] = [None if finite(value) is None else float(f"{value:.4g}") for value in seen[name]]
    return json.dumps(seen)


def finite(value: float | None) -> float | None:
    """None where SQLite and JSON have no number for it.

    >>> finite(float("inf")), finite(1.5)
    (None, 1.5)
    """
    return value if value is not None and math.isfinite(value) else None
