"""Readers who go on where they were."""

import numpy as np
import pytest
import torch

from lmcore.errors import TextError
from lmcore.models.configs.recurrent import RecurrentConfig
from lmcore.models.recurrent import Recurrent
from lmcore.training.config import TrainingConfig
from lmcore.training.state import TrainingState
from lmcore.training.streams import StreamBatches


def test_targets_are_the_inputs_one_token_later():
    windows = StreamBatches(np.arange(500), context_length=8, batch_size=5, seed=1).next()
    assert windows.shape == (5, 9)
    assert torch.equal(windows[:, 1:], (windows[:, :-1] + 1) % 500)


@pytest.mark.parametrize("n_tokens", [203, 1000])
def test_every_row_goes_on_where_it_ended_through_all_epochs(n_tokens):
    batches = StreamBatches(np.arange(n_tokens), context_length=10, batch_size=4, seed=3)
    before = batches.next()
    while batches.epoch < 7:
        windows = batches.next()
        assert torch.equal(windows[:, 0], before[:, -1])
        before = windows


def test_an_epoch_predicts_no_token_twice_and_nearly_all():
    batches = StreamBatches(np.arange(1003), context_length=10, batch_size=4, seed=3)
    for epoch in range(3):
        seen: list[int] = []
        while batches.epoch == epoch:
            seen += batches.next()[:, 1:].flatten().tolist()
        assert len(seen) == len(set(seen)) == 1000


@pytest.mark.parametrize("batch_size", [1, 7, 1000])  # the last one has more readers than tokens
def test_going_back_gives_the_same_batches(batch_size):
    ids = np.random.default_rng(0).integers(50, size=700)
    batches = StreamBatches(ids, 16, batch_size, seed=5)
    for _ in range(9):
        batches.next()
    again = StreamBatches(ids, 16, batch_size, seed=5)
    again.go_to(batches.epoch, batches.position)
    for _ in range(9):
        assert torch.equal(batches.next(), again.next())


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_batch_may_change_on_the_way(batch_size):
    batches = StreamBatches(np.arange(1000), 10, 8, seed=5)
    for _ in range(5):
        batches.next()
    batches.batch_size = batch_size
    before = batches.next()
    again = StreamBatches(np.arange(1000), 10, batch_size, seed=5)
    again.go_to(batches.epoch, batches.position)
    after = batches.next()
    assert before.shape == (batch_size, 11)
    assert torch.equal(after[:, 0], before[:, -1]) and torch.equal(after, again.next())


def test_another_seed_begins_elsewhere():
    first, second = (StreamBatches(np.arange(5000), 16, 8, seed).next() for seed in (1, 2))
    assert not torch.equal(first, second)


def test_the_shortest_possible_text_trains():
    windows = StreamBatches(np.arange(9), context_length=8, batch_size=3, seed=1).next()
    assert sorted(set(windows.flatten().tolist())) == list(range(9))


@pytest.mark.parametrize("n_tokens", [0, 1, 8])
def test_a_text_shorter_than_the_context_is_refused(n_tokens):
    with pytest.raises(TextError, match="at least 9"):
        StreamBatches(np.arange(n_tokens), context_length=8, batch_size=1, seed=1)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_training_that_carries_its_state_goes_on_exactly(precision):
    def training() -> TrainingState:
        torch.manual_seed(0)
        model = Recurrent(RecurrentConfig(20, 8, 0.2, d_embedding=6, d_hidden=10))
        batches = StreamBatches(np.arange(700) % 20, 8, 4, seed=1)
        return TrainingState(model, batches, TrainingConfig(batch_size=4), precision)

    state, again = training(), training()
    for _ in range(7):
        state.update(0.01)
    captured = state.capture()
    expected = [float(state.update(0.01)[0]) for _ in range(20)]
    again.restore(captured)
    assert [float(again.update(0.01)[0]) for _ in range(20)] == expected
