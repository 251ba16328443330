"""How fast the run engine reacts, and what it loses when processes die: `python -m benchmarks.engine`.

Uses a data folder of its own and about two minutes. The server test starts the real app on a free port.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import psutil

from benchmarks.bars import Bar, report
from lmcore.runs import checkpoints
from lmcore.runs.engine import Engine
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.store import PAUSED, RUNNING, RunRecord, Store
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec

ROOT = Path(__file__).resolve().parent.parent
OWNER = "benchmark"
REPEATS = 5


def until(condition: Callable[[], object], timeout_s: float = 90.0, every_s: float = 0.002) -> float:
    """Seconds until `condition` holds; raises `TimeoutError` when it does not."""
    start = time.perf_counter()
    while not condition():
        if time.perf_counter() - start > timeout_s:
            raise TimeoutError(f"not within {timeout_s} s")
        time.sleep(every_s)
    return time.perf_counter() - start


def live_spec(steps: int = 100_000) -> RunSpec:
    spec = with_model(RunSpec(corpus="news"), "gpt")
    return replace(spec, training=replace(spec.training, steps=steps))


def submit(engine: Engine, steps: int = 100_000) -> str:
    return engine.submit(live_spec(steps), owner=OWNER, name="benchmark")


def has_points(store: Store, run_id: str, n: int = 1) -> bool:
    return len(store.metrics_since(run_id, 0)) >= n


def curve_is_whole(store: Store, run_id: str) -> bool:
    """Every step once, from 1 on."""
    steps = [row["step"] for row in store.metrics_since(run_id, 0)]
    return steps == list(range(1, len(steps) + 1))


def start_and_pause(engine: Engine) -> list[Bar]:
    firsts, pauses, steps = [], [], []
    for _ in range(REPEATS):
        until(lambda: engine.warm)
        clock = time.perf_counter()
        run_id = submit(engine)
        until(lambda: has_points(engine.store, run_id))  # noqa: B023
        firsts.append(time.perf_counter() - clock)
        until(lambda: has_points(engine.store, run_id, 30))  # noqa: B023
        clock = time.perf_counter()
        engine.command(run_id, "pause", owner=OWNER)
        until(lambda: engine.store.run(run_id).status == PAUSED)  # noqa: B023
        pauses.append(time.perf_counter() - clock)
        before = engine.store.run(run_id).step
        engine.command(run_id, "step", owner=OWNER)
        until(lambda: engine.store.run(run_id).step > before)  # noqa: B023
        time.sleep(0.3)
        steps.append(engine.store.run(run_id).step - before)
        engine.delete(run_id, owner=OWNER)
    return [
        Bar("click to first stored event, warm worker, median", median(firsts), 0.5, unit="s"),
        Bar("click to first stored event, warm worker, worst", max(firsts), 1.0, unit="s"),
        Bar("pause, worst", max(pauses), 0.3, unit="s"),
        Bar("updates done by one press of Step, most", max(steps), 1),
    ]


def worker_killed(engine: Engine) -> list[Bar]:
    run_id = submit(engine)
    store = engine.store
    until(lambda: store.artifacts(run_id, checkpoints.KIND))
    time.sleep(3.0)
    record = store.run(run_id)
    assert record.worker_pid is not None
    psutil.Process(record.worker_pid).kill()
    seen = until(lambda: store.run(run_id).attempts == 1)
    reached = record.step
    until(lambda: store.run(run_id).status == RUNNING and store.run(run_id).revision > record.revision)
    resumed_at = store.artifacts(run_id, checkpoints.KIND)[-1].step
    until(lambda: store.run(run_id).step > reached)
    rate = record.step / max(0.1, time.time() - (record.started or 0))
    whole = curve_is_whole(store, run_id)
    engine.delete(run_id, owner=OWNER)
    return [
        Bar("kill -9 of a worker: seen after", seen, 1.0, unit="s"),
        Bar("kill -9 of a worker: training lost", (reached - resumed_at) / rate, 10.0, unit="s"),
        Bar("kill -9 of a worker: curve without gap or double", float(whole), 1, at_most=False),
    ]


def damaged_checkpoint(engine: Engine) -> list[Bar]:
    run_id = submit(engine)
    store = engine.store
    until(lambda: len(store.artifacts(run_id, checkpoints.KIND)) >= 2)
    engine.command(run_id, "stop", owner=OWNER)
    engine.wait(run_id, 20.0)
    older, newest = [artifact.step for artifact in store.artifacts(run_id, checkpoints.KIND)][-2:]
    path = checkpoints.checkpoint_path(engine.home.run_folder(run_id), newest)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    engine.command(run_id, "resume", owner=OWNER)
    until(lambda: store.run(run_id).status == RUNNING and store.run(run_id).notice)
    notice = store.run(run_id).notice or {}
    said = notice.get("key") == "checkpoint_damaged" and notice["given"] == {"damaged": newest, "step": older}
    until(lambda: store.run(run_id).step > newest)
    whole = curve_is_whole(store, run_id)
    engine.delete(run_id, owner=OWNER)
    return [
        Bar("flipped bit: the checkpoint before is used, and said", float(said), 1, at_most=False),
        Bar("flipped bit: curve without gap or double", float(whole), 1, at_most=False),
    ]


class Server:
    """The real app, started as the README says, on a port of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]
        self.store = Store(Home(home).database)
        known = set(self.store.engines())
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        environment = os.environ | {"LM_PLAYGROUND_HOME": str(home)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: set(self.store.engines()) - known)
        (self.engine,) = set(self.store.engines()) - known

    def submit(self, run_id: str) -> None:
        self.store.create(run_id, live_spec(), name=run_id, owner=OWNER, engine=self.engine)

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def server_killed() -> list[Bar]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        store = server.store
        runs = ("first", "second")
        for run_id in runs:
            server.submit(run_id)
        until(lambda: all(has_points(store, run_id, 50) for run_id in runs))
        workers = server.workers()
        server.kill()
        gone = until(lambda: not any(_runs(worker) for worker in workers))
        reached = {run_id: store.run(run_id).step for run_id in runs}
        points = {run_id: len(store.metrics_since(run_id, 0)) for run_id in runs}
        again = Server(Path(folder))
        resumed = until(lambda: all(_went_on(store.run(run_id), reached[run_id]) for run_id in runs))
        whole = all(curve_is_whole(store, run_id) for run_id in runs)
        kept = all(len(store.metrics_since(run_id, 0)) >= points[run_id] for run_id in runs)
        workers = again.workers()
        again.process.terminate()
        again.process.wait()
        until(lambda: not any(_runs(worker) for worker in workers), 10.0)
        store.close()
    return [
        Bar("kill -9 of the server, two runs: last worker gone after", gone, 5.0, unit="s"),
        Bar("restart: both runs train on by themselves after", resumed, 30.0, unit="s"),
        Bar("restart: no stored metric lost", float(kept), 1, at_most=False),
        Bar("restart: curves without gap or double", float(whole), 1, at_most=False),
    ]


def _runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _went_on(record: RunRecord, reached: int) -> bool:
    return record.status == RUNNING and record.step > reached


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Home(Path(folder)), Limits(training_slots=2)).start()
        try:
            bars = start_and_pause(engine) + worker_killed(engine) + damaged_checkpoint(engine)
        finally:
            engine.close()
            engine.store.close()
    report(bars + server_killed())


if __name__ == "__main__":
    main()
