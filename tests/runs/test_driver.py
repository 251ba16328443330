"""A run driven inline: the same events as the bare task, obedience, and nothing lost on the way."""

import io
import json
import threading
from dataclasses import replace

import pytest

from lmcore.events import Step
from lmcore.runs import checkpoints
from lmcore.runs.driver import Driver, start_training
from lmcore.runs.home import Home
from lmcore.runs.inbox import Inbox
from lmcore.runs.store import DIVERGED, DONE, PAUSED, RUNNING, STOPPED, Store
from lmcore.tasks.spec import RunSpec


class Lines:
    """Standard input of a worker, written by the test."""

    def __init__(self) -> None:
        self.ready = threading.Semaphore(0)
        self.lines: list[str | None] = []

    def say(self, **message: object) -> None:
        self.lines.append(json.dumps(message) + "\n")
        self.ready.release()

    def end(self) -> None:
        self.lines.append(None)
        self.ready.release()

    def __iter__(self):
        while True:
            self.ready.acquire()
            line = self.lines.pop(0)
            if line is None:
                return
            yield line


def open_inbox(lines: Lines) -> Inbox:
    return Inbox(lines, give_up=lambda code: None)  # type: ignore[arg-type]


def drive(store: Store, home: Home, spec: RunSpec, run_id: str = "run") -> Driver:
    if not store.runs():
        store.create(run_id, spec, name="run", owner="me")
    driver = Driver(store, home, run_id, open_inbox(Lines()))
    driver.run()
    return driver


def losses(store: Store, run_id: str = "run") -> list[float]:
    return [row["loss"] for row in store.metrics_since(run_id, 0)]


def test_the_store_holds_the_same_events_as_the_bare_task(
    store: Store, home: Home, tiny_spec: RunSpec
) -> None:
    drive(store, home, tiny_spec)
    store.create("again", tiny_spec, name="again", owner="me")
    events = start_training(store.run("again"), home).events()
    assert losses(store) == [event.loss for event in events if isinstance(event, Step)]
    assert store.run("run").status == DONE
    assert store.run("run").spec.model.vocab_size < 64  # as the text gave it
    assert [artifact.step for artifact in store.artifacts("run", "snapshot")] == [0, 1, 2, 4, 8, 16, 30]


def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    store: Store, home: Home, tiny_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive(store, home, tiny_spec)
    whole = losses(store)
    store.create("cut", tiny_spec, name="cut", owner="me")
    driver = Driver(store, home, "cut", open_inbox(Lines()))
    monkeypatch.setattr("lmcore.runs.driver.FIRST_CHECKPOINT_S", 0.0)
    monkeypatch.setattr("lmcore.runs.driver.CHECKPOINT_EVERY_S", 0.0)
    driver._next_checkpoint = 0.0
    real = driver._keep

    def die_at_17(event: object) -> None:
        real(event)  # type: ignore[arg-type]
        if isinstance(event, Step) and event.step == 17:
            driver.recorder.flush()
            raise KeyboardInterrupt

    monkeypatch.setattr(driver, "_keep", die_at_17)
    with pytest.raises(KeyboardInterrupt):
        driver.run()
    Driver(store, home, "cut", open_inbox(Lines())).run()
    assert losses(store, "cut") == whole
    assert store.run("cut").revision == 1


def stop_after(store: Store, home: Home, spec: RunSpec, steps: int) -> None:
    """A run stopped after `steps` updates, with a checkpoint at every one of them."""
    store.create("run", spec, name="run", owner="me")
    driver = Driver(store, home, "run", open_inbox(Lines()))
    driver._next_checkpoint = 0.0
    real = driver._keep

    def keep(event: object) -> None:
        real(event)  # type: ignore[arg-type]
        driver._next_checkpoint = 0.0
        driver.stopped = isinstance(event, Step) and event.step >= steps

    driver._keep = keep  # type: ignore[method-assign]
    driver.run()
    assert store.run("run").status == STOPPED


def test_a_damaged_checkpoint_is_replaced_by_the_one_before_and_said(
    store: Store, home: Home, tiny_spec: RunSpec
) -> None:
    stop_after(store, home, tiny_spec, 12)
    older, newest = [artifact.step for artifact in store.artifacts("run", checkpoints.KIND)][-2:]
    path = checkpoints.checkpoint_path(home.run_folder("run"), newest)
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    drive(store, home, tiny_spec)
    assert store.run("run").notice == {
        "key": "checkpoint_damaged",
        "given": {"damaged": newest, "step": older},
    }
    assert len(losses(store)) == tiny_spec.training.steps


def test_few_checkpoints_are_kept_and_the_best_is_among_them(
    store: Store, home: Home, tiny_spec: RunSpec
) -> None:
    stop_after(store, home, tiny_spec, 12)
    kept = store.artifacts("run", checkpoints.KIND)
    files = sorted(path.stem for path in (home.run_folder("run") / "checkpoints").iterdir())
    assert len(kept) <= 3
    assert [int(name) for name in files] == [artifact.step for artifact in kept]


def test_pause_step_resume_stop(store: Store, home: Home, tiny_spec: RunSpec) -> None:
    lines = Lines()
    spec = replace(tiny_spec, training=replace(tiny_spec.training, steps=100_000))
    store.create("run", spec, name="run", owner="me")
    thread = threading.Thread(target=Driver(store, home, "run", open_inbox(lines)).run)
    thread.start()
    wait_for(lambda: store.run("run").step > 5)
    lines.say(verb="pause")
    wait_for(lambda: store.run("run").status == PAUSED)
    paused_at = store.run("run").step
    lines.say(verb="step")
    wait_for(lambda: store.run("run").step == paused_at + 1)
    lines.say(verb="set", name="learning_rate", value=0.0123)
    lines.say(verb="set", name="learning_rate", value=float("nan"))
    lines.say(verb="resume")
    wait_for(lambda: store.run("run").step > paused_at + 5)
    lines.say(verb="stop")
    thread.join(20)
    assert store.run("run").status == STOPPED
    assert store.marks("run") == [(paused_at + 1, "changed", {"name": "learning_rate", "value": 0.0123})]
    assert store.metrics_since("run", paused_at + 2)[0]["learning_rate"] == pytest.approx(0.0123, rel=0.05)


def test_the_end_of_the_input_saves_and_leaves_the_run_for_the_next_server(
    store: Store, home: Home, tiny_spec: RunSpec
) -> None:
    lines = Lines()
    spec = replace(tiny_spec, training=replace(tiny_spec.training, steps=100_000))
    store.create("run", spec, name="run", owner="me")
    thread = threading.Thread(target=Driver(store, home, "run", open_inbox(lines)).run)
    thread.start()
    wait_for(lambda: store.run("run").step > 5)
    lines.end()
    thread.join(20)
    record = store.run("run")
    assert record.status == RUNNING
    assert store.artifacts("run", checkpoints.KIND)[-1].step == record.step


def test_divergence_ends_the_run_in_words(store: Store, home: Home, tiny_spec: RunSpec) -> None:
    training = replace(tiny_spec.training, learning_rate=1.0, schedule="constant", warmup_steps=0, steps=300)
    drive(store, home, replace(tiny_spec, training=replace(training, gradient_clip=0.0)))
    record = store.run("run")
    assert record.status == DIVERGED
    assert record.notice is not None and record.notice["key"] == "diverged"
    assert 0 < record.notice["given"]["step"] < 300
    assert len(store.artifacts("run", checkpoints.KIND)) <= 1  # the last good state, if one was saved


def test_a_full_disk_pauses_the_run(
    store: Store, home: Home, tiny_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> float:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lmcore.runs.checkpoints.save", full)
    lines = Lines()
    store.create("run", tiny_spec, name="run", owner="me")
    driver = Driver(store, home, "run", open_inbox(lines))
    driver._next_checkpoint = 0.0
    thread = threading.Thread(target=driver.run)
    thread.start()
    wait_for(lambda: store.run("run").status == PAUSED)
    notice = store.run("run").notice
    lines.say(verb="stop")
    thread.join(20)
    assert notice == {"key": "saving_failed", "given": {"reason": "No space left on device"}}


def wait_for(condition: object, timeout_s: float = 20.0) -> None:
    import time

    end = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_an_inbox_without_input_is_closed() -> None:
    inbox = Inbox(io.StringIO(""), give_up=lambda code: None)
    assert inbox.wait() is None
    assert inbox.closed.is_set()
