"""Following a run on a terminal: a progress bar, plain lines in a log, or one JSON line for every event."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from tqdm import tqdm

from lmcore.cli.terminal import complain, say, say_json
from lmcore.i18n import notice_key, translate
from lmcore.runs.engine import Engine
from lmcore.runs.feed import model_label
from lmcore.runs.store import CRASHED, DIVERGED, INTERRUPTED, RunRecord, Store

POLL_S = 0.2
STOP_S = 30.0
FAILED = (CRASHED, DIVERGED, INTERRUPTED)

Show = Callable[[RunRecord], None]


def follow(engine: Engine, run_id: str, *, as_json: bool) -> RunRecord:
    """Wait for the end of a run and show its way there.

    Ctrl+C, or a reader of our output that went away, stops the run with everything saved; then the
    exception goes on.
    """
    show = _json_lines(engine.store) if as_json else _for_people(engine.store)
    try:
        while (record := engine.store.run(run_id)).active:
            show(record)
            time.sleep(POLL_S)
    except (KeyboardInterrupt, OSError):
        record = _stop(engine, run_id)
        with suppress(OSError):
            show(record)
        raise
    show(record)
    return record


def _stop(engine: Engine, run_id: str) -> RunRecord:
    record = engine.store.run(run_id)
    if record.active:
        engine.command(run_id, "stop", owner=record.owner)
    return engine.wait(run_id, STOP_S)


def complaint(record: RunRecord) -> str | None:
    """Why a run did not end well, in words."""
    if record.status not in FAILED:
        return None
    notice = record.notice or {"key": "interrupted", "given": {}}
    return translate(notice_key(notice["key"]), "en", **notice["given"])


def _json_lines(store: Store) -> Show:
    start = time.monotonic()
    news = _News(store)

    def line(**values: Any) -> None:
        say_json(**values, seconds=round(time.monotonic() - start, 3))

    def show(record: RunRecord) -> None:
        if news.first:
            line(run=record.id, name=record.name, status=record.status)
        for event in news.of(record):
            line(**event)
        if not record.active:
            line(run=record.id, status=record.status, step=record.step)

    return show


class _News:
    """What the store has learned of a run since it was last asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.first = True
        self._step, self._evaluated = 0, -1

    def of(self, record: RunRecord) -> Iterator[dict[str, Any]]:
        """Steps and evaluations, oldest first; what a run repeats from a checkpoint is not said again."""
        self.first = False
        steps = self.store.metrics_since(record.id, self._step)
        evaluations = [row for row in self.store.evaluations(record.id) if row[0] > self._evaluated]
        if steps:
            self._step = steps[-1]["step"]
        if evaluations:
            self._evaluated = evaluations[-1][0]
        names = ("step", "loss", "learning_rate", "tokens_per_s")
        events = [{name: row[name] for name in names} for row in steps]
        events += [{"step": step, "validation_loss": loss} for step, loss in evaluations]
        yield from sorted(events, key=lambda event: event["step"])  # stable: a step before its evaluation


def _for_people(store: Store) -> Show:
    progress = _bar(store) if sys.stderr.isatty() else _log(store)

    def show(record: RunRecord) -> None:
        progress(record)
        if not record.active:
            say(f"{record.id}  {record.name}, {model_label(record)}: {record.status} at step {record.step:,}")

    return show


def _bar(store: Store) -> Show:
    bar = tqdm(unit="step", file=sys.stderr, dynamic_ncols=True)

    def show(record: RunRecord) -> None:
        bar.total = record.planned_steps or None  # a run that ends by the clock has no total
        bar.set_description_str(record.id, refresh=False)
        bar.update(record.step - bar.n)
        bar.set_postfix_str(_state(store, record))
        if not record.active:
            bar.close()

    return show


def _state(store: Store, record: RunRecord) -> str:
    """`loss 2.345, validation 2.456`, or how it stands as long as there are none."""
    newest = [row["loss"] for row in store.metrics_since(record.id, record.step - 1)][-1:]
    validation = [loss for _, loss in store.evaluations(record.id)][-1:]
    named = zip(("loss", "validation"), (newest, validation), strict=True)
    parts = [f"{name} {found[0]:.3f}" for name, found in named if found and found[0] is not None]
    return ", ".join(parts) or record.status


def _log(store: Store) -> Show:
    """One line for every look at held-back text, for `nohup` and log files."""
    news = _News(store)

    def show(record: RunRecord) -> None:
        if news.first:
            complain(f"{record.id}  {record.name}, {model_label(record)}")
        for event in news.of(record):
            if event.get("validation_loss") is not None:
                complain(f"step {event['step']:,}, validation loss {event['validation_loss']:.3f}")

    return show
