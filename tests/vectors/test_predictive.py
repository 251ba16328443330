"""The predictive methods learn what they should, repeat themselves exactly, and stop when they break."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from gensim.models import FastText as GensimFastText

from lmcore.errors import ConfigError, RunError, TextError
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.factory import trainer
from lmcore.vectors.predictive import FastText, SkipGram
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.trainer import Trainer
from lmcore.vectors.vocabulary import Vocabulary

CONFIG = VectorsConfig(
    dimensions=32, window=2, epochs=40, min_count=1, subsample=0, learning_rate=0.05, buckets=1_000
)
ANIMALS, PLACES = ("cat", "dog", "cow", "hen", "fox"), ("rome", "oslo", "lima", "cairo", "delhi")
DEEDS, EVENTS = ("eats", "sleeps", "runs"), ("grows", "trades", "votes")
WAYS = {
    "skipgram": {},
    "cbow": {"method": "cbow"},
    "fasttext": {"method": "fasttext"},
    "skipgram, hierarchical": {"objective": "hierarchical"},
    "cbow, hierarchical": {"method": "cbow", "objective": "hierarchical"},
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS)


def two_worlds() -> list[list[str]]:
    """Animals eat and sleep, places grow and trade; the two never meet."""
    random = np.random.default_rng(0)
    worlds = ((ANIMALS, DEEDS), (PLACES, EVENTS))
    choices = (worlds[i] for i in random.integers(0, 2, 600))
    return [[random.choice(names), random.choice(verbs), random.choice(names)] for names, verbs in choices]


SEQUENCES = two_worlds()
VOCABULARY = Vocabulary.of(SEQUENCES, 1)


def model(way: str = "skipgram", seed: int = 1, **changes: object) -> Trainer:
    config = replace(CONFIG, **WAYS[way] | changes)  # type: ignore[arg-type]
    return trainer(VOCABULARY, VOCABULARY.tokens(SEQUENCES), config, seed)


def losses_of(trained: Trainer) -> list[float]:
    """The losses up to the end of the plan, or to the first that shows it has diverged."""
    losses = []
    while trained.step < trained.planned_steps:
        losses.append(trained.advance().loss)
        if trained.has_diverged(losses[-1]):
            break
    return losses


@EVERY_WAY
def test_words_of_one_world_become_neighbours(way: str) -> None:
    trained = model(way, learning_rate=0.2 if "cbow" in way else 0.05)
    losses = losses_of(trained)
    assert len(losses) == trained.planned_steps and losses[-1] < 0.75 * losses[0]
    vectors = WordVectors(VOCABULARY.words, VOCABULARY.counts, trained.vectors())
    for world, verbs in ((ANIMALS, DEEDS), (PLACES, EVENTS)):
        for word in world:
            near = {other for other, _ in vectors.most_similar(word, topn=4)}
            if way == "fasttext":  # spelling counts too
                assert near < {*world, *verbs}
            else:
                assert near == set(world) - {word}


@EVERY_WAY
def test_the_first_loss_is_a_coin_toss_for_every_decision(way: str) -> None:
    untrained = model(way, learning_rate=0.0)
    n_pairs = 0.05 if "hierarchical" in way else 1e-6  # words at the ends of sentences are in fewer pairs
    assert untrained.advance().loss == pytest.approx(untrained.untrained_loss, rel=n_pairs)
    if "hierarchical" not in way:
        assert untrained.untrained_loss == 6 * math.log(2)


@EVERY_WAY
def test_the_same_seed_gives_the_same_vectors_bit_for_bit(way: str) -> None:
    first, again, other = model(way, epochs=3), model(way, epochs=3), model(way, seed=2, epochs=3)
    assert losses_of(first) == losses_of(again) != losses_of(other)
    for name, array in first.state().items():
        assert (array == again.state()[name]).all()


@EVERY_WAY
def test_a_state_goes_on_exactly(way: str) -> None:
    through, halfway = model(way, epochs=4), model(way, epochs=4)
    for _ in range(through.planned_steps // 2):
        halfway.advance()
    resumed = model(way, seed=9, epochs=4)
    resumed.load_state({name: array.copy() for name, array in halfway.state().items()}, halfway.step)
    losses_of(resumed)
    losses_of(through)
    assert (resumed.vectors() == through.vectors()).all()


def test_a_state_of_another_shape_is_refused() -> None:
    with pytest.raises(RunError):
        model().load_state(model(dimensions=64).state(), 1)
    with pytest.raises(RunError):
        model().load_state(model("skipgram, hierarchical").state(), 1)


def test_every_word_is_read_once_an_epoch() -> None:
    trained = model(epochs=3)
    assert isinstance(trained, SkipGram)
    assert len(losses_of(trained)) == trained.planned_steps == 3 * trained.steps_per_epoch
    assert (
        trained.chunk * trained.steps_per_epoch
        >= len(trained.tokens)
        > trained.chunk * (trained.steps_per_epoch - 1)
    )


def test_the_learning_rate_falls_to_almost_nothing() -> None:
    trained = model()
    rates = [trained.advance().learning_rate for _ in range(trained.planned_steps)]
    assert rates[0] == CONFIG.learning_rate
    assert all(a > b for a, b in itertools.pairwise(rates))
    assert 0 < rates[-1] < 0.02 * rates[0]


def test_a_changed_rate_counts_from_the_next_step() -> None:
    trained = model()
    trained.advance()
    trained.change("learning_rate", 0.0)
    before = trained.vectors().copy()
    assert trained.advance().learning_rate == 0
    assert (trained.vectors() == before).all()
    for name, value in (("window", 3), ("learning_rate", math.nan), ("learning_rate", -1)):
        with pytest.raises(ConfigError):
            trained.change(name, value)


@EVERY_WAY
@pytest.mark.parametrize("rate", [5.0, 20.0, 100.0])
@pytest.mark.filterwarnings("error")
def test_a_huge_learning_rate_ends_in_diverged(way: str, rate: float) -> None:
    trained = model(way, learning_rate=rate)
    assert trained.has_diverged(losses_of(trained)[-1])


def test_a_rate_of_a_million_is_refused() -> None:
    with pytest.raises(ConfigError):
        model(learning_rate=1e6)


@EVERY_WAY
def test_not_a_number_does_not_pass_for_training(way: str) -> None:
    broken = model(way)
    broken.state()["inputs"][:] = np.nan
    assert broken.has_diverged(broken.advance().loss)


@EVERY_WAY
def test_sequences_of_one_word_teach_nothing_and_harm_nothing(way: str) -> None:
    sequences = [[word] for word in "abcdefghijklm"]
    vocabulary = Vocabulary.of(sequences, 1)
    lonely = trainer(vocabulary, vocabulary.tokens(sequences), replace(CONFIG, **WAYS[way]), 1)
    before = lonely.vectors().copy()
    assert lonely.advance().loss == lonely.untrained_loss
    assert (lonely.vectors() == before).all()


@EVERY_WAY
@pytest.mark.parametrize("n_words", [1, 2])
def test_one_or_two_words_are_enough(way: str, n_words: int) -> None:
    """More dimensions than words, and negatives that can hardly be another word than the centre."""
    vocabulary = Vocabulary(("a", "b")[:n_words], np.array([1_000_000, 1][:n_words]))
    tokens = np.array([0, n_words - 1] * 50, np.int32)
    trained = trainer(vocabulary, tokens, replace(CONFIG, **WAYS[way]), 1)
    assert np.isfinite(losses_of(trained)).all() and np.isfinite(trained.vectors()).all()


@EVERY_WAY
def test_a_text_of_which_nothing_is_left_is_refused(way: str) -> None:
    with pytest.raises(TextError) as refused:
        model(way, subsample=1e-12)
    assert refused.value.key == "nothing_left_to_read"
    for language in ("en", "zh"):
        assert "1e-12" in refused.value.message(language)


@EVERY_WAY
def test_several_threads_learn_the_same_neighbours(way: str) -> None:
    trained = model(way, threads=3, learning_rate=0.2 if "cbow" in way else 0.05)
    before = trained.state()["random_state"].copy()
    losses_of(trained)
    assert before.shape == (3,) and (before != trained.state()["random_state"]).all()  # each has drawn
    vectors = WordVectors(VOCABULARY.words, VOCABULARY.counts, trained.vectors())
    for world, verbs in ((ANIMALS, DEEDS), (PLACES, EVENTS)):
        for word in world:
            assert {near for near, _ in vectors.most_similar(word, topn=2)} < {*world, *verbs}


@EVERY_WAY
def test_the_contexts_are_words_where_there_are_any(way: str) -> None:
    contexts = model(way).context_vectors()
    if "hierarchical" in way:
        assert contexts is None
    else:
        assert contexts is not None and contexts.shape == (len(VOCABULARY.words), 32)


# FastText


def trained_fasttext() -> FastText:
    trained = model("fasttext", epochs=2)
    assert isinstance(trained, FastText)
    losses_of(trained)
    return trained


def test_a_words_vector_is_the_mean_of_its_parts_as_in_gensim() -> None:
    ours = trained_fasttext()
    n = len(VOCABULARY.words)
    theirs = GensimFastText(vector_size=32, min_count=1, bucket=1_000, sg=1)
    theirs.build_vocab([[word] * int(c) for word, c in zip(VOCABULARY.words, VOCABULARY.counts, strict=True)])
    order = [VOCABULARY.words.index(word) for word in theirs.wv.index_to_key]
    theirs.wv.vectors_vocab, theirs.wv.vectors_ngrams = ours.inputs[:n][order], ours.inputs[n:]
    theirs.wv.adjust_vectors()
    for word, vector in zip(VOCABULARY.words, ours.vectors(), strict=True):
        np.testing.assert_allclose(vector, theirs.wv[word], atol=1e-6)
        np.testing.assert_allclose(ours.vector_of(word), vector, atol=1e-6)
    for unseen in ("cats", "slept", "猫"):
        np.testing.assert_allclose(ours.vector_of(unseen), theirs.wv[unseen], atol=1e-6)


def test_a_word_never_read_lies_near_its_relatives() -> None:
    ours = trained_fasttext()
    vectors, unseen = ours.vectors(), ours.vector_of("sleepsy")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert VOCABULARY.words[int((unit @ unseen).argmax())] == "sleeps"
    assert not model("fasttext", ngram_least=5, ngram_most=6).vector_of("a").any()  # type: ignore[attr-defined]


def test_the_parts_of_a_word_are_named() -> None:
    parts = trained_fasttext().ngram_parts("cat")
    assert [ngram for ngram, _ in parts] == ["<ca", "<cat", "<cat>", "cat", "cat>", "at>"]
    assert all(vector.shape == (32,) for _, vector in parts)
