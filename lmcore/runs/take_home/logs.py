"""The forms that hold what a training wrote down."""

from collections.abc import Iterator
from pathlib import Path

from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.history import History, write_csv, write_jsonl
from lmcore.runs.take_home.tensorboard import write_events


def csv(home: Home, record: RunRecord, history: History, step: int, path: Path) -> Iterator[float]:
    """A table with a row for every step."""
    return write_csv(history, path)


def jsonl(home: Home, record: RunRecord, history: History, step: int, path: Path) -> Iterator[float]:
    """Everything that happened, a line each."""
    return write_jsonl(record, history, path)


def tensorboard(home: Home, record: RunRecord, history: History, step: int, path: Path) -> Iterator[float]:
    """A folder of events, as a ZIP file."""
    return write_events(record, history, path)
