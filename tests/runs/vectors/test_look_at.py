"""What a visitor is told of a file before it is brought."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.vectors import look_at
from lmcore.runs.vectors.look_at import look_at_vectors
from lmcore.vectors.files.sizes import estimate_bytes
from lmcore.vectors.files.write import write_vectors

WORDS = [f"word{i}" for i in range(300)]
MATRIX = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)


@pytest.fixture
def folder(home: Home) -> Path:
    home.vectors.mkdir(parents=True)
    return home.vectors


def looked(home: Home, file: str, **given: str) -> dict[str, Any]:
    *_, answer = look_at_vectors(home, "", file, **given)
    return json.loads(json.dumps(answer))


def test_a_file_is_described(home: Home, folder: Path) -> None:
    list(write_vectors(folder / "a.bin", WORDS, MATRIX, "binary"))
    answer = looked(home, "vectors/a.bin")
    assert (answer["format"], answer["dimensions"], answer["n_words"]) == ("binary", 5, 300)
    assert answer["promised"] and answer["first_words"] == 300 and answer["language"] == "en"
    assert answer["preview"] == WORDS[: look_at.SHOWN]


def test_without_a_header_the_words_are_estimated(home: Home, folder: Path) -> None:
    list(write_vectors(folder / "a.txt", WORDS, MATRIX, "glove"))
    answer = looked(home, "vectors/a.txt")
    assert not answer["promised"] and 270 < answer["n_words"] < 330


def test_only_what_fits_is_proposed(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list(write_vectors(folder / "a.vec", WORDS, MATRIX, "word2vec"))
    monkeypatch.setattr(look_at, "MEMORY_SHARE", 0.0)
    assert looked(home, "vectors/a.vec")["first_words"] == 0
    monkeypatch.undo()
    monkeypatch.setattr(look_at, "most_words", lambda dimensions: 20 * dimensions)
    answer = looked(home, "vectors/a.vec")
    assert answer["first_words"] == answer["most_words"] == 100
    assert answer["word_bytes"] == estimate_bytes(1, 5)


def test_chinese_words_are_noticed(home: Home, folder: Path) -> None:
    list(write_vectors(folder / "a.bin", ["国王", "女王", "的", "the"], MATRIX[:4], "binary"))
    assert looked(home, "vectors/a.bin")["language"] == "zh"


def test_files_of_an_archive_can_be_looked_at(home: Home, folder: Path) -> None:
    with ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("two.txt", "a 1 2\nb 3 4\n")
        archive.writestr("three.txt", "c 1 2 3\nd 3 4 5\n")
    assert looked(home, "vectors/a.zip")["members"] == ["two.txt", "three.txt"]
    assert looked(home, "vectors/a.zip", member="three.txt")["preview"] == ["c", "d"]


@pytest.mark.parametrize(
    "file",
    [
        "vectors/../playground.db",
        "vectors/",
        "corpora/x",
        "/etc/passwd",
        "vectors/none.vec",
        "",
        "uploads/..",
    ],
)
def test_other_places_are_out_of_reach(home: Home, folder: Path, file: str) -> None:
    (home.folder / "playground.db").write_bytes(b"the 1 2\n")
    with pytest.raises(TextError):
        looked(home, file)
