"""A shuffled order holds everything once, whatever its length."""

import numpy as np
import pytest

from lmcore.training import shuffling
from lmcore.training.shuffling import Shuffled


@pytest.fixture(params=["as a list", "computed"])
def either(request, monkeypatch) -> None:
    if request.param == "computed":
        monkeypatch.setattr(shuffling, "LARGE", 0)


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("n", [1, 2, 3, 5, 16, 17, 1000, 4097])
def test_everything_comes_once(n):
    order = Shuffled(n, np.random.default_rng(1))
    found = np.concatenate([order.between(i, i + 7) for i in range(0, n, 7)])
    assert sorted(found.tolist()) == list(range(n))
    assert len(order.between(n, n + 5)) == 0


@pytest.mark.usefixtures("either")
def test_the_order_follows_from_the_seed_and_is_no_pattern():
    first, again, other = (Shuffled(5000, np.random.default_rng(seed)).between(0, 5000) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    for order in (first, other):
        assert abs(np.corrcoef(order, np.arange(5000))[0, 1]) < 0.06
        assert abs(np.corrcoef(order[:-1], order[1:])[0, 1]) < 0.06


def test_a_billion_take_no_memory():
    order = Shuffled(10**9, np.random.default_rng(3))
    part = order.between(10**9 - 1000, 10**9)
    assert len(np.unique(part)) == 1000 and part.min() >= 0 and part.max() < 10**9
