"""Vectors of a file become a run that every view can ask, or nothing is left of them."""

import json
import os
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from lmcore.analysis.word_map import WordMap
from lmcore.errors import ResourceError, RunError, TextError
from lmcore.runs import feed
from lmcore.runs.home import Home
from lmcore.runs.store import DONE, RunRecord, Store
from lmcore.runs.vectors import take_in as module
from lmcore.runs.vectors.compare import moved
from lmcore.runs.vectors.frame import frame
from lmcore.runs.vectors.learn import learn
from lmcore.runs.vectors.look_up import neighbours
from lmcore.runs.vectors.requests import REQUESTS
from lmcore.runs.vectors.scores import scores_now
from lmcore.runs.vectors.shared import vectors_at
from lmcore.runs.vectors.take_in import placed, take_in_vectors
from lmcore.vectors.files.write import write_vectors

RUN = "abcdef0123"
FAMILY = ("king", "queen", "man", "woman", "boy", "girl")
WORDS = ("the", ",", "country", "1990", *FAMILY, *(f"word{i}" for i in range(60)))
MATRIX = np.random.default_rng(0).normal(size=(len(WORDS), 7)).astype(np.float32)


def saved(
    home: Home, matrix: np.ndarray = MATRIX, words: tuple[str, ...] = WORDS, name: str = "a.vec"
) -> str:
    list(write_vectors(home.vectors / name, words, matrix, "word2vec"))
    return f"vectors/{name}"


def taken_in(home: Home, file: str, **given: Any) -> dict[str, Any]:
    options = {"name": "mine", "owner": "me", "first_words": 0, "language": "en"} | given
    *before, answer = take_in_vectors(home, RUN, file, **options)
    shares = [part["progress"] for part in before]
    assert shares == sorted(shares) and shares and shares[0] >= 0 and shares[-1] < 1
    return answer


def test_it_can_be_asked_for_by_its_names(home: Home, store: Store) -> None:
    asked = REQUESTS["take_in_vectors"]
    given = {
        "run": RUN,
        "file": saved(home),
        "name": "mine",
        "owner": "me",
        "first_words": 0,
        "language": "en",
    }
    assert list(asked(home, **given))[-1]["run"] == RUN
    assert list(REQUESTS["export"](home, run=RUN, step=0, format="glove"))[-1]["size"] > 0


def left(home: Home) -> list[Path]:
    return list(home.run_folder(RUN).parent.glob("*"))


def test_a_file_becomes_a_run_of_one_snapshot(home: Home, store: Store) -> None:
    answer = taken_in(home, saved(home))
    assert answer["run"] == RUN and answer["report"]["n_read"] == len(WORDS)
    record = store.run(RUN)
    assert (record.status, record.step, record.planned_steps, record.owner) == (DONE, 0, 0, "me")
    assert (record.spec.vectors.method, record.spec.vectors.dimensions) == ("imported", 7)
    assert [artifact.step for artifact in store.artifacts(RUN, "snapshot")] == [0]
    vectors = vectors_at(home, RUN, 0)
    assert vectors.words == WORDS and not vectors.counts.any()
    np.testing.assert_allclose(vectors.matrix, MATRIX, rtol=1e-3)
    known = json.loads((home.run_folder(RUN) / "vocabulary.json").read_text())
    assert (known["language"], known["method"], known["counts"]) == ("en", "imported", None)
    assert left(home) == [home.run_folder(RUN)]


def test_the_snapshot_is_what_safetensors_reads(home: Home) -> None:
    from safetensors.numpy import load_file

    taken_in(home, saved(home))
    found = load_file(home.run_folder(RUN) / "snapshots" / "0000000.safetensors")
    assert found["vectors"].dtype == np.float16 and list(found) == ["vectors"]


@pytest.mark.parametrize("scale", [1e-6, 1e12])
def test_numbers_that_float16_cannot_hold_stay_what_they_are(home: Home, scale: float) -> None:
    taken_in(home, saved(home, MATRIX * np.float32(scale)))
    np.testing.assert_allclose(vectors_at(home, RUN, 0).matrix, MATRIX * np.float32(scale), rtol=1e-6)
    rows = list(neighbours(home, RUN, 0, "king", 5))[-1]["rows"]
    assert all(0 < row["cosine"] <= 1 for row in rows)


def test_every_view_can_ask(home: Home, store: Store) -> None:
    taken_in(home, saved(home))
    assert len(list(neighbours(home, RUN, 0, "king", 5))[-1]["rows"]) == 5
    told = list(learn(home, RUN, 0))[-1]
    assert told["passage"] is None and told["pair"]["kind"] == "none"
    assert list(scores_now(home, RUN, 0))[-1]["similarity"]
    same = list(moved(home, RUN, 0, RUN, 0))[-1]
    assert same["mean_overlap"] == 1.0
    for method in ("umap", "pca"):
        assert list(frame(home, RUN, 0, method))[-1]["words"]
    live = feed.live(store, RUN)
    assert live["snapshots"] == [0] and live["planned_snapshots"] == [] and live["status"] == DONE
    assert [row["name"] for row in feed.scores(store, RUN)["scores"]] == ["google"]  # of the family
    assert feed.frame(home, RUN, 0)["method"] == "UMAP"


def test_the_map_has_signs_and_brief_words_last(home: Home) -> None:
    taken_in(home, saved(home))
    shown = WordMap.load(home.run_folder(RUN) / "frames" / "0000000.npz")
    assert set(shown.words) == set(WORDS) and shown.words[0] == "country"
    assert {"the", ",", "1990"} < set(shown.words[60:])
    assert [WORDS[rank] for rank in shown.ranks] == list(shown.words)


def test_what_was_tested_is_in_the_store(home: Home, store: Store) -> None:
    from lmcore.vectors.word_sets import judged_pairs

    judged = judged_pairs("wordsim353").pairs
    words = tuple(dict.fromkeys(word for a, b, _ in judged for word in (a, b)))
    matrix = np.random.default_rng(1).normal(size=(len(words), 20)).astype(np.float32)
    taken_in(home, saved(home, matrix, words))
    scores = {row["name"]: row for row in feed.scores(store, RUN)["scores"]}
    assert scores["wordsim353"]["n"] == len(judged) and scores["wordsim353"]["step"] == 0


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_few_words_are_enough(home: Home, store: Store, n: int) -> None:
    taken_in(home, saved(home, MATRIX[:n], WORDS[:n]))
    assert len(list(frame(home, RUN, 0, "pca"))[-1]["words"]) == n
    assert store.run(RUN).status == DONE


def test_vectors_that_are_all_the_same_or_nothing_are_a_run(home: Home, store: Store) -> None:
    for matrix in (np.zeros_like(MATRIX), np.ones_like(MATRIX)):
        taken_in(home, saved(home, matrix))
        assert np.isfinite(WordMap.load(home.run_folder(RUN) / "frames" / "0000000.npz").xy).all()
        store.delete(RUN)
        module.shutil.rmtree(home.run_folder(RUN))


def test_the_first_words_and_the_language(home: Home, store: Store) -> None:
    answer = taken_in(home, saved(home), first_words=20, language="zh")
    assert answer["report"]["stopped"] and len(vectors_at(home, RUN, 0)) == 20
    assert store.run(RUN).spec.corpus == "imported_zh"


def test_an_upload_goes_when_it_is_a_run_and_other_files_stay(home: Home) -> None:
    saved(home)
    home.uploads.mkdir()
    upload = home.uploads / ("0" * 24)
    upload.write_bytes((home.vectors / "a.vec").read_bytes())
    taken_in(home, f"uploads/{upload.name}", file_name="theirs.vec")
    assert not upload.exists() and (home.vectors / "a.vec").exists()


def test_errors_speak_of_the_file_by_the_name_its_owner_gave(home: Home) -> None:
    home.uploads.mkdir(parents=True)
    (home.uploads / ("0" * 24)).write_text("nothing of the kind")
    with pytest.raises(TextError) as caught:
        taken_in(home, f"uploads/{'0' * 24}", file_name="theirs.vec")
    assert caught.value.given["name"] == "theirs.vec"
    assert (home.uploads / ("0" * 24)).exists()


OUTSIDE = (
    "vectors/none.vec",
    "vectors/../playground.db",
    "vectors/",
    "vectors/.x",
    "vectors/a\0b",
    "vectors/a/b",
    "../x",
    "/etc/passwd",
    "runs/x",
    "corpora/x",
    "",
)


def test_a_member_of_an_archive_is_chosen(home: Home) -> None:
    saved(home)
    with ZipFile(home.vectors / "a.zip", "w") as archive:
        archive.writestr("first.txt", "a 1 2\nb 3 4\n")
        archive.write(home.vectors / "a.vec", "second.vec")
    assert taken_in(home, "vectors/a.zip", member="second.vec")["report"]["n_read"] == len(WORDS)


@pytest.mark.parametrize("file", OUTSIDE)
def test_only_files_of_three_folders_are_read(home: Home, store: Store, file: str) -> None:
    saved(home)
    (home.vectors / ".x").write_text("a 1 2\n")
    with pytest.raises(TextError) as caught:
        placed(home, file)
    assert caught.value.key == "vectors_file_gone"


def nothing_is_left(home: Home, store: Store) -> None:
    assert left(home) == []
    with pytest.raises(RunError):
        store.run(RUN)


def test_what_is_taken_back_at_any_moment_leaves_nothing(home: Home, store: Store) -> None:
    file = saved(home)
    n_parts = 1
    while True:
        parts = take_in_vectors(home, RUN, file, "mine", "me", 0, "en")
        taken = [next(parts, None) for _ in range(n_parts)]
        if taken[-1] is None or "report" in taken[-1]:
            break
        parts.close()  # type: ignore[attr-defined]
        nothing_is_left(home, store)
        n_parts += 1
    assert n_parts > 3


@pytest.mark.parametrize("where", ["scores_while_training", "map_words", "write_words", "RunSpec"])
def test_what_fails_leaves_nothing(
    home: Home, store: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    file = saved(home)
    monkeypatch.setattr(module, where, fail)
    with pytest.raises(ZeroDivisionError):
        taken_in(home, file)
    nothing_is_left(home, store)


def test_a_run_that_is_there_is_not_written_over(home: Home, store: Store) -> None:
    file = saved(home)
    taken_in(home, file)
    before = store.run(RUN)
    with pytest.raises(OSError):
        taken_in(home, file)  # the same id again: the run that is there stays
    assert store.run(RUN) == before and len(vectors_at(home, RUN, 0)) == len(WORDS)
    assert left(home) == [home.run_folder(RUN)]


def test_no_memory_and_no_disk_are_said(home: Home, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    file = saved(home)
    with monkeypatch.context() as patch:
        patch.setattr(module, "MEMORY_SHARE", 1e-9)
        with pytest.raises(ResourceError) as caught:
            taken_in(home, file)
    assert caught.value.key == "vectors_no_memory"
    with monkeypatch.context() as patch:
        patch.setattr(module.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
        with pytest.raises(ResourceError) as caught:
            taken_in(home, file)
    assert caught.value.key == "vectors_no_space"
    nothing_is_left(home, store)


def test_what_a_killed_process_left_goes(home: Home) -> None:
    old, new = (home.run_folder(name).with_name(f"{name}.unfinished") for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    taken_in(home, saved(home))
    assert not old.exists() and new.exists()


def test_an_imported_run_is_kept_as_it_was_described(home: Home, store: Store) -> None:
    taken_in(home, saved(home), name="  ")
    record: RunRecord = store.run(RUN)
    assert record.name == "imported" and feed.model_label(record) == "Vectors 7"
