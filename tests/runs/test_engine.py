"""The engine with real worker processes."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lmcore.device import limit_threads
from lmcore.errors import ConfigError, ResourceError, RunError, TextError
from lmcore.events import Step
from lmcore.runs import checkpoints
from lmcore.runs.driver import start_training
from lmcore.runs.engine import Engine
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.store import DIVERGED, DONE, INTERRUPTED, PAUSED, QUEUED, RUNNING, STOPPED
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import TokenizerConfig

OWNER = "a visitor"
OTHER = "somebody else"


def until(condition: Callable[[], object], timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    limits = Limits(training_slots=1, queue_places=2, runs_per_visitor=3)
    engine = Engine(Home(tmp_path_factory.mktemp("engine")), limits).start()
    yield engine
    engine.close()
    engine.store.close()
    assert not any(psutil.pid_exists(pid) for pid in engine.supervisor.worker_pids())


@pytest.fixture(scope="module")
def spec(engine: Engine, small_text: str) -> RunSpec:
    corpus = engine.corpora.add("animals", small_text, owner=OWNER)
    spec = with_model(
        RunSpec(corpus=corpus.id, corpus_sha256=corpus.sha256, tokenizer=TokenizerConfig("character")),
        "gpt",
        "tiny",
    )
    training = replace(spec.training, steps=40, batch_size=4, evaluate_every=10, sample_length=8)
    return replace(spec, model=replace(spec.model, context_length=16), training=training)


def endless(spec: RunSpec) -> RunSpec:
    return replace(spec, training=replace(spec.training, steps=200_000))


@pytest.fixture(scope="module")
def finished(engine: Engine, spec: RunSpec) -> str:
    run_id = engine.submit(spec, owner=OWNER, name="animals")
    assert engine.wait(run_id, 60.0).status == DONE
    return run_id


@pytest.fixture
def running(engine: Engine, spec: RunSpec) -> Iterator[str]:
    run_id = engine.submit(endless(spec), owner=OWNER, name="endless")
    until(lambda: engine.store.run(run_id).step > 20)
    yield run_id
    engine.delete(run_id, owner=OWNER)


def test_a_worker_gives_the_same_events_as_inline_training(
    engine: Engine, finished: str, spec: RunSpec, home: Home
) -> None:
    limit_threads(1)  # as workers do; libraries that other tests use may have taken more
    events = start_training(engine.store.run(finished), engine.home).events()
    inline = [event.loss for event in events if isinstance(event, Step)]
    assert [row["loss"] for row in engine.store.metrics_since(finished, 0)] == inline


def test_attention_and_generation_of_a_run(engine: Engine, finished: str) -> None:
    answer = engine.ask("attention", run=finished, step=40, text="the cat", switched_off=[])
    assert answer["tokens"] == list("the cat")
    assert len(answer["next_tokens"]) == 5
    arguments = {"prompt": "the ", "n_tokens": 12, "temperature": 0.8, "top_k": 0, "top_p": 0.9, "seed": 3}
    replies = [engine.open("generation", run=finished, step=40, **arguments) for _ in range(2)]
    first, second = (list(reply.parts_as_they_come(30.0)) for reply in replies)
    assert first == second
    assert len(first) == 1 + 12
    assert json.dumps(first)  # plain values


def test_the_same_question_is_answered_from_memory(engine: Engine, finished: str) -> None:
    arguments = {"run": finished, "step": 8, "text": "the dog", "switched_off": []}
    assert engine.ask("attention", **arguments) is engine.ask("attention", **arguments)


@pytest.mark.parametrize("text", ["", "\x00\ud800", "日本語 🙂", "x" * 100_000, "<script>alert(1)</script>"])
def test_hostile_text_is_answered_or_refused_in_words(engine: Engine, finished: str, text: str) -> None:
    try:
        answer = engine.ask("attention", run=finished, step=40, text=text, switched_off=[])
    except TextError as error:
        assert "_" not in str(error).split(".")[0]
    else:
        assert 0 < len(answer["tokens"]) <= 64


def test_a_step_without_snapshot_is_refused_in_words(engine: Engine, finished: str) -> None:
    with pytest.raises(RunError, match="no snapshot of step 39"):
        engine.ask("attention", run=finished, step=39, text="the", switched_off=[])


def test_commands(engine: Engine, running: str) -> None:
    engine.command(running, "pause", owner=OWNER)
    until(lambda: engine.store.run(running).status == PAUSED)
    before = engine.store.run(running).step
    engine.command(running, "step", owner=OWNER)
    until(lambda: engine.store.run(running).step == before + 1)
    engine.command(running, "resume", owner=OWNER)
    until(lambda: engine.store.run(running).step > before + 5)
    engine.command(running, "stop", owner=OWNER)
    assert engine.wait(running, 20.0).status == STOPPED
    reached = engine.store.run(running).step
    engine.command(running, "resume", owner=OWNER)
    until(lambda: engine.store.run(running).step > reached)


def test_only_the_owner_commands_a_run(engine: Engine, running: str) -> None:
    for act in (
        lambda: engine.command(running, "stop", owner=OTHER),
        lambda: engine.delete(running, owner=OTHER),
        lambda: engine.rename(running, "mine now", owner=OTHER),
        lambda: engine.share(running, True, owner=OTHER),
    ):
        with pytest.raises(RunError, match="somebody else"):
            act()


def test_runs_wait_in_a_queue_with_an_end(engine: Engine, spec: RunSpec, running: str) -> None:
    waiting = [engine.submit(endless(spec), owner=OWNER, name="waiting") for _ in range(2)]
    assert [engine.store.run(run_id).status for run_id in waiting] == [QUEUED, QUEUED]
    with pytest.raises(ResourceError, match="3 runs under way"):
        engine.submit(spec, owner=OWNER, name="one too many")
    with pytest.raises(ResourceError, match="queue is full"):
        engine.submit(spec, owner=OTHER, name="no place")
    for run_id in waiting:
        engine.command(run_id, "stop", owner=OWNER)
        assert engine.wait(run_id, 5.0).status == STOPPED
        engine.delete(run_id, owner=OWNER)


def test_what_cannot_fit_is_refused_with_figures(engine: Engine, spec: RunSpec) -> None:
    huge = replace(
        spec, model=replace(spec.model, n_layers=64, d_model=4096, n_heads=64, context_length=4096)
    )
    with pytest.raises(ResourceError, match=r"needs [\d.,]+ GB, this machine has [\d.,]+ GB free"):
        engine.submit(huge, owner=OWNER, name="huge")
    long = replace(spec, training=replace(spec.training, seconds=86_400.0))
    with pytest.raises(ResourceError, match="24 hours"):
        engine.submit(long, owner=OWNER, name="long")


def test_a_text_shorter_than_the_context_ends_in_a_sentence(engine: Engine, spec: RunSpec) -> None:
    short = replace(spec, model=replace(spec.model, context_length=4096))
    text = engine.corpora.add("short", "ab cd. " * 40, owner=OWNER)
    run_id = engine.submit(replace(short, corpus=text.id), owner=OWNER, name="short")
    record = engine.wait(run_id, 30.0)
    assert record.notice is not None and record.details is None
    engine.delete(run_id, owner=OWNER)


def test_a_killed_worker_is_replaced_and_its_run_goes_on(engine: Engine, running: str) -> None:
    store = engine.store
    until(lambda: store.artifacts(running, checkpoints.KIND))
    record = store.run(running)
    assert record.worker_pid is not None
    os.kill(record.worker_pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    until(lambda: store.run(running).attempts == 1)
    until(lambda: store.run(running).step > record.step)
    steps = [row["step"] for row in store.metrics_since(running, 0)]
    assert steps == list(range(1, len(steps) + 1))
    assert (store.run(running).notice or {}).get("key") == "worker_lost"


def test_a_worker_killed_while_it_answers_gives_a_sentence_and_is_replaced(
    engine: Engine, finished: str
) -> None:
    reply = engine.open(
        "generation",
        run=finished,
        step=40,
        prompt="the",
        n_tokens=2000,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        seed=1,
    )
    reply.wait(30.0)
    worker = engine.supervisor.answering()
    assert worker is not None
    worker.process.kill()
    with pytest.raises(ResourceError, match="has ended"):
        list(reply.parts_as_they_come(30.0))
    until(lambda: engine.supervisor.answering() not in (None, worker))
    assert engine.ask("attention", run=finished, step=0, text="the", switched_off=[])["tokens"]


def test_what_a_dead_server_left_is_gone_on_with(tmp_path: Path, small_text: str, spec: RunSpec) -> None:
    home = Home(tmp_path / "left")
    engine = Engine(home, Limits(training_slots=1))
    corpus = engine.corpora.add("animals", small_text, owner=OWNER)
    store = engine.store
    store.register_engine("dead", 2**22, 0.0)  # a process that never was
    for run_id, status in (("ran", RUNNING), ("paused", PAUSED)):
        store.create(
            run_id, replace(spec, corpus=corpus.id), name=run_id, owner=OWNER, engine="dead", status=status
        )
    engine.start()
    assert engine.wait("ran", 60.0).status == DONE
    assert store.run("paused").status == INTERRUPTED
    engine.close()
    store.close()


def test_a_diverged_run_is_mended_by_a_lower_rate(engine: Engine, spec: RunSpec) -> None:
    wild = replace(spec.training, learning_rate=1.0, schedule="constant", warmup_steps=0, gradient_clip=0.0)
    run_id = engine.submit(replace(spec, training=wild), owner=OWNER, name="wild")
    assert engine.wait(run_id, 30.0).status == DIVERGED
    engine.mend(run_id, owner=OWNER)
    assert engine.wait(run_id, 30.0).status in (DONE, DIVERGED)
    assert engine.store.marks(run_id)[0][1:] == ("changed", {"name": "learning_rate", "value": 0.25})
    assert engine.store.metrics_since(run_id, 0)[0]["learning_rate"] == pytest.approx(0.25)
    engine.delete(run_id, owner=OWNER)


def test_learning_rate_zero_is_allowed_and_nan_is_not(spec: RunSpec) -> None:
    assert replace(spec.training, learning_rate=0.0).learning_rate == 0
    for rate in (float("nan"), -1.0, 1e6):
        with pytest.raises(ConfigError, match="learning_rate"):
            replace(spec.training, learning_rate=rate)
