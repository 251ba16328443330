"""A word-vector run: what it yields, what it writes, and that it can be interrupted at any step."""

import math
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from lmcore.analysis.word_map import WordMap
from lmcore.errors import ConfigError, RunError, TextError
from lmcore.events import Event, Finished, Reference, Sample, Score, Snapshot, Step
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.tasks.word_vectors import WordVectorsRun, frame_path, start
from lmcore.text.built_in import built_in_corpus
from lmcore.text.corpus import Corpus
from lmcore.training.snapshots import snapshot_steps, write_snapshot
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.stored import stored_vectors

NEWS = built_in_corpus("news")
CORPUS = Corpus(NEWS.id, NEWS.name, "en", NEWS.documents[:60], NEWS.licence, NEWS.source, "")
SPEC = RunSpec(task=WORD_VECTORS, vectors=VectorsConfig(dimensions=32, epochs=2, map_words=150))


def follow(run: WordVectorsRun, events: Iterable[Event]) -> list[Event]:
    """Take events as a worker does: snapshots are written."""
    taken = []
    for event in events:
        if isinstance(event, Snapshot):
            write_snapshot(run.folder, event)
        taken.append(event)
    return taken


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[WordVectorsRun, list[Event]]:
    run = start(SPEC, CORPUS, tmp_path_factory.mktemp("run"))
    return run, follow(run, run.events())


def of(kind: type, events: list[Event]) -> list:
    return [event for event in events if isinstance(event, kind)]


def test_the_run_goes_through_its_plan(finished: tuple[WordVectorsRun, list[Event]]) -> None:
    run, events = finished
    assert [step.step for step in of(Step, events)] == list(range(1, run.planned_steps + 1))
    assert events[-1] == Finished(run.planned_steps)
    assert run.step == run.planned_steps and run.device == "cpu"
    assert all(step.tokens_per_s > 0 for step in of(Step, events))


def test_the_reference_comes_first_and_is_a_coin_toss(finished: tuple[WordVectorsRun, list[Event]]) -> None:
    _, events = finished
    assert events[0] == Reference("uniform", 6 * math.log(2))
    losses = [step.loss for step in of(Step, events)]
    assert losses[0] == pytest.approx(6 * math.log(2), rel=1e-3)
    assert losses[-1] < losses[0]


def test_every_snapshot_has_its_frame_and_its_sample(finished: tuple[WordVectorsRun, list[Event]]) -> None:
    run, events = finished
    steps = snapshot_steps(run.planned_steps)
    assert (
        [event.step for event in of(Snapshot, events)]
        == [event.step for event in of(Sample, events)]
        == steps
    )
    assert [path.name for path in sorted((run.folder / "frames").iterdir())] == [
        f"{s:07d}.npz" for s in steps
    ]
    for step in steps:
        frame, vectors = WordMap.load(frame_path(run.folder, step)), stored_vectors(run.folder, step)
        assert frame.step == step and len(frame.words) == 150
        assert set(frame.words) == set(vectors.words[:150])


def test_snapshots_hold_both_vectors_of_every_word(
    finished: tuple[WordVectorsRun, list[Event]],
) -> None:
    run, events = finished
    n_words = len(run.model.vocabulary.words)
    last = of(Snapshot, events)[-1].tensors
    assert {name: (array.dtype, array.shape) for name, array in last.items()} == {
        "vectors": (np.float16, (n_words, 32)),
        "contexts": (np.float16, (n_words, 32)),
    }
    vectors = stored_vectors(run.folder, run.planned_steps)
    learned = {word: run.model.vectors()[row] for row, word in enumerate(run.model.vocabulary.words)}
    for word, vector in zip(vectors.words, vectors.matrix, strict=True):
        np.testing.assert_allclose(vector, learned[word], atol=1e-3)


def test_words_that_only_hold_sentences_together_come_last_on_the_map(
    finished: tuple[WordVectorsRun, list[Event]],
) -> None:
    run, _ = finished
    words = WordMap.load(frame_path(run.folder, 0)).words
    assert set(words) == set(run.model.vocabulary.words[:150])
    assert words.index("the") > 100


def test_what_the_text_counts_is_kept_beside_what_is_learned(
    finished: tuple[WordVectorsRun, list[Event]],
) -> None:
    run, _ = finished
    with np.load(run.folder / "counts.npz") as file:
        rows, counts, totals = file["rows"], file["counts"], file["totals"]
    assert counts.shape == (len(rows), len(rows)) and (counts == counts.T).all() and counts.sum() > 0
    assert (totals == run.model.vocabulary.counts[rows]).all()


def test_a_sample_says_what_a_query_would_answer(finished: tuple[WordVectorsRun, list[Event]]) -> None:
    run, events = finished
    vectors = stored_vectors(run.folder, run.planned_steps)
    lines = of(Sample, events)[-1].text.split("\n")
    assert len(lines) == 3
    for line in lines:
        word, _, near = line.partition(": ")
        answered = {other for other, _ in vectors.most_similar(word, topn=7)}
        assert len(set(near.split(", ")) & answered) >= 4  # half precision may swap neighbours


def test_noise_is_seen_before_the_first_update(tmp_path: Path) -> None:
    run = start(SPEC, CORPUS, tmp_path)
    kinds = [type(event) for event in run.events() if not isinstance(event, Score)][:4]
    assert kinds == [Reference, Sample, Snapshot, Step]


def test_scores_come_with_every_snapshot(finished: tuple[WordVectorsRun, list[Event]]) -> None:
    """News in English: similarity can be asked, the constructed world cannot."""
    run, events = finished
    scores = of(Score, events)
    assert {score.step for score in scores} == set(snapshot_steps(run.planned_steps))
    assert {score.name for score in scores} <= {"wordsim353", "simlex999", "google"}
    assert all(-1 <= score.value <= 1 and score.n > 0 for score in scores)


@pytest.mark.parametrize("method", ["cbow", "fasttext", "glove", "ppmi"])
def test_every_method_makes_a_whole_run(method: str, tmp_path: Path) -> None:
    vectors = VectorsConfig(method=method, dimensions=32, epochs=2, map_words=60, buckets=1000)
    run = start(RunSpec(task=WORD_VECTORS, vectors=vectors), CORPUS, tmp_path)
    events = follow(run, run.events())
    assert events[-1] == Finished(run.planned_steps)
    last = of(Snapshot, events)[-1].tensors
    assert len(last["vectors"]) == len(run.model.vocabulary.words) == len(last["contexts"])
    assert WordMap.load(frame_path(tmp_path, run.planned_steps)).dims == 2


@pytest.mark.parametrize("at", [1, 8, 13])
def test_a_resumed_run_equals_the_uninterrupted_one(
    finished: tuple[WordVectorsRun, list[Event]], tmp_path: Path, at: int
) -> None:
    whole, events = finished
    broken_off = start(SPEC, CORPUS, tmp_path)
    for event in broken_off.events():  # leaves right after the step, before what belongs to it
        if isinstance(event, Step) and event.step == at:
            break
    broken_off.save_checkpoint(tmp_path / "checkpoint")

    resumed = start(SPEC, CORPUS, tmp_path)
    resumed.load_checkpoint(tmp_path / "checkpoint")
    assert resumed.step == at
    rest = follow(resumed, resumed.events())
    assert [s.loss for s in of(Step, rest)] == [s.loss for s in of(Step, events)][at:]
    assert (resumed.model.inputs == whole.model.inputs).all()
    assert (resumed.model.outputs == whole.model.outputs).all()
    for step in snapshot_steps(whole.planned_steps):
        here, there = (WordMap.load(frame_path(run.folder, step)) for run in (resumed, whole))
        assert (here.xy == there.xy).all() and (here.group == there.group).all()


def test_a_changed_rate_survives_the_checkpoint(tmp_path: Path) -> None:
    run = start(SPEC, CORPUS, tmp_path)
    run.change("learning_rate", 0.01)
    run.save_checkpoint(tmp_path / "checkpoint")
    other = start(SPEC, CORPUS, tmp_path)
    other.load_checkpoint(tmp_path / "checkpoint")
    assert other.model.config.learning_rate == 0.01
    with pytest.raises(ConfigError):
        run.change("batch_size", 3)


def test_checkpoints_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    run = start(SPEC, CORPUS, tmp_path)
    wider = RunSpec(task=WORD_VECTORS, vectors=VectorsConfig(dimensions=64, epochs=2))
    start(wider, CORPUS, tmp_path / "other").save_checkpoint(tmp_path / "other.safetensors")
    (tmp_path / "torn").write_bytes((tmp_path / "other.safetensors").read_bytes()[:1000])
    (tmp_path / "empty").write_bytes(b"")
    for name in ("other.safetensors", "torn", "empty", "missing"):
        with pytest.raises(RunError) as refusal:
            run.load_checkpoint(tmp_path / name)
        assert refusal.value.message("en") and refusal.value.message("zh")


def test_a_run_that_breaks_says_so_and_keeps_no_broken_vectors(tmp_path: Path) -> None:
    spec = RunSpec(task=WORD_VECTORS, vectors=VectorsConfig(dimensions=32, epochs=2, learning_rate=100))
    events = list(start(spec, CORPUS, tmp_path).events())
    assert isinstance(events[-1], Finished) and events[-1].reason == "diverged"
    assert all(np.isfinite(event.tensors["vectors"]).all() for event in of(Snapshot, events))


@pytest.mark.parametrize(
    "text", ["", "one two three", "a b c d e f g h i j k l", "🙂 " * 500, "1 2 3 " * 100]
)
def test_texts_without_enough_words_are_refused_before_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(TextError) as refusal:
        start(SPEC, Corpus("x", "x", "en", (text,), "", "", ""), tmp_path / "run")
    assert refusal.value.key == "vocabulary_too_small"
    assert not (tmp_path / "run").exists()


def test_chinese_text_has_a_map_too(tmp_path: Path) -> None:
    text = "小猫在花园里看小鸟，小狗在河边喝水，姐姐在厨房里做面条。" * 40
    run = start(SPEC, Corpus("x", "x", "zh", (text,), "", "", ""), tmp_path)
    events = list(run.events())
    assert events[-1] == Finished(run.planned_steps)
    words = WordMap.load(frame_path(tmp_path, run.planned_steps)).words
    assert {"姐姐", "厨房"} <= set(words) and "，" not in words


def test_a_snapshot_that_was_not_kept_is_refused(finished: tuple[WordVectorsRun, list[Event]]) -> None:
    with pytest.raises(RunError):
        stored_vectors(finished[0].folder, 3)


def test_importing_the_task_does_not_import_the_heavy_parts() -> None:
    heavy = "{'numba', 'torch', 'gensim', 'scipy'}"
    code = f"import sys, lmcore.tasks.word_vectors; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
