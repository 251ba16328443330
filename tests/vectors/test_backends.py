"""gensim and PyTorch stand behind the same interface, and learn the same thing."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from lmcore.errors import ConfigError, RunError, TextError
from lmcore.vectors import glove, skipgram
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.factory import trainer
from lmcore.vectors.gensim_backend import GensimVectors
from lmcore.vectors.gensim_loss import loss_on
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


def trained(backend: str, method: str, **changes: float | str) -> tuple[Trainer, list[float]]:
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


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_the_loss_of_gensim_is_what_gensim_sums_up(objective: str) -> None:
    """In a window of one every two neighbours are two predictions, so its sum can be divided."""
    drawn = np.random.default_rng(0).zipf(1.3, 6_000) % 300  # so many that a negative is rarely the target
    words = [f"w{i}" for i in drawn]
    sequences = [words[i : i + 20] for i in range(0, 6_000, 20)]
    many = Vocabulary.of(sequences, 1)
    config = replace(CONFIG, backend="gensim", window=1, epochs=5, objective=objective)
    model = GensimVectors(many, many.tokens(sequences), config, 1)
    while model.step < model.planned_steps - 1:
        model.advance()
    chunk = model._chunks[-1]
    own = loss_on(model.model, chunk, 0)
    model.model.train(
        chunk, total_examples=len(chunk), epochs=1, start_alpha=1e-9, end_alpha=1e-9, compute_loss=True
    )
    predictions = 2 * sum(len(line) - 1 for line in chunk if line)
    assert own == pytest.approx(model.model.get_latest_training_loss() / predictions, rel=0.03)


@pytest.mark.parametrize("method", ["skipgram", "cbow", "fasttext"])
def test_a_resumed_gensim_run_equals_an_uninterrupted_one(method: str) -> None:
    config = replace(CONFIG, backend="gensim", method=method, buckets=2_000, subsample=1e-2)
    whole, first, second = (GensimVectors(VOCABULARY, TOKENS, config, 1) for _ in range(3))
    losses = [whole.advance().loss for _ in range(6)]
    for _ in range(3):
        first.advance()
    second.load_state({name: array.copy() for name, array in first.state().items()}, 3)
    assert [second.advance().loss for _ in range(3)] == losses[3:]
    np.testing.assert_array_equal(whole.vectors(), second.vectors())


def test_at_rate_0_gensim_learns_nothing() -> None:
    """gensim itself takes a rate of 0 for the one before."""
    model = GensimVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="gensim"), 1)
    model.advance()
    model.change("learning_rate", 0.0)
    before = model.vectors().copy()
    model.advance()
    np.testing.assert_array_equal(model.vectors(), before)


@pytest.mark.parametrize("method", ["skipgram", "cbow"])
def test_gensim_learns_a_hierarchical_softmax_too(method: str) -> None:
    model, losses = trained("gensim", method, objective="hierarchical")
    assert losses[0] == pytest.approx(model.untrained_loss, rel=0.05) and losses[-1] < 0.9 * losses[0]
    assert model.context_vectors() is None


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


def test_autograd_finds_the_step_of_our_skipgram() -> None:
    """A sequence 0 1 is two pairs to the kernel; only the first moves input 1 and output 0."""
    model = TorchVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="torch"), 1, "cpu").model
    with torch.no_grad():
        for table in (model.words, model.contexts):
            table.weight.normal_(0, 0.3, generator=torch.Generator().manual_seed(0))
    inputs, outputs = (table.weight.detach().numpy().copy() for table in (model.words, model.contexts))
    expected = inputs[1].copy(), outputs[0].copy()
    batch = torch.tensor([0]), torch.tensor([[-1, 1]]), torch.tensor([[2, 2]])
    windows = TorchVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="torch", window=1), 1, "cpu")._batches
    windows.loss(model, *batch).backward()
    tokens, table = np.array([0, 1, -1], np.int32), np.full(64, 2, np.int32)  # every negative is word 2
    train = skipgram.kernel(32, 2)
    state = np.ones(1, np.uint64)
    train(tokens, 0, 3, np.ones(len(inputs), np.float32), 1, np.float32(1), state, inputs, outputs, table)
    for weight, row, before, after in (
        (model.words.weight, 1, expected[0], inputs[1]),
        (model.contexts.weight, 0, expected[1], outputs[0]),
    ):
        step = -weight.grad.to_dense()[row].numpy()  # type: ignore[union-attr]
        np.testing.assert_allclose(after - before, step, rtol=1e-4, atol=1e-6)


def test_autograd_finds_the_step_of_our_glove() -> None:
    model = TorchVectors(VOCABULARY, TOKENS, replace(CONFIG, backend="torch", method="glove"), 1, "cpu")
    pairs = model.model
    with torch.no_grad():
        for parameter in pairs.parameters():
            parameter.normal_(0, 0.3, generator=torch.Generator().manual_seed(0))
    tables = (pairs.words, pairs.contexts, pairs.word_bias, pairs.context_bias)
    before = [table.weight.detach().numpy().copy() for table in tables]
    model._batches.loss(pairs, torch.tensor([[2, 5]]), torch.tensor([1.3]), torch.tensor([0.6])).backward()
    after = [array.copy() for array in before]
    squares = [np.ones_like(array) for array in before]  # AdaGrad's first step is then the gradient's
    biases = [array[:, 0] for array in (*after[2:], *squares[2:])]
    pair = (
        np.array([2], np.int32),
        np.array([5], np.int32),
        np.array([1.3], np.float32),
        np.array([0.6], np.float32),
    )
    glove.kernel(32)(*pair, 0, 1, *after[:2], *biases[:2], *squares[:2], *biases[2:], np.float32(1))
    for table, old, new in zip(tables, before, after, strict=True):
        step = -table.weight.grad.to_dense().numpy()  # type: ignore[union-attr]
        np.testing.assert_allclose(new - old, step, rtol=1e-4, atol=1e-6)


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


def test_sub_sampling_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(TextError, match="leaves almost nothing"):
        trainer(VOCABULARY, TOKENS, replace(CONFIG, backend="torch", subsample=1e-9), 1)


def test_a_checkpoint_of_another_method_is_refused() -> None:
    stored = trainer(VOCABULARY, TOKENS, CONFIG, 1).state()
    for method, backend in (
        ("skipgram", "gensim"),
        ("skipgram", "torch"),
        ("glove", "compiled"),
        ("ppmi", "compiled"),
    ):
        other = trainer(VOCABULARY, TOKENS, replace(CONFIG, method=method, backend=backend), 1)
        with pytest.raises(RunError, match="another model"):
            other.load_state(stored, 1)


@pytest.mark.parametrize("method", ["skipgram", "cbow", "glove"])
def test_a_huge_rate_of_torch_is_noticed(method: str) -> None:
    model = trainer(
        VOCABULARY, TOKENS, replace(CONFIG, backend="torch", method=method, learning_rate=100.0), 1
    )
    assert any(model.has_diverged(model.advance().loss) for _ in range(20))


def test_what_a_backend_cannot_do_is_refused() -> None:
    with pytest.raises(ConfigError, match="negative"):
        VectorsConfig(backend="torch", objective="hierarchical")
    for method, backend in (("ppmi", "gensim"), ("glove", "gensim"), ("fasttext", "torch")):
        with pytest.raises(ConfigError):
            VectorsConfig(method=method, backend=backend)
