"""Wrong usage is refused at once and in words, with the exit code that scripts look at."""

from pathlib import Path

import pytest

from lmcore.cli.session import OWNER, settle_left_over
from lmcore.runs.home import Home
from lmcore.runs.pool import Worker
from lmcore.runs.store import ACTIVE, INTERRUPTED, RUNNING, Store
from lmcore.tasks.spec import RunSpec
from lmcore.text import uploads


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LM_PLAYGROUND_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(Worker, "__init__", lambda *_, **__: pytest.fail("a worker was started"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("train --steps 0", "steps is out of range. It is 0"),
        ("train --steps -5", "steps is out of range. It is -5"),
        ("train --seconds 0", "seconds is out of range. It is 0"),
        ("train --seconds inf", "seconds is out of range. It is inf"),
        ("train --learning-rate nan", "learning_rate is out of range. It is nan"),
        ("train --learning-rate -1", "learning_rate is out of range. It is -1"),
        ("train --seed -1", "seed is out of range. It is -1"),
        ("train --vocab-size 10", "vocab_size is out of range. It is 10"),
        ("train --seconds 80000", "takes too long"),
        ("train --corpus missing.txt", "There is no such text. missing.txt"),
        ("train --corpus .", "There is no such text. ."),
        ("train --corpus ../../etc/shadow.none", "There is no such text."),
        ("vectors --dimensions 50", "dimensions is not a known choice. It is 50"),
        ("vectors --epochs 0", "epochs is out of range. It is 0"),
        ("vectors --import missing.vec", "There is no such file. missing.vec"),
        ("vectors --import .", "There is no such file."),
        ("vectors --import a --first-words -1", "first_words is out of range. It is -1"),
        ("vectors --export some.vec", "There are no word vectors yet."),
        ("vectors --export .", "The file cannot be written there."),
        ("vectors --export nowhere/some.vec", "The file cannot be written there. nowhere/some.vec"),
        ("vectors --export some.vec --run nobody", "There is no such run. nobody"),
        ("generate", "There is no run yet."),
        ("generate --run nobody", "There is no such run. nobody"),
        ("generate --tokens 0", "tokens is out of range. It is 0"),
        ("runs --stop nobody", "There is no such run. nobody"),
        ("runs --delete ../..", "There is no such run. ../.."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    run_command, arguments: str, words: str, empty_home: Path
) -> None:
    ended = run_command(*arguments.split())
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.error
    assert len(ended.error.splitlines()) == 1
    assert not (empty_home / "runs").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "nonsense",
        "train --steps many",
        "train --steps 5 --seconds 5",
        "train --size gigantic",
        "train --device toaster",
        "runs --stop a --delete b",
        "generate --unknown",
        "vectors --import a --export b",
        "vectors --export a --format excel",
        "vectors --import a --first-words few",
    ],
)
def test_wrong_usage_is_code_2_with_the_usage(run_command, arguments: str) -> None:
    ended = run_command(*arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.error.startswith("usage: python -m lmcore")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The text is empty."),
        (b" \n" * 200, "The text is empty."),
        (b"abc", "The text is too short."),
        (b"\x7fELF\x02\x01\x01\x00" * 100, "This file holds no plain text."),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_words(
    run_command, tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "given.txt"
    path.write_bytes(data)
    ended = run_command("train", "--corpus", str(path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.error.startswith(words)


def test_a_huge_file_is_refused_unread(run_command, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(uploads.MAX_BYTES * 1_000)  # sparse: 50 GB that take no place
    ended = run_command("train", "--corpus", str(path))
    assert ended.code == 1
    assert "It has 50,000 MB, and the limit is 50 MB" in ended.error


def test_a_name_that_no_file_can_have_is_refused_in_words(run_command) -> None:
    ended = run_command("train", "--corpus", "x" * 5_000)
    assert ended.code == 1
    assert ended.error.startswith("There is no such text.")


def test_a_data_folder_that_cannot_be_is_refused_in_words(
    run_command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("LM_PLAYGROUND_HOME", str(tmp_path / "file" / "home"))
    ended = run_command("runs")
    assert ended.code == 1
    assert ended.error.startswith("The data folder cannot be used.")
    assert "LM_PLAYGROUND_HOME" in ended.error


def test_an_empty_list_is_no_error(run_command) -> None:
    ended = run_command("runs")
    assert (ended.code, ended.out, ended.error) == (0, "", "")


def test_runs_of_a_killed_command_line_do_not_count_for_ever(home: Home, store: Store) -> None:
    store.register_engine("killed", 2**22, 0.0)  # a process that never was
    left = (("ours", OWNER, "killed"), ("theirs", "a visitor", "killed"), ("new", OWNER, "?"))
    for run_id, owner, engine in left:
        store.create(run_id, RunSpec(), name=run_id, owner=owner, status=RUNNING, engine=engine)
    settle_left_over(store)
    assert store.run("ours").status == INTERRUPTED
    assert store.run("theirs").status == RUNNING  # its server goes on with it
    assert {run.id for run in store.runs(status=ACTIVE)} == {"theirs", "new"}
