"""Batches show every window once an epoch, and remember where they are."""

import numpy as np
import pytest
import torch

from lmcore.errors import TextError
from lmcore.training.batches import TokenBatches


def test_targets_are_the_inputs_one_token_later():
    windows = TokenBatches(np.arange(500), context_length=8, batch_size=5, seed=1).next()
    assert windows.shape == (5, 9)
    assert torch.equal(windows[:, 1:], windows[:, :-1] + 1)


def test_an_epoch_shows_each_window_once_and_the_next_one_cuts_elsewhere():
    batches = TokenBatches(np.arange(1000), context_length=10, batch_size=1, seed=3)
    seen: dict[int, list[int]] = {}
    while batches.epoch < 3:
        epoch = batches.epoch
        seen.setdefault(epoch, []).extend(batches.next()[:, :-1].flatten().tolist())
    for tokens in seen.values():
        assert len(tokens) == len(set(tokens)) >= 980
    assert len({min(tokens) for tokens in seen.values()}) > 1


@pytest.mark.parametrize("batch_size", [1, 7, 1000])  # the last one larger than an epoch
def test_going_back_gives_the_same_batches(batch_size):
    ids = np.random.default_rng(0).integers(50, size=700)
    batches = TokenBatches(ids, 16, batch_size, seed=5)
    for _ in range(9):
        batches.next()
    again = TokenBatches(ids, 16, batch_size, seed=5)
    again.go_to(batches.epoch, batches.position)
    for _ in range(9):
        assert torch.equal(batches.next(), again.next())


def test_another_seed_gives_other_batches():
    first, second = (TokenBatches(np.arange(5000), 16, 8, seed).next() for seed in (1, 2))
    assert not torch.equal(first, second)


def test_the_shortest_possible_text_trains():
    windows = TokenBatches(np.arange(9), context_length=8, batch_size=3, seed=1).next()
    assert windows.tolist() == [list(range(9))] * 3


@pytest.mark.parametrize("n_tokens", [0, 1, 8])
def test_a_text_shorter_than_the_context_is_refused(n_tokens):
    with pytest.raises(TextError, match="at least 9"):
        TokenBatches(np.arange(n_tokens), context_length=8, batch_size=1, seed=1)


def test_read_only_ids_are_fine():
    ids = np.arange(100, dtype=np.int32)
    ids.flags.writeable = False
    assert TokenBatches(ids, 8, 2, 1).next().shape == (2, 9)
