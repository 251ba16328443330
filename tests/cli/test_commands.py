"""What the commands do when all goes well, and what they say when it does not."""

import json
import random
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from lmcore.cli import follow
from lmcore.cli.generate import MAX_TOKENS
from lmcore.runs import requests
from lmcore.runs.engine import Engine
from lmcore.runs.store import DIVERGED, STOPPED

TINY = ("train", "--model", "gpt", "--size", "tiny", "--tokenizer", "character")


def test_train_says_every_step_as_json(trained) -> None:
    assert (trained.code, trained.error) == (0, "")
    steps = [line for line in trained.lines if "loss" in line]
    assert [line["step"] for line in steps] == list(range(1, 41))
    assert all(line["tokens_per_s"] > 0 for line in steps)
    assert steps[-1]["loss"] < steps[0]["loss"]
    assert [line["step"] for line in trained.lines if "validation_loss" in line][-1] == 40
    seconds = [line["seconds"] for line in trained.lines]
    assert seconds == sorted(seconds)


def test_train_ends_with_the_state_of_the_run(trained, trained_id: str) -> None:
    last = trained.lines[-1]
    assert (last["run"], last["status"], last["step"]) == (trained_id, "done", 40)


def test_the_file_is_in_the_library_afterwards(trained, engine: Engine, trained_id: str) -> None:
    record = engine.store.run(trained_id)
    assert (record.name, record.shared) == ("animals", True)
    assert engine.corpora.info(record.spec.corpus).sha256 == record.spec.corpus_sha256


def test_a_log_file_gets_a_line_for_every_evaluation(engine: Engine, text_file: Path, run_command) -> None:
    ended = run_command(*TINY, "--corpus", str(text_file), "--steps", "5")
    assert ended.code == 0
    assert "done at step 5" in ended.out
    assert "step 5, validation loss" in ended.error


def test_a_run_by_the_clock_ends_by_the_clock(engine: Engine, text_file: Path, run_command) -> None:
    ended = run_command(*TINY, "--corpus", str(text_file), "--seconds", "1", "--json")
    assert ended.lines[-1]["status"] == "done"
    assert ended.lines[-1]["step"] > 0


def test_the_same_seed_writes_the_same_text(trained_id: str, run_command) -> None:
    arguments = ("generate", "--run", trained_id, "--prompt", "the ", "--tokens", "30", "--seed")
    first, again, other = (run_command(*arguments, seed) for seed in ("3", "3", "4"))
    assert first == again != other
    assert len(first.out) == 30 + 1  # characters and a newline
    assert first.error == ""


def test_tokens_as_json_are_the_text(trained_id: str, run_command) -> None:
    arguments = ("generate", "--run", trained_id, "--prompt", "the ", "--tokens", "12")
    tokens = run_command(*arguments, "--json").lines
    assert "".join(token["text"] for token in tokens) + "\n" == run_command(*arguments).out
    assert all(0 < token["p"] <= 1 for token in tokens)


def test_a_text_without_newline_needs_no_prompt(engine: Engine, tmp_path: Path, run_command) -> None:
    path = tmp_path / "flat.txt"
    path.write_text("abcd" * 500, encoding="utf-8")
    ended = run_command(*TINY, "--corpus", str(path), "--steps", "3", "--json")
    run_id = ended.lines[0]["run"]
    written = run_command("generate", "--run", run_id, "--tokens", "9")
    assert (written.code, written.error) == (0, "")
    assert len(written.out) == 9 + 1


def test_bytes_that_are_half_a_character_are_joined(engine: Engine, tmp_path: Path, run_command) -> None:
    path = tmp_path / "zh.txt"
    path.write_text("春天来了，花开了。\n" * 60, encoding="utf-8")
    arguments = (
        "--size",
        "tiny",
        "--tokenizer",
        "byte_bpe",
        "--vocab-size",
        "256",
        "--steps",
        "60",
        "--json",
    )
    ended = run_command("train", "--corpus", str(path), *arguments)
    run_id = ended.lines[0]["run"]
    written = run_command(
        "generate", "--run", run_id, "--tokens", "60", "--temperature", "0", "--prompt", "春"
    )
    assert "⟨" not in written.out
    assert set(written.out) & set("春天来了，花开")


def test_what_was_not_as_asked_for_is_said(trained_id: str, run_command) -> None:
    ended = run_command("generate", "--run", trained_id, "--step", "7", "--prompt", "the 日", "--tokens", "3")
    assert ended.code == 0
    assert ended.error.splitlines() == [
        "There is no snapshot of step 7; this is step 8.",
        "This model has never seen: 日",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--prompt", ""), "nothing to go on from"),
        (("--temperature", "nan"), "temperature is out of range"),
        (("--top-p", "0"), "top_p is out of range"),
        (("--top-k", "-1"), "top_k is out of range"),
        (("--tokens", "2001"), "tokens is out of range"),
    ],
)
def test_generate_refuses_in_words(trained_id: str, run_command, arguments: tuple, words: str) -> None:
    ended = run_command("generate", "--run", trained_id, *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.error
    assert len(ended.error.splitlines()) == 1


@pytest.mark.parametrize("prompt", ["\x00", "\udc80", "x" * 5_000, "🙂", "-1"])
def test_any_prompt_is_gone_on_from(trained_id: str, run_command, prompt: str) -> None:
    assert run_command("generate", "--run", trained_id, f"--prompt={prompt}", "--tokens", "2").code == 0


def test_the_limit_of_tokens_is_the_workers() -> None:
    assert MAX_TOKENS == requests.MAX_TOKENS


@pytest.fixture(scope="module")
def words_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty words in a thousand sentences."""
    draw = random.Random(0)
    words = [f"{first}{second}" for first in "bdfgklmnprst" for second in ("at", "en", "ig", "ot", "um")]
    path = tmp_path_factory.mktemp("words") / "words.txt"
    path.write_text("\n".join(" ".join(draw.choices(words, k=6)) for _ in range(1_000)), encoding="utf-8")
    return path


def test_vectors_show_the_neighbours_of_a_word(engine: Engine, words_file: Path, run_command) -> None:
    arguments = ("--corpus", str(words_file), "--epochs", "2", "--dimensions", "32", "--json", "--word")
    ended = run_command("vectors", *arguments, "bat")
    assert (ended.code, ended.error) == (0, "")
    cosines = [row["cosine"] for row in ended.lines[-1]["rows"]]
    assert len(cosines) == 10 and cosines == sorted(cosines, reverse=True)
    refused = run_command("generate", "--run", ended.lines[0]["run"])
    assert (refused.code, refused.out) == (1, "")
    assert refused.error.startswith("This run cannot write.")


def test_an_unknown_word_is_an_error_after_a_good_run(engine: Engine, words_file: Path, run_command) -> None:
    ended = run_command("vectors", "--corpus", str(words_file), "--epochs", "1", "--word", "zebra")
    assert ended.code == 1
    assert "done at step" in ended.out
    assert "“zebra” is not among" in ended.error


def test_runs_are_listed(trained_id: str, engine: Engine, run_command) -> None:
    engine.store.update(trained_id, name="\x1b[2J 猫\nanimals")
    listed = run_command("runs")
    assert f"{trained_id} " in listed.out
    assert "\x1b" not in listed.out  # a name must not command the terminal
    lines = run_command("runs", "--json").lines
    assert {line["run"]: line["status"] for line in lines}[trained_id] == "done"


def test_stars_and_tags_are_listed(trained_id: str, engine: Engine, run_command) -> None:
    owner = engine.store.run(trained_id).owner
    engine.star(trained_id, True, owner=owner)
    engine.tag(trained_id, "lecture, 课堂", owner=owner)
    (line,) = [line for line in run_command("runs").out.splitlines() if line.startswith(trained_id)]
    assert line.split()[1] == "*" and line.endswith("#lecture  #课堂")
    (told,) = [line for line in run_command("runs", "--json").lines if line["run"] == trained_id]
    assert (told["starred"], told["tags"]) == (True, ["lecture", "课堂"])


def test_an_ended_run_cannot_be_stopped(trained_id: str, run_command) -> None:
    ended = run_command("runs", "--stop", trained_id)
    assert ended.code == 1
    assert "has already ended" in ended.error


def test_a_deleted_run_is_gone(engine: Engine, text_file: Path, run_command) -> None:
    run_id = run_command(*TINY, "--corpus", str(text_file), "--steps", "2", "--json").lines[0]["run"]
    folder = engine.home.run_folder(run_id)
    assert folder.is_dir()
    assert run_command("runs", "--delete", run_id).code == 0
    assert not folder.exists()
    again = run_command("runs", "--delete", run_id)
    assert again.code == 1
    assert run_id in again.error and "link" not in again.error  # there are no links on a terminal


@pytest.mark.parametrize("kind", [KeyboardInterrupt, BrokenPipeError])
def test_an_interrupted_run_is_stopped_and_saved(
    engine: Engine, text_file: Path, run_command, kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        time.sleep(0.05)
        running = engine.store.runs(status=("running",))
        if running and running[0].step > 20:
            raise kind

    clock = SimpleNamespace(sleep=interrupt, monotonic=time.monotonic)
    monkeypatch.setattr(follow, "time", clock)
    monkeypatch.setattr("lmcore.cli.main._forget_output", lambda: None)
    ended = run_command(*TINY, "--corpus", str(text_file), "--steps", "100000", "--json")
    assert ended.code == (130 if kind is KeyboardInterrupt else 1)
    last = ended.lines[-1]
    assert last["status"] == STOPPED
    assert engine.store.artifacts(last["run"], "checkpoint")[-1].step == last["step"]


def test_a_diverged_run_is_an_error_with_its_reason(engine: Engine, trained_id: str) -> None:
    notice = {"key": "diverged", "given": {"step": 12}}
    engine.store.create("diverged", engine.store.run(trained_id).spec, name="x", owner="", status=DIVERGED)
    engine.store.update("diverged", notice=notice)
    assert "at step 12" in (follow.complaint(engine.store.run("diverged")) or "")
    assert follow.complaint(engine.store.run(trained_id)) is None


def test_a_loss_that_is_no_number_is_null(engine: Engine, trained_id: str, run_command, capsys) -> None:
    spec = engine.store.run(trained_id).spec
    engine.store.create("broken", spec, name="x", owner="", status=DIVERGED, step=1)
    with engine.store.transaction() as db:
        db.execute("INSERT INTO metrics VALUES ('broken', 1, NULL, 0.1, NULL, 5.0)")
    follow.follow(engine, "broken", as_json=True)
    step = json.loads(capsys.readouterr().out.splitlines()[1])
    assert step["loss"] is None
