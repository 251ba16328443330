"""Writing with an encoder–decoder; greedy decoding of transformers as oracle."""

import os
from dataclasses import replace
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers

from lmcore.device import limit_threads
from lmcore.errors import TextError
from lmcore.generation.encoder_decoder import filled, t5_sample, write
from lmcore.generation.sampling import SamplingConfig
from lmcore.models.configs.t5 import T5Config
from lmcore.models.t5 import T5
from lmcore.models.t5_folder import t5_config, t5_tensors

CONFIG = T5Config(vocab_size=60, context_length=16, n_layers=2, n_heads=2, d_model=32)
PAD, END, GAP = CONFIG.special("<pad>"), CONFIG.special("</s>"), CONFIG.special("<extra_id_0>")
GREEDY = SamplingConfig(temperature=0)
TEXT = list(range(3, 19))


class Letters:
    """Token 0 is a, 1 is b, and so on; special tokens are not known to it."""

    def decode(self, ids) -> str:
        assert all(0 <= id < 26 for id in ids)
        return "".join(chr(97 + id) for id in ids)


@pytest.fixture
def model() -> T5:
    torch.manual_seed(3)
    return T5(CONFIG).eval()


def ids_of(choices) -> list[int]:
    return [choice.id for choice in choices]


@pytest.fixture(scope="module")
def goes_on() -> T5:
    return trained("seq2seq", n_steps=120)


def trained(objective: str, n_steps: int) -> T5:
    """A model that has learned the alphabet."""
    limit_threads(1)
    torch.manual_seed(0)
    model = T5(replace(CONFIG, n_layers=1))
    optimizer = torch.optim.Adam(model.parameters(), 0.005)
    windows = torch.arange(9).repeat(3)[:, None] + torch.arange(17)
    for _ in range(n_steps):
        loss = model.span_loss(windows) if objective == "span" else model.sequence_loss(windows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


def test_greedy_writing_is_that_of_transformers(goes_on):
    model = goes_on  # a fresh one repeats itself
    theirs: Any = transformers.T5ForConditionalGeneration(
        transformers.T5Config(**t5_config(model.config))
    ).eval()
    theirs.load_state_dict(t5_tensors(model), strict=False)
    written = theirs.generate(torch.tensor([TEXT]), max_new_tokens=12, do_sample=False, num_beams=1)
    ours = ids_of(write(model, TEXT, 12, GREEDY))
    assert ours == written[0, 1:].tolist()
    assert len(set(ours)) > 3


def test_the_same_seed_gives_the_same_text(model):
    once = ids_of(write(model, TEXT, 20, SamplingConfig(temperature=1, seed=5)))
    assert once == ids_of(write(model, TEXT, 20, SamplingConfig(temperature=1, seed=5)))
    assert once != ids_of(write(model, TEXT, 20, SamplingConfig(temperature=1, seed=6)))


def test_probabilities_are_those_of_the_model(model):
    first = next(write(model, TEXT, 1, SamplingConfig(temperature=1)))
    with torch.no_grad():
        expected = model(torch.tensor([TEXT]), torch.tensor([[PAD]]))[0, -1].softmax(0)
    assert first.model_probability == pytest.approx(expected[first.id].item(), abs=1e-6)


def test_writing_ends_with_the_end(model):
    written = [ids_of(write(model, TEXT, 60, SamplingConfig(temperature=1, seed=seed))) for seed in range(9)]
    ended = [ids for ids in written if len(ids) < 60]
    assert ended
    assert all(ids.index(END) == len(ids) - 1 for ids in ended)
    assert all(END not in ids for ids in written if ids not in ended)


def test_nothing_can_be_written_about_nothing(model):
    with pytest.raises(TextError):
        write(model, [], 5, GREEDY)
    with pytest.raises(TextError):
        t5_sample(model, Letters(), [3], "span", 1)


def test_what_is_put_into_the_gaps():
    assert filled([4, GAP, 1, 2, GAP + 1, 3, END], CONFIG) == {0: [1, 2], 1: [3]}
    assert filled([GAP, 1, GAP, 2], CONFIG) == {0: [1]}


def test_a_trained_model_fills_gaps():
    sample = t5_sample(trained("span", n_steps=300), Letters(), TEXT, "span", seed=1)
    assert sample.replace("[", "").replace("]", "") == "defghijklmnopqrs"
    assert sample.count("[") == sample.count("]") == 1


def test_a_trained_model_goes_on(goes_on):
    sample = t5_sample(goes_on, Letters(), TEXT, "seq2seq", seed=1)
    source, written = sample.split(" → ")
    assert source == "defghijk"
    assert written == "lmnopqrs"


@pytest.mark.parametrize("objective", ["span", "seq2seq"])
def test_an_untrained_model_leaves_a_sample_too(model, objective):
    for seed in range(5):
        assert t5_sample(model, Letters(), TEXT, objective, seed)
