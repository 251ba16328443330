"""gensim and PyTorch stand behind the same interface, and learn the same thing."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from lmcore.errors import ConfigError, RunError
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.factory import trainer
from lmcore.vectors.gensim_backend import GensimVectors
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.torch_backend import TorchVectors
from lmcore.vectors.trainer import Trainer
from lmcore.vectors.vocabulary import Vocabulary

ANIMALS, PLACES = ("cat", "dog", "cow", "hen", "fox"), ("rome", "oslo", "lima", "cairo", "delhi")


def two_worlds() -> list[list[str]]:
    """Animals eat and sleep, places grow and trade; the two never meet."""
    random = np.random.default_rng(0)
    worlds = ((ANIMALS, ("eats", "sleeps", "runs")), (PLACES, ("grows", "trades", "votes")))
    choices = (worlds[i] for i in random.integers(0, 2, 600))
    return [[random.choice(names), random.choice(verbs), random.choice(names)] for names, verbs in choices]


SEQUENCES = two_worlds()
VOCABULARY = Vocabulary.of(SEQUENCES, 1)
TOKENS = VOCABULARY.tokens(SEQUENCES)
CONFIG = VectorsConfig(dimensions=32, window=2, epochs=40, min_count=1, subsample=0, learning_rate=0.05)
CHOICES = [
    ("gensim", "skipgram"),
    ("gensim", "cbow"),
    ("gensim", "fasttext"),
    ("torch", "skipgram"),
    ("torch", "cbow"),
    ("torch", "glove"),
]


def trained(backend: str, method: str, **changes: float) -> tuple[Trainer, list[float]]:
    config = replace(CONFIG, backend=backend, method=method, buckets=2_000, **changes)
    model = trainer(VOCABULARY, TOKENS, config, 1)
    losses = []
    while model.step < model.planned_steps:
        losses.append(model.advance().loss)
        assert not model.has_diverged(losses[-1])
    return model, losses


@pytest.mark.parametrize(("backend", "method"), CHOICES)
def test_words_of_one_world_become_neighbours(backend: str, method: str) -> None:
    model, losses = trained(backend, method)
    assert losses[-1] < 0.9 * model.untrained_loss and losses[-1] < losses[0]
    vectors = WordVectors(VOCABULARY.words, VOCABULARY.counts, model.vectors())
    own = np.mean([vectors.similarity("cat", other) for other in ANIMALS[1:]])
    others = np.mean([vectors.similarity("cat", other) for other in PLACES])
    assert own > others + 0.2


def test_gensim_keeps_the_order_of_our_vocabulary() -> None:
    model = GensimVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="gensim"), 1)
    model.advance()
    for row, word in enumerate(VOCABULARY.words):
        np.testing.assert_array_equal(model.vectors()[row], model.model.wv[word])


def test_the_first_loss_of_gensim_is_a_coin_toss() -> None:
    model = GensimVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="gensim"), 1)
    assert model.advance().loss == pytest.approx(6 * math.log(2), rel=1e-6)


@pytest.mark.parametrize("method", ["skipgram", "cbow"])
def test_autograd_finds_the_published_gradient(method: str) -> None:
    """Mikolov et al. (2013b, eq. 4) by hand, for one centre, one word beside it, and two negatives."""
    model = TorchVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="torch", method=method), 1, "cpu")
    pairs = model.model
    with torch.no_grad():
        pairs.contexts.weight.normal_(0, 0.3, generator=torch.Generator().manual_seed(0))
    centre, word, negatives = 0, 3, [5, 6]
    batch = (torch.tensor([centre]), torch.tensor([[-1, word]]), torch.tensor([negatives]))
    loss = model._batches.loss(pairs, *batch)
    loss.backward()
    x = pairs.words.weight[word].detach().double()
    T = pairs.contexts.weight[[centre, *negatives]].detach().double()
    p = torch.sigmoid(T @ x)
    wanted = torch.tensor([1.0, 0.0, 0.0], dtype=torch.double)
    assert float(loss.detach()) == pytest.approx(float(-p[0].log() - (1 - p[1:]).log().sum()), rel=1e-5)
    gradient = pairs.words.weight.grad.to_dense()[word]  # type: ignore[union-attr]
    torch.testing.assert_close(gradient.double(), -(wanted - p) @ T, rtol=1e-4, atol=1e-6)
    of_targets = pairs.contexts.weight.grad.to_dense()[[centre, *negatives]]  # type: ignore[union-attr]
    torch.testing.assert_close(of_targets.double(), -torch.outer(wanted - p, x), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("method", ["skipgram", "glove"])
def test_a_resumed_torch_run_equals_an_uninterrupted_one(method: str) -> None:
    config = replace(CONFIG, backend="torch", method=method, epochs=100)
    whole, first, second = (TorchVectors(VOCABULARY, TOKENS, config, 1, "cpu") for _ in range(3))
    for _ in range(4):
        whole.advance()
    for _ in range(2):
        first.advance()
    second.load_state({name: array.copy() for name, array in first.state().items()}, 2)
    for _ in range(2):
        second.advance()
    np.testing.assert_array_equal(whole.vectors(), second.vectors())


@pytest.mark.parametrize("backend", ["gensim", "torch"])
def test_a_checkpoint_of_another_size_is_refused(backend: str) -> None:
    small = trainer(VOCABULARY, TOKENS, replace(CONFIG, backend=backend), 1)
    large = trainer(VOCABULARY, TOKENS, replace(CONFIG, backend=backend, dimensions=64), 1)
    with pytest.raises(RunError):
        large.load_state(small.state(), 1)


def test_no_window_reaches_across_a_break() -> None:
    """Every word stands alone: there is nothing to learn, and nothing is made up."""
    alone = np.array([0, -1, 1, -1, 2, -1] * 50, np.int32)
    model = TorchVectors(VOCABULARY, alone, replace(CONFIG, backend="torch"), 1, "cpu")
    before = model.vectors().copy()
    assert model.advance().loss == 0
    np.testing.assert_array_equal(model.vectors(), before)


def test_what_a_backend_cannot_do_is_refused() -> None:
    for method, backend in (("ppmi", "gensim"), ("glove", "gensim"), ("fasttext", "torch")):
        with pytest.raises(ConfigError):
            VectorsConfig(method=method, backend=backend)
