"""Word vectors from a file to a run and from a run to a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors

from lmcore.cli import session
from lmcore.runs.store import DONE
from lmcore.vectors.files.write import write_vectors

WORDS = ("the", "king", "queen", "cat")
MATRIX = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float16).astype(np.float32)
Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LM_PLAYGROUND_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some vectors.vec"
    list(write_vectors(path, WORDS, MATRIX, "word2vec"))
    return path


def test_a_file_becomes_a_run_and_a_file_again(run_command: Run, tmp_path: Path, file: Path) -> None:
    brought = run_command("vectors", "--import", str(file), "--json")
    assert brought.code == 0
    answer = brought.lines[-1]
    assert answer["report"]["n_read"] == 4
    record = session.open_engine().store.run(answer["run"])
    assert (record.status, record.shared, record.name) == (DONE, True, "some vectors")
    for format, binary in (("word2vec", False), ("binary", True)):
        goal = tmp_path / f"{format} out"
        taken = run_command("vectors", "--export", str(goal), "--format", format)
        assert taken.code == 0 and str(goal) in taken.out and "some vectors" in taken.out
        theirs = KeyedVectors.load_word2vec_format(str(goal), binary=binary)
        assert tuple(theirs.index_to_key) == WORDS
        np.testing.assert_array_equal(theirs.vectors, MATRIX)
    assert not list(tmp_path.rglob("*.tmp"))


def test_the_name_the_first_words_and_the_language(run_command: Run, file: Path) -> None:
    given = ("--name", "mine", "--first-words", "2", "--language", "zh", "--json")
    run_id = run_command("vectors", "--import", str(file), *given).lines[-1]["run"]
    record = session.open_engine().store.run(run_id)
    assert (record.name, record.spec.corpus) == ("mine", "imported_zh")


def test_what_was_left_out_is_said(run_command: Run, file: Path) -> None:
    file.write_bytes(b"the 1 2\nking 3 4\nking 5 6\nqueen nan 1\ncat 1\n\xff 1 2\n")
    ended = run_command("vectors", "--import", str(file))
    assert ended.code == 0 and "3 words of 2 numbers, glove" in ended.out
    for said in (
        "1 rows were left out: they were there before.",
        "1 rows were left out: they have NaN, infinity or huge numbers.",
        "1 rows were left out: they have another number of numbers.",
        "1 words were no UTF-8",
    ):
        assert said in ended.error


def test_a_file_that_cannot_be_read_is_refused_in_words(
    run_command: Run, file: Path, empty_home: Path
) -> None:
    file.write_text("no vectors at all")
    ended = run_command("vectors", "--import", str(file))
    assert (ended.code, ended.out) == (1, "") and "This file holds no word vectors" in ended.error
    assert not list((empty_home / "runs").glob("*"))


def test_a_step_that_is_not_kept_gives_the_nearest(run_command: Run, tmp_path: Path, file: Path) -> None:
    run_command("vectors", "--import", str(file))
    ended = run_command("vectors", "--export", str(tmp_path / "a"), "--step", "50", "--json")
    assert ended.code == 0 and ended.lines[-1]["step"] == 0
    assert "There is no snapshot of step 50; this is step 0." in ended.error


def test_a_language_model_has_no_word_vectors(run_command: Run, tmp_path: Path) -> None:
    from lmcore.tasks.spec import RunSpec

    store = session.open_engine().store
    store.create("abcdef0123", RunSpec(), name="gpt", owner="me", status=DONE)
    ended = run_command("vectors", "--export", str(tmp_path / "a"), "--run", "abcdef0123")
    assert ended.code == 1 and "This run has no word vectors." in ended.error


def test_a_place_that_cannot_be_written_is_said(
    run_command: Run, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_command("vectors", "--import", str(file))

    def full(_: Path, goal: Path) -> None:
        goal.write_bytes(b"the first half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lmcore.cli.files.shutil.move", full)
    ended = run_command("vectors", "--export", str(tmp_path / "a"))
    assert ended.code == 1 and "No space left on device" in ended.error
    assert not (tmp_path / "a").exists() and not list(tmp_path.glob("*.tmp"))
