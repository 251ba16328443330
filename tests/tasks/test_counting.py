"""Counting behaves like a training: it gets better, can be taken down, put back and looked into."""

import json

import numpy as np
import pytest
import torch

from lmcore.errors import ConfigError, RunError
from lmcore.events import Evaluation, Finished, Snapshot, Step
from lmcore.models.configs.ngram import NgramConfig
from lmcore.models.ngram import Counting
from lmcore.tasks.counting import N_STEPS, counted_at
from lmcore.tasks.language_model import load_model, start
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.text.corpus import Corpus
from lmcore.text.ngrams import CountingModel
from lmcore.training.snapshots import write_snapshot


@pytest.fixture
def text_corpus(small_text: str) -> Corpus:
    return Corpus("test", "test", "en", (small_text,), "", "", sha256=str(hash(small_text)))


SPEC = RunSpec(model=NgramConfig(order=3), tokenizer=TokenizerConfig("character"))


def test_the_more_is_counted_the_better(tmp_path, text_corpus):
    run = start(SPEC, text_corpus, tmp_path)
    events = list(run.events())
    losses = [event.loss for event in events if isinstance(event, Evaluation)]
    assert len(losses) == N_STEPS + 1 and losses[-1] < losses[6] < losses[0]
    assert losses[0] == pytest.approx(np.log(run.tokenizer.vocab_size))
    assert isinstance(events[-1], Finished) and run.step == N_STEPS


def test_the_last_loss_is_that_of_the_counting_model(tmp_path, text_corpus):
    run = start(SPEC, text_corpus, tmp_path)
    *_, last = (event for event in run.events() if isinstance(event, Evaluation))
    oracle = CountingModel(run.parts.train, run.tokenizer.vocab_size, 3)
    assert last.loss == pytest.approx(oracle.losses(run.parts.validation)[2])


def test_logits_are_the_counted_probabilities():
    ids = np.random.default_rng(0).integers(5, size=300)
    model = Counting(NgramConfig(vocab_size=5, order=3), ids)
    logits = model(torch.tensor([[1, 2, 3]]))
    torch.testing.assert_close(logits.exp().sum(-1), torch.ones(1, 3))
    expected = model.counted.probabilities([1, 2])
    np.testing.assert_allclose(logits[0, 1].exp().numpy(), expected, rtol=1e-5)


def test_a_snapshot_gives_the_model_of_that_step(tmp_path, text_corpus):
    run = start(SPEC, text_corpus, tmp_path)
    for event in run.events():
        if isinstance(event, Snapshot):
            write_snapshot(tmp_path, event)
    early, _ = load_model(tmp_path, 1)
    late, _ = load_model(tmp_path, N_STEPS)
    ids = torch.from_numpy(run.parts.validation[:8].astype(np.int64))[None]
    assert not torch.equal(early(ids), late(ids))


def test_it_goes_on_after_a_checkpoint(tmp_path, text_corpus):
    run = start(SPEC, text_corpus, tmp_path)
    events = run.events()
    next(event for event in events if isinstance(event, Step) and event.step == 5)
    run.save_checkpoint(tmp_path / "c.safetensors")
    other = start(SPEC, text_corpus, tmp_path)
    other.load_checkpoint(tmp_path / "c.safetensors")
    steps = [event for event in other.events() if isinstance(event, Step)]
    whole = [event for event in start(SPEC, text_corpus, tmp_path).events() if isinstance(event, Step)]
    assert [(s.step, s.loss) for s in steps] == [(s.step, s.loss) for s in whole[5:]]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"step": "x"}', "\x00\xff"])
def test_a_damaged_checkpoint_is_refused(tmp_path, text_corpus, content):
    run = start(SPEC, text_corpus, tmp_path)
    (tmp_path / "c.safetensors").write_text(content, encoding="utf-8")
    with pytest.raises(RunError):
        run.load_checkpoint(tmp_path / "c.safetensors")


def test_there_is_nothing_to_change(tmp_path, text_corpus):
    with pytest.raises(ConfigError):
        start(SPEC, text_corpus, tmp_path).change("learning_rate", 0.1)
    assert json.loads((tmp_path / "model.json").read_text())["architecture"] == "ngram"


@pytest.mark.parametrize("n_tokens", [1, 199, 200, 5_000_000])
def test_ever_more_is_counted_and_all_at_the_end(n_tokens):
    counted = [counted_at(step, n_tokens) for step in range(N_STEPS + 1)]
    assert counted[0] == 0 and counted[-1] == n_tokens and counted == sorted(counted)
