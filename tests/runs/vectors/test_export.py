"""A snapshot as a file: the vectors of that step, in every format, written once."""

import os
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from safetensors.numpy import save_file

from lmcore.errors import ConfigError, RunError
from lmcore.runs.home import Home
from lmcore.runs.vectors import export as module
from lmcore.runs.vectors.export import export
from lmcore.vectors.files.detect import READABLE, WRITABLE
from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors
from lmcore.vectors.stored import write_words

RUN = "abcdef0123"
WORDS = ("the", "中文", "café", "x")
STEPS = (0, 7)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    folder = home.run_folder(RUN)
    write_words(folder, WORDS, np.array([4, 3, 2, 1]))
    (folder / "snapshots").mkdir()
    for step in STEPS:
        save_file({"vectors": of_step(step)}, folder / "snapshots" / f"{step:07d}.safetensors")
    return home


def of_step(step: int) -> np.ndarray:
    return np.random.default_rng(step).normal(size=(4, 5)).astype(np.float16)


def exported(home: Home, step: int, format: str) -> Path:
    *before, answer = export(home, RUN, step, format)
    assert all(0 <= part["progress"] <= 1 for part in before)
    path = home.exported / answer["file"]
    assert path.stat().st_size == answer["size"] > 0
    return path


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("format", READABLE)
def test_every_step_can_be_brought_again(home: Home, format: str, step: int) -> None:
    *_, found = read_vectors(exported(home, step, format))
    assert isinstance(found, ReadVectors) and found.words == WORDS
    np.testing.assert_array_equal(found.matrix, of_step(step).astype(np.float32))


def test_gensim_loads_them(home: Home) -> None:
    wanted = of_step(7).astype(np.float32)
    text = KeyedVectors.load_word2vec_format(str(exported(home, 7, "word2vec")))
    binary = KeyedVectors.load_word2vec_format(str(exported(home, 7, "binary")), binary=True)
    own = KeyedVectors.load(str(exported(home, 7, "keyed_vectors")))
    for theirs in (text, binary, own):
        assert tuple(theirs.index_to_key) == WORDS
        np.testing.assert_array_equal(theirs.vectors, wanted)
    assert own.get_vecattr("the", "count") == 4


@pytest.mark.parametrize("format", WRITABLE)
def test_what_is_taken_back_leaves_nothing(home: Home, format: str) -> None:
    parts = export(home, RUN, 0, format)
    for _ in range(2):
        next(parts)
    parts.close()  # type: ignore[attr-defined]
    assert not home.exported.exists() or list(home.exported.iterdir()) == []


def test_it_is_written_once_until_the_run_begins_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = exported(home, 0, "glove")
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_vectors", lambda *_: pytest.fail("written again"))
        assert exported(home, 0, "glove") == first
    snapshot = home.run_folder(RUN) / "snapshots" / "0000000.safetensors"
    save_file({"vectors": of_step(3)}, snapshot)
    os.utime(snapshot, (9, 9))
    *_, found = read_vectors(exported(home, 0, "glove"))
    assert isinstance(found, ReadVectors)
    np.testing.assert_array_equal(found.matrix, of_step(3).astype(np.float32))


def test_old_files_go(home: Home) -> None:
    first = exported(home, 0, "glove")
    os.utime(first, (0, 0))
    exported(home, 7, "glove")
    assert not first.exists()


def test_what_is_not_there_is_said(home: Home) -> None:
    with pytest.raises(RunError):
        exported(home, 3, "glove")
    for format in ("pickle", "../x", ""):
        with pytest.raises(ConfigError):
            exported(home, 0, format)
