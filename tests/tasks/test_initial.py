"""A run that begins with what another has learned."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lmcore.errors import ConfigError, LmcoreError, RunError
from lmcore.events import Snapshot, Step
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.configs.initial import SCHEMES, InitialConfig
from lmcore.models.gpt2_folder import export_gpt2_folder
from lmcore.tasks.language_model import LanguageModelRun, load_model, start
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.text.corpus import Corpus
from lmcore.training.config import TrainingConfig
from lmcore.training.snapshots import write_snapshot

SPEC = RunSpec(
    tokenizer=TokenizerConfig("character"),
    model=GPTConfig(context_length=16, n_layers=1, n_heads=2, d_model=16),
    training=TrainingConfig(steps=12, batch_size=4, learning_rate=1e-2, evaluate_every=10, sample_length=0),
    device="cpu",
    precision="float32",
)


def corpus_of(text: str) -> Corpus:
    return Corpus("test", "test", "en", (text,), "", "", sha256=str(hash(text)))


@pytest.fixture
def earlier(tmp_path: Path, small_text: str) -> Path:
    """The folder of a run of 12 steps; others are to lie beside it."""
    folder = tmp_path / "runs" / "earlier"
    for event in start(SPEC, corpus_of(small_text), folder).events():
        if isinstance(event, Snapshot):
            write_snapshot(folder, event)
    return folder


def begun(earlier: Path, text: str, spec: RunSpec = SPEC, **initial: object) -> tuple[LanguageModelRun, dict]:
    """A run beside the earlier one, before its first step, and its report."""
    folder = earlier.parent / "later"
    spec = replace(spec, initial=InitialConfig(**initial))  # type: ignore[arg-type]
    run = start(spec, corpus_of(text), folder)
    report = folder / "initial.json"
    return run, json.loads(report.read_text("utf-8")) if report.is_file() else {}


def test_an_earlier_run_goes_on_where_it_was(earlier: Path, small_text: str) -> None:
    run, report = begun(earlier, small_text, run="earlier", step=12)
    stored, _ = load_model(earlier, 12)
    for name, value in run.state.model.state_dict().items():
        assert torch.equal(value, stored.state_dict()[name])
    assert len(report["taken"]) == len(stored.state_dict()) and report["n_tokens"] is None
    assert run.step == 0


def test_a_grown_model_begins_better_than_a_random_one(earlier: Path, small_text: str) -> None:
    model = replace(SPEC.model, n_layers=2, context_length=24)
    grown, report = begun(earlier, small_text, replace(SPEC, model=model), run="earlier", step=12)
    assert {name for name, _, _ in report["grown"]} == {"position_embedding.weight"}
    assert report["new"] and not report["unused"]
    random, _ = begun(earlier, small_text, replace(SPEC, model=model))
    first = [next(e for e in run.events() if isinstance(e, Step)).loss for run in (grown, random)]
    assert first[0] < first[1] - 0.2


def test_characters_keep_their_meaning_in_another_vocabulary(earlier: Path, small_text: str) -> None:
    text = "ABC " + small_text.replace("c", "z")
    run, report = begun(earlier, text, run="earlier", step=12)
    stored, theirs = load_model(earlier, 12)
    ours, rows = run.tokenizer, run.state.model.state_dict()["token_embedding.weight"]
    for character in "the.":
        here, there = ours.ids(character)[0], theirs.ids(character)[0]
        assert torch.equal(rows[here], stored.state_dict()["token_embedding.weight"][there])
    here, there = ours.ids("A")[0], theirs.ids("A")[0]
    assert not torch.equal(rows[here], stored.state_dict()["token_embedding.weight"][there])
    both = set(text) & set(small_text)
    assert report["n_tokens"] == len(both) + 1  # and the one for what is unknown


def test_a_run_that_goes_on_counts_on(earlier: Path, small_text: str) -> None:
    training = replace(SPEC.training, steps=20)
    run, _ = begun(
        earlier, small_text, replace(SPEC, training=training), run="earlier", step=12, goes_on=True
    )
    whole = start(replace(SPEC, training=training), corpus_of(small_text), earlier.parent / "whole")
    for _ in range(12):
        whole.state.batches.next()
    position = (whole.state.batches.epoch, whole.state.batches.position)
    assert run.step == 12 and (run.state.batches.epoch, run.state.batches.position) == position
    steps = [event.step for event in run.events() if isinstance(event, Step)]
    assert steps == list(range(13, 21))


def test_nothing_left_to_train_is_refused(earlier: Path, small_text: str) -> None:
    with pytest.raises(ConfigError, match="nothing left to train"):
        begun(earlier, small_text, run="earlier", step=12, goes_on=True)


@pytest.mark.parametrize(
    "run",
    ["nothing", "../earlier", "..", ".", "/etc", "earlier/../earlier", "a\x00b", "x" * 300, "stored-no"],
)
def test_a_run_that_is_not_there_is_refused(earlier: Path, small_text: str, run: str) -> None:
    with pytest.raises(RunError, match="not here"):
        begun(earlier, small_text, run=run, step=12)


def test_a_step_that_was_not_kept_is_refused(earlier: Path, small_text: str) -> None:
    with pytest.raises(RunError, match="step 5"):
        begun(earlier, small_text, run="earlier", step=5)


@pytest.mark.parametrize("absolute", [True, False])
def test_a_folder_of_transformers(earlier: Path, small_text: str, tmp_path: Path, absolute: bool) -> None:
    stored, _ = load_model(earlier, 12)
    folder = tmp_path / "models" / "ours" if not absolute else tmp_path / "elsewhere"
    export_gpt2_folder(stored, earlier / "tokenizer.json", folder)  # type: ignore[arg-type]
    run, report = begun(earlier, small_text, folder=str(folder) if absolute else "ours")
    assert report["taken"] and not report["new"]
    for name, value in run.state.model.state_dict().items():
        torch.testing.assert_close(value, stored.state_dict()[name], atol=0, rtol=0)


@pytest.mark.parametrize("folder", ["nothing", "../runs", "a\x00b", "x" * 300])
def test_a_folder_that_is_no_model_is_refused(earlier: Path, small_text: str, folder: str) -> None:
    with pytest.raises(LmcoreError):
        begun(earlier, small_text, folder=folder)


def test_a_name_does_not_lead_out_of_the_folder_of_models(
    earlier: Path, small_text: str, tmp_path: Path
) -> None:
    stored, _ = load_model(earlier, 12)
    export_gpt2_folder(stored, earlier / "tokenizer.json", tmp_path / "elsewhere")  # type: ignore[arg-type]
    with pytest.raises(RunError, match="no such folder"):
        begun(earlier, small_text, folder="../elsewhere")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_trains(earlier: Path, small_text: str, scheme: str) -> None:
    run, report = begun(earlier, small_text, scheme=scheme)
    losses = [event.loss for event in run.events() if isinstance(event, Step)]
    assert losses[-1] < losses[0] and report == {}
