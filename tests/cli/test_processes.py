"""Two command lines at the same time, as processes: one is interrupted, the other stopped from a third."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lmcore.runs.home import Home
from lmcore.runs.store import STOPPED, Store

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = (
    "train",
    "--model",
    "gpt",
    "--size",
    "tiny",
    "--tokenizer",
    "character",
    "--steps",
    "1000000",
    "--json",
)


def lmcore(*arguments: str, home: Path) -> subprocess.Popen:
    environment = os.environ | {"LM_PLAYGROUND_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-m", "lmcore", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_ctrl_c if os.name == "posix" else None,
    )


def listen_to_ctrl_c() -> None:
    """As on a terminal: a shell that runs the tests in the background has its children ignore Ctrl+C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def two_trainings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list]]:
    """Two processes that have begun to train, and the ids of their runs."""
    home = tmp_path_factory.mktemp("processes")
    processes = [lmcore(*ENDLESS, "--seed", seed, home=home) for seed in ("1", "2")]
    found = []
    for process in processes:
        assert process.stdout is not None
        lines = (json.loads(line) for line in process.stdout)
        first = next(lines, None)
        assert first is not None, process.communicate()[1]
        run_id = first["run"]
        next(line for line in lines if line.get("step", 0) > 2)
        found.append((process, run_id, psutil.Process(process.pid).children()))
    store = Store(Home(home).database)
    yield store, found
    store.close()
    for process in processes:
        process.kill()
        process.communicate()


def end_of(process: subprocess.Popen) -> tuple[int, dict, str]:
    out, error = process.communicate(timeout=30)
    return process.returncode, json.loads(out.splitlines()[-1]), error


def all_gone(workers: list[psutil.Process]) -> bool:
    end = time.monotonic() + 10
    while any(worker.is_running() for worker in workers) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(worker.is_running() for worker in workers)


def test_ctrl_c_saves_the_run_and_leaves_no_worker(two_trainings) -> None:
    store, ((process, run_id, workers), _) = two_trainings
    process.send_signal(signal.SIGINT)
    code, last, error = end_of(process)
    assert (code, last["status"], error) == (130, STOPPED, "")
    assert store.artifacts(run_id, "checkpoint")[-1].step == store.run(run_id).step == last["step"]
    assert workers and all_gone(workers)


def test_another_process_can_stop_a_run(two_trainings) -> None:
    store, (_, (process, run_id, workers)) = two_trainings
    other = lmcore("runs", "--stop", run_id, home=store.path.parent)
    assert (*other.communicate(timeout=30), other.returncode) == ("", "", 0)
    code, last, error = end_of(process)
    assert (code, last["status"], error) == (0, STOPPED, "")
    assert workers and all_gone(workers)
