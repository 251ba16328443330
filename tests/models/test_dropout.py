"""Dropout with cheap random numbers does what torch's does."""

import pytest
import torch

from lmcore.models.dropout import Dropout


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_share_that_is_dropped_and_the_size_of_what_is_kept(p):
    torch.manual_seed(0)
    x = torch.ones(401, 501)  # no multiple of four values
    out = Dropout(p)(x)
    assert (out == 0).float().mean() == pytest.approx(p, abs=0.01)
    torch.testing.assert_close(out[out != 0], torch.full_like(out[out != 0], 1 / (1 - p)), rtol=1e-3, atol=0)


def test_neighbours_are_dropped_independently():
    torch.manual_seed(0)
    dropped = (Dropout(0.5)(torch.ones(100_000)) == 0).float()
    for apart in (1, 2, 3, 4):
        together = (dropped[apart:] * dropped[:-apart]).mean()
        assert together == pytest.approx(0.25, abs=0.01)


def test_the_gradient_goes_where_the_value_went():
    x = torch.randn(50, 40, requires_grad=True)
    out = Dropout(0.5)(x)
    out.sum().backward()
    torch.testing.assert_close(out, x * x.grad)


def test_the_same_seed_drops_the_same():
    x, dropout = torch.ones(30, 7), Dropout(0.3)
    first, second = [(torch.manual_seed(seed), dropout(x))[1] for seed in (4, 4)]
    assert torch.equal(first, second) and not torch.equal(first, dropout(x))


def test_nothing_is_dropped_where_nothing_should_be():
    x = torch.randn(20, 20)
    assert torch.equal(Dropout(0.5).eval()(x), x) and torch.equal(Dropout(0.0)(x), x)
