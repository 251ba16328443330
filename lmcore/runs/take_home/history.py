"""What a training wrote down, as a table and as lines of JSON."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmcore.runs.store import RunRecord, Store
from lmcore.tasks.spec import LANGUAGE_MODEL

MEASURED = ("loss", "learning_rate", "gradient_norm", "tokens_per_s")
COLUMNS = ("step", *MEASURED, "validation_loss")
Row = dict[str, Any]


@dataclass(frozen=True)
class History:
    """Steps are (step, `MEASURED` …); losses in nats. A loss that was no number is None."""

    steps: list[Row]
    evaluations: list[Row]
    samples: list[Row]
    scores: list[Row]
    references: list[Row]
    marks: list[Row]

    def lines(self) -> list[Row]:
        """Everything in the order in which it happened, each with its `kind`."""
        kinds = {
            "reference": self.references,
            "evaluation": self.evaluations,
            "sample": self.samples,
            "score": self.scores,
            "step": self.steps,
            "mark": self.marks,
        }
        lines = [{"kind": kind, **row} for kind, rows in kinds.items() for row in rows]
        return sorted(lines, key=lambda line: line.get("step", -1))  # which keeps the order within a step


def history_of(store: Store, run: str) -> History:
    """What the store has of a run."""
    return History(
        [dict(row) for row in store.metrics_since(run, -1)],
        _rows(("step", "loss"), store.evaluations(run)),
        _rows(("step", "text"), store.samples(run)),
        _rows(("step", "name", "value", "n"), store.scores_since(run, -1)),
        _rows(("name", "loss", "order"), store.references(run)),
        _rows(("step", "key", "given"), store.marks(run)),
    )


def _rows(names: tuple[str, ...], rows: list[tuple]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def times(record: RunRecord, history: History) -> Iterator[tuple[Row, float]]:
    """Every step with the second of its end since 1970, as its speed tells: only the start was noted."""
    training, now = record.spec.training, record.started or record.created
    n_tokens = 1.0
    if record.task == LANGUAGE_MODEL:
        n_tokens = training.accumulate * training.batch_size * record.spec.model.context_length
    for row in history.steps:
        now += n_tokens / row["tokens_per_s"] if row["tokens_per_s"] else 0.0
        yield row, now


def write_csv(history: History, path: Path) -> Iterator[float]:
    """A row for every step, with `COLUMNS`; empty where nothing was measured. Yields the share done."""
    rows = {row["step"]: row for row in history.steps}
    held_back = {row["step"]: row["loss"] for row in history.evaluations}
    steps = sorted(rows.keys() | held_back.keys())
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for n, step in enumerate(steps):
            measured = rows.get(step, {})
            table.writerow([step, *map(measured.get, MEASURED), held_back.get(step)])
            if n % 10_000 == 0:
                yield n / len(steps)


def write_jsonl(record: RunRecord, history: History, path: Path) -> Iterator[float]:
    """A line for the run with its settings, then one for everything that happened. Yields the share done."""
    about = {"kind": "run", "id": record.id, "name": record.name, "status": record.status}
    lines = [about | {"device": record.device, "spec": record.spec.to_json()}, *history.lines()]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for n, line in enumerate(lines):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if n % 10_000 == 0:
                yield n / len(lines)
