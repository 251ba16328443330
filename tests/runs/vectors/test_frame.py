"""Maps by other methods are made of what is stored, once, and made anew when the film was."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from lmcore.analysis import projection
from lmcore.analysis.projection import map_words
from lmcore.errors import ConfigError, RunError, TextError
from lmcore.runs.home import Home
from lmcore.runs.vectors import frame as module
from lmcore.runs.vectors.frame import frame
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.stored import write_words

N = 60
WORDS = tuple(f"w{i}" for i in range(N))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    written(home, "r")
    return home


def written(home: Home, run: str) -> Path:
    folder = home.run_folder(run)
    matrix = np.random.default_rng(0).normal(size=(N, 16)).astype(np.float16)
    write_words(folder, WORDS, np.arange(N, 0, -1))
    (folder / "snapshots").mkdir()
    save_file({"vectors": matrix}, folder / "snapshots" / "0000004.safetensors")
    mapped = WordVectors(WORDS[:40], np.ones(40), matrix[:40])
    map_words(mapped, 4, map_words(mapped, 0)).save(folder / "frames" / "0000004.npz")
    return folder


def test_the_answer_comes_last_and_progress_grows(home: Home) -> None:
    *before, answer = frame(home, "r", 4, "umap", 3)
    progress = [part["progress"] for part in before]
    assert progress == sorted(progress) and len(progress) >= 2 and progress[-1] < 1
    assert (answer["method"], answer["dims"], len(answer["words"])) == ("UMAP", 3, 40)


def test_the_film_is_given_at_once(home: Home) -> None:
    assert [part["method"] for part in frame(home, "r", 4)] == ["UMAP"]
    known = next(frame(home, "r", 4))["words_id"]
    assert "words" not in next(frame(home, "r", 4, known=known))


def test_what_took_long_is_kept(home: Home) -> None:
    *_, first = frame(home, "r", 4, "tsne")
    again = list(frame(home, "r", 4, "tsne"))
    assert again == [first]
    kept = home.run_folder("r") / "frames" / "tsne-2"
    assert [path.name for path in kept.iterdir()] == ["0000004.npz"]


def test_a_new_film_makes_a_new_map(home: Home) -> None:
    list(frame(home, "r", 4, "umap", 3))
    path = home.run_folder("r") / "frames" / "0000004.npz"
    os.utime(path, (1e9, 1e9))
    assert len(list(frame(home, "r", 4, "umap", 3))) > 1
    assert len(list(frame(home, "r", 4, "umap", 3))) == 1


def test_axes_of_words_beyond_the_map_leave_nothing_behind(home: Home) -> None:
    *_, answer = frame(home, "r", 4, "axes", 2, "w0..w55", "w1..w2")
    assert answer["axes"] == {"x": ["w0", "w55"], "y": ["w1", "w2"]}
    assert [path.name for path in (home.run_folder("r") / "frames").iterdir()] == ["0000004.npz"]


def test_nothing_is_written_into_a_run_that_comes_with_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lmcore.runs.home.ASSETS", tmp_path / "assets")
    home = Home(tmp_path / "home")
    folder = written(home, "stored-r")
    before = sorted(folder.rglob("*"))
    list(frame(home, "stored-r", 4, "umap", 3))
    assert sorted(folder.rglob("*")) == before
    assert len(list(frame(home, "stored-r", 4, "umap", 3))) == 1
    assert (home.cache / "frames" / "stored-r" / "umap-3" / "0000004.npz").is_file()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"step": 5}, RunError),
        ({"run": "nobody"}, RunError),
        ({"run": "../r"}, RunError),
        ({"method": "<b>"}, ConfigError),
        ({"method": "../../x"}, ConfigError),
        ({"method": "pca", "dims": 7}, ConfigError),
        ({"method": "axes", "x": "w0..nobody", "y": "w1..w2"}, TextError),
        ({"method": "axes"}, TextError),
    ],
)
def test_what_cannot_be_is_refused_in_words(home: Home, given: dict, error: type) -> None:
    with pytest.raises(error):
        list(frame(home, **{"run": "r", "step": 4, "method": "tsne", **given}))
    assert [path.name for path in (home.run_folder("r") / "frames").iterdir()] == ["0000004.npz"]


def test_a_map_that_was_given_up_is_not_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: Any = frame(home, "r", 4, "tsne")
    next(parts)
    parts.close()
    assert not (home.run_folder("r") / "frames" / "tsne-2").exists()
    assert module.projected is projection.projected
