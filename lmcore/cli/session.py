"""What every command needs: the engine of this data folder, and a way to end it without losing anything."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

from lmcore.errors import RunError
from lmcore.runs.engine import Engine
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.processes import is_alive
from lmcore.runs.store import ACTIVE, INTERRUPTED, Store

OWNER = "command line"
SPAWNED_S = 10.0


def open_engine(*, trains: bool = True) -> Engine:
    """An engine that has not started: it can read the store, take runs and leave commands.

    It leaves alone what a server trains. With `trains=False` it will warm no worker for trainings, which
    saves seconds. Raises `RunError` when the data folder cannot be used.
    """
    home = Home.default()
    try:
        home.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(home, error.strerror or str(error)) from error
    if not os.access(home.folder, os.R_OK | os.W_OK | os.X_OK):
        raise _unusable(home, os.strerror(13))
    limits = Limits.from_environment()
    engine = Engine(home, limits if trains else replace(limits, training_slots=0), adopt=False)
    settle_left_over(engine.store)
    return engine


def _unusable(home: Home, reason: str) -> RunError:
    return RunError("home_unusable", folder=str(home.folder), reason=reason)


@contextmanager
def started(engine: Engine) -> Iterator[Engine]:
    """The engine at work; its workers save what they have and end with the block."""
    try:
        engine.start()
        _wait_for_a_worker(engine)
        yield engine
    finally:
        engine.close()
        engine.store.close()


def _wait_for_a_worker(engine: Engine) -> None:
    """A question asked before there is any process would be refused."""
    end = time.monotonic() + SPAWNED_S
    while not engine.supervisor.worker_pids() and time.monotonic() < end:
        time.sleep(0.005)


def settle_left_over(store: Store) -> None:
    """Mark the runs of command lines that were killed: they would count as under way for ever."""
    engines = store.engines()
    for record in store.runs(status=ACTIVE):
        process = engines.get(record.engine or "")
        if record.owner == OWNER and process is not None and not is_alive(*process):
            notice = {"key": "interrupted", "given": {}}
            store.update(record.id, status=INTERRUPTED, finished=time.time(), worker_pid=None, notice=notice)


@contextmanager
def ends_like_ctrl_c() -> Iterator[None]:
    """`kill` and a lost connection stop the command as Ctrl+C does; what `nohup` set stays."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        ours = []  # Python sets handlers in the main thread only
    for number in ours:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
