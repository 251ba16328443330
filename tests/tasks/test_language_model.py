"""A language model from text to snapshot, as a worker drives it."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from lmcore.errors import ConfigError, RunError, TextError
from lmcore.events import Evaluation, Finished, Reference, Sample, Snapshot, Step
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.registry import from_description
from lmcore.tasks.language_model import LanguageModelRun, load_model, start
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpus import Corpus
from lmcore.training.config import TrainingConfig
from lmcore.training.snapshots import write_snapshot

SPEC = RunSpec(
    tokenizer=TokenizerConfig("character"),
    model=GPTConfig(context_length=16, n_layers=1, n_heads=2, d_model=16),
    training=TrainingConfig(steps=30, batch_size=4, learning_rate=1e-2, evaluate_every=10, sample_length=12),
    device="cpu",
)


def corpus_of(text: str) -> Corpus:
    return Corpus("test", "test", "en", (text,), "", "", sha256=str(hash(text)))


@pytest.fixture
def text_corpus(small_text) -> Corpus:
    return corpus_of(small_text)


def run_of(events: list, kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("kind", ["character", "byte_bpe"])
def test_a_run_from_text_to_a_model_that_can_be_loaded(tmp_path, text_corpus, kind):
    spec = replace(SPEC, tokenizer=TokenizerConfig(kind, 300))
    run = start(spec, text_corpus, tmp_path)
    assert (run.step, run.planned_steps, run.device) == (0, 30, "cpu")
    for event in run.events():
        if isinstance(event, Snapshot):
            write_snapshot(tmp_path, event)
    assert run.step == 30 and isinstance(event, Finished)
    model, tokenizer = load_model(tmp_path, 30)
    assert model.config.vocab_size == tokenizer.vocab_size == run.tokenizer.vocab_size
    assert not model.training
    ids = torch.from_numpy(run.parts.validation[:16].astype(np.int64))[None]
    run.state.model.eval()
    torch.testing.assert_close(model(ids), run.state.model(ids), atol=0.05, rtol=0.05)  # bfloat16


def test_events_come_in_the_order_the_screen_needs(tmp_path, text_corpus):
    events = list(start(SPEC, text_corpus, tmp_path).events())
    uniform, counting, test = run_of(events, Reference)
    assert events[0] is uniform and uniform.loss == pytest.approx(math.log(len(set(text_corpus.text)) + 1))
    step_20 = next(event for event in events if isinstance(event, Step) and event.step == 20)
    assert events.index(counting) == events.index(step_20) + 1
    assert counting.name == "counting" and 0 < counting.loss < uniform.loss and counting.order
    kinds = [type(event) for event in events]
    assert kinds[:5] == [Reference, Evaluation, Sample, Snapshot, Step]
    assert kinds[-5:] == [Evaluation, Sample, Snapshot, Reference, Finished]
    assert test.name == "test" and 0 < test.loss < uniform.loss
    steps = [event.step for event in run_of(events, Sample)]
    assert steps == [event.step for event in run_of(events, Snapshot)]
    assert all(len(event.text) == 12 for event in run_of(events, Sample))


def test_a_run_too_short_for_the_baseline_shows_it_at_the_end(tmp_path, text_corpus):
    spec = replace(SPEC, training=replace(SPEC.training, steps=3))
    events = list(start(spec, text_corpus, tmp_path).events())
    assert [event.name for event in run_of(events, Reference)] == ["uniform", "counting", "test"]
    assert isinstance(events[-1], Finished)


def test_the_same_spec_gives_the_same_curve_and_the_same_text(tmp_path, text_corpus):
    first, second = (list(start(SPEC, text_corpus, tmp_path / name).events()) for name in "ab")
    assert [e.loss for e in run_of(first, Step)] == [e.loss for e in run_of(second, Step)]
    assert [e.text for e in run_of(first, Sample)] == [e.text for e in run_of(second, Sample)]


def test_training_beats_a_uniform_guess_by_far(tmp_path, text_corpus):
    events = list(start(SPEC, text_corpus, tmp_path).events())
    assert run_of(events, Evaluation)[-1].loss < 0.8 * events[0].loss


def test_resumed_run_equals_uninterrupted_run(tmp_path, text_corpus):
    expected = list(start(SPEC, text_corpus, tmp_path / "whole").events())
    run = start(SPEC, text_corpus, tmp_path / "cut")
    for event in run.events():
        if isinstance(event, Step) and event.step == 11:
            break
    run.save_checkpoint(tmp_path / "c.safetensors")
    resumed = start(SPEC, text_corpus, tmp_path / "cut")
    resumed.load_checkpoint(tmp_path / "c.safetensors")
    assert resumed.step == 11
    rest = list(resumed.events())
    for kind, key in ((Step, "loss"), (Evaluation, "loss"), (Sample, "text")):
        whole = [(e.step, getattr(e, key)) for e in run_of(expected, kind) if e.step > 11]
        assert [(e.step, getattr(e, key)) for e in run_of(rest, kind)] == whole


def test_settings_change_in_a_running_job(tmp_path, text_corpus):
    run = start(replace(SPEC, training=replace(SPEC.training, schedule="constant")), text_corpus, tmp_path)
    events = run.events()
    next(event for event in events if isinstance(event, Step) and event.step == 5)
    run.change("learning_rate", 1e-4)
    run.change("batch_size", 9.0)
    run.change("dropout", 0.25)
    assert next(event for event in events if isinstance(event, Step)).learning_rate == 1e-4
    assert len(run.state.batches.next()) == 9
    assert run.state.model.dropout.p == run.state.model.blocks[0].attention.dropout.p == 0.25


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", 1e30),
        ("learning_rate", -1.0),
        ("learning_rate", math.nan),
        ("batch_size", 0),
        ("batch_size", math.inf),
        ("dropout", 1.0),
        ("dropout", math.nan),
        ("n_layers", 3),
        ("steps", 3),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(tmp_path, text_corpus, name, value):
    run = start(SPEC, text_corpus, tmp_path)
    with pytest.raises(ConfigError):
        run.change(name, value)
    assert run.state.config == SPEC.training and run.state.model.dropout.p == 0


def test_a_rate_far_too_high_is_reported_and_mended(tmp_path, text_corpus):
    training = replace(SPEC.training, learning_rate=0.9, warmup_steps=0, gradient_clip=0, steps=300)
    run = start(replace(SPEC, training=training), text_corpus, tmp_path)
    assert list(run.events())[-1].reason == "diverged"
    run.save_checkpoint(tmp_path / "c.safetensors")
    calm = start(SPEC, text_corpus, tmp_path)
    calm.load_checkpoint(tmp_path / "c.safetensors")
    calm.change("learning_rate", 1e-3)
    calm.state.config = replace(calm.state.config, steps=calm.step + 3)
    assert list(calm.events())[-1].reason == "done"


@pytest.mark.parametrize("text", ["a", "ab" * 8, "大模型", "🙂" * 10])
def test_a_text_shorter_than_the_context_is_refused_before_training(tmp_path, text):
    with pytest.raises(TextError, match="too short"):
        start(SPEC, corpus_of(text), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "text", ["大语言模型。" * 20, "🙂\u200d\r\n\t" * 30, "word " * 30, "1 2\n3!" * 20], ids=ascii
)
@pytest.mark.parametrize("kind", ["character", "byte_bpe"])
def test_odd_texts_train(tmp_path, text, kind):
    spec = replace(SPEC, tokenizer=TokenizerConfig(kind, 300), training=replace(SPEC.training, steps=3))
    spec = replace(spec, model=replace(spec.model, context_length=4))
    events = list(start(spec, corpus_of(text), tmp_path).events())
    assert events[-1] == Finished(3)


@pytest.mark.parametrize("character", ["a", "\n", "\x00", "\ufffd"], ids=ascii)
def test_a_text_of_one_character_trains(tmp_path, character):
    spec = replace(SPEC, training=replace(SPEC.training, steps=3))
    assert list(start(spec, corpus_of(character * 100), tmp_path).events())[-1] == Finished(3)


def test_a_sample_length_of_zero_writes_nothing(tmp_path, text_corpus):
    spec = replace(SPEC, training=replace(SPEC.training, sample_length=0, steps=2))
    assert run_of(list(start(spec, text_corpus, tmp_path).events()), Sample) == []


def test_the_cache_gives_the_same_run(tmp_path, text_corpus, monkeypatch):
    spec = replace(SPEC, tokenizer=TokenizerConfig("byte_bpe", 300))
    first = start(spec, text_corpus, tmp_path / "a", cache=tmp_path / "cache")
    monkeypatch.setattr("lmcore.text.tokenizers.Tokenizer.train", None)  # must not be needed again
    second = start(spec, text_corpus, tmp_path / "b", cache=tmp_path / "cache")
    np.testing.assert_array_equal(first.parts.train, second.parts.train)
    assert losses(first) == losses(second)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.suffix == ".tmp"]


def losses(run: LanguageModelRun) -> list[float]:
    return [event.loss for event in run.events() if isinstance(event, Step)]


def test_a_clock_run_plans_no_steps(tmp_path, text_corpus):
    spec = replace(SPEC, training=replace(SPEC.training, seconds=0.3))
    run = start(spec, text_corpus, tmp_path)
    assert run.planned_steps == 0
    assert list(run.events())[-1].step == run.step > 1


def test_a_device_that_is_not_there_is_refused(tmp_path, text_corpus):
    if torch.cuda.is_available():
        pytest.skip("there is one here")
    with pytest.raises(ConfigError, match="cuda"):
        start(replace(SPEC, device="cuda"), text_corpus, tmp_path)


def test_a_snapshot_that_is_not_there_is_an_error_a_visitor_understands(tmp_path, text_corpus):
    start(SPEC, text_corpus, tmp_path)
    with pytest.raises(RunError, match="step 5"):
        load_model(tmp_path, 5)


def test_the_model_file_says_what_was_built(tmp_path, text_corpus):
    run = start(SPEC, text_corpus, tmp_path)
    stored = from_description(json.loads((tmp_path / "model.json").read_text(encoding="utf-8")))
    assert stored == run.state.model.config and stored.vocab_size == len(set(text_corpus.text)) + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "tokenizer.json"]


def test_nothing_is_tested_on_where_nothing_is_kept_for_it(tmp_path, text_corpus):
    spec = replace(SPEC, training=replace(SPEC.training, test_share=0.0, steps=3))
    events = list(start(spec, text_corpus, tmp_path).events())
    assert "test" not in [event.name for event in run_of(events, Reference)]


def test_the_test_text_is_never_trained_on(tmp_path, text_corpus):
    secret = "zzqq" * 60
    run = start(SPEC, corpus_of(text_corpus.text + secret), tmp_path)
    known = run.tokenizer.ids("q")[0]
    assert known in run.parts.test and known not in run.parts.train and known not in run.parts.validation


def test_the_text_is_cleaned_before_it_is_read(tmp_path, text_corpus):
    spec = replace(SPEC, cleaning=CleaningConfig(("case", "punctuation")))
    run = start(spec, corpus_of(text_corpus.text.upper()), tmp_path)
    text = run.tokenizer.decode(run.parts.train)
    assert text == text.lower() and "." not in text
