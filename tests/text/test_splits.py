"""Every token is in one part, the parts stand in order, and what cannot be split says so."""

import math

import numpy as np
import pytest

from lmcore.errors import ConfigError, TextError
from lmcore.text.splits import FEWEST, split_ids


@pytest.mark.parametrize("length", [2, 3, 10, 999, 1000])
@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5])
def test_without_a_test_the_last_share_is_held_back(length: int, share: float) -> None:
    held_back = max(2, math.ceil(length * share))
    parts = split_ids(np.arange(length), share)
    assert parts.train.tolist() == list(range(length - held_back))
    assert parts.validation.tolist() == list(range(length - held_back, length))
    assert len(parts.test) == 0


@pytest.mark.parametrize("length", [0, 1])
def test_too_few_ids_for_two_parts_leave_nothing_to_train_on(length: int) -> None:
    parts = split_ids(np.arange(length), 0.1)
    assert parts.n_tokens == {"train": 0, "validation": length, "test": 0}


@pytest.mark.parametrize(("validation", "test"), [(0.1, 0.1), (0.3, 0.05), (0, 0.2), (0.001, 0.001)])
def test_the_test_comes_last_and_every_id_once(validation: float, test: float) -> None:
    ids = np.arange(1000)
    parts = split_ids(ids, validation, test)
    np.testing.assert_array_equal(np.concatenate([parts.train, parts.validation, parts.test]), ids)
    assert len(parts.test) == max(FEWEST, math.ceil(1000 * test))
    assert len(parts.validation) == max(FEWEST, math.ceil(1000 * validation))


@pytest.mark.parametrize("length", [0, 1, 5])
def test_too_few_ids_for_three_parts_say_so(length: int) -> None:
    with pytest.raises(TextError, match=f"It has {length} tokens"):
        split_ids(np.arange(length), 0.1, 0.1)
    assert split_ids(np.arange(6), 0.1, 0.1).n_tokens == {"train": 2, "validation": 2, "test": 2}


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.2), (1, 0), (0, 1)])
def test_shares_that_leave_nothing_are_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(ConfigError, match="together they must stay below 1"):
        split_ids(np.arange(100), *shares)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), float("inf")])
def test_shares_that_are_none_are_refused(share: float) -> None:
    for shares in ((share, 0.1), (0.1, share)):
        with pytest.raises(ConfigError, match="out of range"):
            split_ids(np.arange(100), *shares)
