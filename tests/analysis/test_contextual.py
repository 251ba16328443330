"""One word in many sentences: what each layer makes of it."""

from itertools import combinations

import numpy as np
import pytest
import torch

from lmcore.analysis.contextual import States, hidden_states, layered_map, mean_cosine
from lmcore.errors import TextError
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.text.config import TokenizerConfig
from lmcore.text.occurrences import Occurrence
from lmcore.text.tokenizers import Tokenizer

TEXT = "the cat sees the dog and the dog sees the cat on the mat"
PLACES = [
    Occurrence("the ", "cat", " sees"),
    Occurrence("the dog sees the ", "cat", ""),
    Occurrence("on the ", "cat", " and more"),
]


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TokenizerConfig("character"), TEXT)


@pytest.fixture
def model(tokenizer: Tokenizer) -> GPT:
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context_length=24, n_layers=2, n_heads=2, d_model=16))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model


def test_states_are_those_of_one_text_read_alone(model: GPT, tokenizer: Tokenizer) -> None:
    """Texts of other lengths in the same batch, and what stands after the word, must not matter."""
    states = hidden_states(model, tokenizer, PLACES)
    assert states.word.shape == (3, 3, 16) and states.read.tolist() == [6, 19, 9]
    for i, place in enumerate(PLACES):
        alone = hidden_states(model, tokenizer, [Occurrence(place.before, place.word, "")])
        np.testing.assert_allclose(states.word[:, i], alone.word[:, 0], atol=1e-5)


def test_the_embedding_is_token_plus_position(model: GPT, tokenizer: Tokenizer) -> None:
    states = hidden_states(model, tokenizer, PLACES)
    token = model.token_embedding.weight[int(tokenizer.ids("t")[0])]
    for i, read in enumerate(states.read):
        expected = (token + model.position_embedding.weight[read]).detach().numpy()
        np.testing.assert_allclose(states.word[0, i], expected, atol=1e-6)


def test_without_positions_a_token_is_one_point_before_the_first_layer(
    model: GPT, tokenizer: Tokenizer
) -> None:
    torch.nn.init.zeros_(model.position_embedding.weight)
    layers = layered_map(hidden_states(model, tokenizer, PLACES))
    assert layers[0].similarity == pytest.approx(1)
    np.testing.assert_allclose(layers[0].xy, 0, atol=1e-5)
    assert np.abs(layers[-1].xy).max() > 0.05


def test_a_long_text_loses_its_beginning_and_not_the_word(model: GPT, tokenizer: Tokenizer) -> None:
    long = Occurrence("the dog and " * 10, "cat", "")
    states = hidden_states(model, tokenizer, [long, PLACES[0]])
    short = Occurrence(("the dog and " * 10)[-21:], "cat", "")
    assert states.read.tolist() == [23, 6]
    np.testing.assert_allclose(
        states.word[:, 0], hidden_states(model, tokenizer, [short]).word[:, 0], atol=1e-5
    )


def test_a_word_beyond_the_context_is_refused(model: GPT, tokenizer: Tokenizer) -> None:
    with pytest.raises(TextError, match="25 tokens"):
        hidden_states(model, tokenizer, [Occurrence("", "c" * 25, "")])


def test_looking_does_not_change_the_model(model: GPT, tokenizer: Tokenizer) -> None:
    model.train()
    ids = torch.from_numpy(tokenizer.ids(TEXT).astype(np.int64))[None, :24]
    before = model(ids)
    hidden_states(model, tokenizer, PLACES)
    assert model.training
    torch.testing.assert_close(model(ids), before)


def test_mean_cosine_is_the_mean_over_all_pairs() -> None:
    vectors = np.random.default_rng(0).normal(size=(7, 5))
    cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in combinations(vectors, 2)]
    assert mean_cosine(vectors) == pytest.approx(np.mean(cosines))


def test_layers_are_turned_onto_each_other_and_not_scaled() -> None:
    draw = np.random.default_rng(1)
    first = draw.normal(size=(8, 6))
    turn, _ = np.linalg.qr(draw.normal(size=(6, 6)))
    layers = layered_map(States(np.stack([first, first @ turn]), np.stack([first, first]), np.zeros(8)))
    np.testing.assert_allclose(layers[0].xy, layers[1].xy, atol=1e-6)
    assert layers[0].nearest.tolist() == layers[1].nearest.tolist()
    assert np.abs(layers[0].xy).max() == pytest.approx(1)


def test_two_places_lie_on_a_line_that_keeps_everything() -> None:
    vectors = np.array([[[1.0, 0, 0], [0, 1.0, 0]]])
    (layer,) = layered_map(States(vectors, vectors, np.zeros(2)))
    assert layer.kept == pytest.approx(1) and layer.nearest.tolist() == [[1], [0]]
    np.testing.assert_allclose(layer.xy[:, 1], 0, atol=1e-9)


def test_two_equal_places_are_one_point() -> None:
    vectors = np.ones((2, 3, 4))
    for layer in layered_map(States(vectors, vectors, np.zeros(3))):
        assert np.isfinite(layer.xy).all() and layer.kept == 1.0 and layer.similarity == pytest.approx(1)
