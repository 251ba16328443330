"""Skip-gram learns what it should, repeats itself exactly, and stops when it breaks."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from lmcore.errors import ConfigError
from lmcore.events import Finished, Step
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.skipgram import kernel
from lmcore.vectors.training import Word2Vec, train_word2vec
from lmcore.vectors.vocabulary import Vocabulary

CONFIG = VectorsConfig(dimensions=32, window=2, epochs=40, min_count=1, subsample=0, learning_rate=0.05)
ANIMALS, PLACES = ("cat", "dog", "cow", "hen", "fox"), ("rome", "oslo", "lima", "cairo", "delhi")


def two_worlds() -> list[list[str]]:
    """Animals eat and sleep, places grow and trade; the two never meet."""
    random = np.random.default_rng(0)
    worlds = ((ANIMALS, ("eats", "sleeps", "runs")), (PLACES, ("grows", "trades", "votes")))
    choices = (worlds[i] for i in random.integers(0, 2, 600))
    return [[random.choice(names), random.choice(verbs), random.choice(names)] for names, verbs in choices]


SEQUENCES = two_worlds()
VOCABULARY = Vocabulary.of(SEQUENCES, 1)


def model(seed: int = 1, **changes: float) -> Word2Vec:
    return Word2Vec(VOCABULARY, VOCABULARY.tokens(SEQUENCES), replace(CONFIG, **changes), seed)


def textbook_step(
    inputs: np.ndarray, outputs: np.ndarray, word: int, target: int, negatives: list[int], rate: float
) -> float:
    """Equation 4 and its gradient for one pair, in float64; gives the loss before the update."""
    rows = [target, *negatives]
    x, T = inputs[word].copy(), outputs[rows].copy()
    p = 1 / (1 + np.exp(-T @ x))
    wanted = np.array([1.0] + [0.0] * len(negatives))
    inputs[word] += rate * (wanted - p) @ T
    np.add.at(outputs, rows, rate * np.outer(wanted - p, x))
    return -math.log(p[0]) - np.log(1 - p[1:]).sum()


@pytest.mark.parametrize("negative", [1, 5, 7, 20])
def test_one_pair_is_the_published_gradient(negative: int) -> None:
    random = np.random.default_rng(2)
    inputs, outputs = random.normal(0, 0.3, (2, 3, 32)).astype(np.float32)
    expected_in, expected_out = inputs.astype(np.float64), outputs.astype(np.float64)
    table = np.full(64, 2, np.int32)  # every negative is word 2
    # a sequence 0 1 has two pairs: centre 0 predicted from 1, then centre 1 from 0
    loss, n_pairs = kernel(32, negative)(
        np.array([0, 1, -1], np.int32), 0, 3, np.ones(3, np.float32), 1, np.float32(0.01),
        np.array([1], np.uint64), inputs, outputs, table,
    )  # fmt: skip
    total = textbook_step(expected_in, expected_out, 1, 0, [2] * negative, 0.01)
    total += textbook_step(expected_in, expected_out, 0, 1, [2] * negative, 0.01)
    assert n_pairs == 2 and loss == pytest.approx(total, rel=1e-4)
    np.testing.assert_allclose(inputs, expected_in, atol=2e-6)
    np.testing.assert_allclose(outputs, expected_out, atol=2e-6)


@pytest.mark.parametrize("negative", [1, 5, 12])
def test_the_first_loss_is_a_coin_toss_for_every_target(negative: int) -> None:
    untrained = model(negative=negative, learning_rate=0.0)
    first = untrained.advance()
    assert untrained.untrained_loss == (1 + negative) * math.log(2)
    assert first.loss == pytest.approx(untrained.untrained_loss, rel=1e-6)


def test_words_of_one_world_become_neighbours() -> None:
    trained = model()
    *steps, last = train_word2vec(trained)
    assert (
        isinstance(last, Finished)
        and last.reason == "done"
        and last.step == trained.planned_steps == len(steps)
    )
    losses = [step.loss for step in steps if isinstance(step, Step)]
    assert losses[-1] < 0.7 * losses[0]
    vectors = WordVectors(VOCABULARY.words, VOCABULARY.counts, trained.inputs)
    for world in (ANIMALS, PLACES):
        for word in world:
            assert {near for near, _ in vectors.most_similar(word, topn=4)} == set(world) - {word}


def test_the_same_seed_gives_the_same_vectors_bit_for_bit() -> None:
    first, again, other = model(), model(), model(seed=2)
    curves = [
        [event.loss for event in train_word2vec(m) if isinstance(event, Step)] for m in (first, again, other)
    ]
    assert curves[0] == curves[1] != curves[2]
    assert (first.inputs == again.inputs).all() and (first.outputs == again.outputs).all()


def test_every_word_is_read_once_an_epoch() -> None:
    trained = model(epochs=3)
    steps = list(itertools.takewhile(lambda event: isinstance(event, Step), train_word2vec(trained)))
    assert len(steps) == trained.planned_steps == 3 * trained.steps_per_epoch
    assert (
        trained.chunk * trained.steps_per_epoch
        >= len(trained.tokens)
        > trained.chunk * (trained.steps_per_epoch - 1)
    )


def test_the_learning_rate_falls_to_almost_nothing() -> None:
    rates = [event.learning_rate for event in train_word2vec(model()) if isinstance(event, Step)]
    assert rates[0] == CONFIG.learning_rate
    assert all(a > b for a, b in itertools.pairwise(rates))
    assert 0 < rates[-1] < 0.02 * rates[0]


def test_a_changed_rate_counts_from_the_next_step() -> None:
    trained = model()
    trained.advance()
    trained.change("learning_rate", 0.0)
    before = trained.inputs.copy()
    assert trained.advance().learning_rate == 0
    assert (trained.inputs == before).all()
    for name, value in (("window", 3), ("learning_rate", math.nan), ("learning_rate", -1)):
        with pytest.raises(ConfigError):
            trained.change(name, value)


@pytest.mark.parametrize("rate", [5.0, 100.0])
@pytest.mark.filterwarnings("error")
def test_a_huge_learning_rate_ends_in_diverged(rate: float) -> None:
    *steps, last = train_word2vec(model(learning_rate=rate))
    assert isinstance(last, Finished) and last.reason == "diverged"
    assert all(math.isfinite(step.loss) for step in steps if isinstance(step, Step))


def test_not_a_number_does_not_pass_for_training() -> None:
    broken = model()
    broken.inputs[:] = np.nan
    (last,) = train_word2vec(broken)
    assert isinstance(last, Finished) and last.reason == "diverged"


def test_sequences_of_one_word_teach_nothing_and_harm_nothing() -> None:
    sequences = [[word] for word in "abcdefghijklm"]
    vocabulary = Vocabulary.of(sequences, 1)
    lonely = Word2Vec(vocabulary, vocabulary.tokens(sequences), CONFIG, 1)
    before = lonely.inputs.copy()
    assert lonely.advance().loss == lonely.untrained_loss
    assert (lonely.inputs == before).all()
