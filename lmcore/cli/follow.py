"""Following a run on a terminal: a progress bar, or one JSON line for every event."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from lmcore.i18n import notice_key, translate
from lmcore.runs.engine import Engine
from lmcore.runs.store import CRASHED, DIVERGED, INTERRUPTED, RunRecord

POLL_S = 0.2
FAILED = (CRASHED, DIVERGED, INTERRUPTED)


def follow(engine: Engine, run_id: str, *, as_json: bool, write: Callable[[str], None]) -> RunRecord:
    """Wait for the end of a run and show its way there; Ctrl+C stops it, with everything saved."""
    owner = engine.store.run(run_id).owner
    show = _json_lines(engine, run_id, write) if as_json else _bar(engine, run_id)
    try:
        while show(engine.store.run(run_id)).active:
            time.sleep(POLL_S)
    except KeyboardInterrupt:
        engine.command(run_id, "stop", owner=owner)
        engine.wait(run_id, 30.0)
    return show(engine.store.run(run_id))


def _json_lines(
    engine: Engine, run_id: str, write: Callable[[str], None]
) -> Callable[[RunRecord], RunRecord]:
    start = time.monotonic()
    seen = {"metrics": 0, "evaluations": -1}

    def line(**values: Any) -> None:
        write(json.dumps(values | {"seconds": round(time.monotonic() - start, 3)}))

    def show(record: RunRecord) -> RunRecord:
        for row in engine.store.metrics_since(run_id, seen["metrics"]):
            seen["metrics"] = row["step"]
            line(step=row["step"], loss=row["loss"], tokens_per_s=row["tokens_per_s"])
        for step, loss in engine.store.evaluations(run_id):
            if step > seen["evaluations"]:
                seen["evaluations"] = step
                line(step=step, validation_loss=loss)
        if not record.active:
            line(run=record.id, status=record.status, step=record.step)
        return record

    return show


def _bar(engine: Engine, run_id: str) -> Callable[[RunRecord], RunRecord]:
    bar = tqdm(total=1, unit="step", file=sys.stderr, leave=True, disable=not sys.stderr.isatty())

    def show(record: RunRecord) -> RunRecord:
        bar.total = record.planned_steps or 1
        bar.n = record.step
        losses = engine.store.evaluations(run_id)
        bar.set_postfix_str(f"validation loss {losses[-1][1]:.3f}" if losses else record.status)
        if not record.active:
            bar.close()
        return record

    return show


def complaint(record: RunRecord) -> str | None:
    """Why a run did not end well, in one sentence."""
    if record.status not in FAILED:
        return None
    notice = record.notice or {"key": "interrupted", "given": {}}
    return translate(notice_key(notice["key"]), "en", **notice["given"])
