"""The attention module against torch's own, and against itself with a recording."""

import pytest
import torch
from torch import nn

from lmcore.models.attention import Attention, causal_mask
from lmcore.models.recording import Recording


@pytest.fixture
def attention() -> Attention:
    torch.manual_seed(0)
    return Attention(d_model=24, n_heads=3)


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(2, 7, 24, generator=torch.Generator().manual_seed(1))


def test_attention_equals_torch(attention, x):
    theirs = nn.MultiheadAttention(24, 3, batch_first=True)
    theirs.load_state_dict(
        {
            "in_proj_weight": attention.qkv.weight,
            "in_proj_bias": attention.qkv.bias,
            "out_proj.weight": attention.projection.weight,
            "out_proj.bias": attention.projection.bias,
        }
    )
    recording = Recording()
    expected, weights = theirs(x, x, x, attn_mask=~causal_mask(7, x.device), average_attn_weights=False)
    torch.testing.assert_close(attention(x), expected)
    torch.testing.assert_close(attention(x, record=recording), expected)
    torch.testing.assert_close(recording.attention[0], weights)


@pytest.mark.parametrize("causal", [True, False])
def test_recording_does_not_change_the_output(attention, x, causal):
    torch.testing.assert_close(attention(x, causal=causal, record=Recording()), attention(x, causal=causal))


def test_recorded_weights_are_probabilities_over_the_past(attention, x):
    recording = Recording()
    attention(x, record=recording)
    weights = recording.attention[0]
    assert weights.shape == (2, 3, 7, 7)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, 7))
    assert weights.triu(1).count_nonzero() == 0
    assert (weights[:, :, 0, 0] == 1).all()  # the first token has only itself


@pytest.mark.parametrize("record", [None, Recording()])
def test_a_masked_key_cannot_be_seen(attention, x, record):
    mask = torch.ones(7, 7, dtype=torch.bool)
    mask[3:, 2] = False
    changed = x.clone()
    changed[:, 2] += 5
    before, after = (attention(text, mask=mask, record=record)[:, 3:] for text in (x, changed))
    torch.testing.assert_close(before, after)


def test_switching_every_head_off_leaves_only_the_bias(attention, x):
    recording = Recording(switched_off=frozenset({(0, 0), (0, 1), (0, 2)}))
    output = attention(x, record=recording)
    torch.testing.assert_close(output, attention.projection.bias.expand_as(output))


def test_dropout_acts_on_training_only(x):
    torch.manual_seed(0)
    attention = Attention(24, 3, dropout=0.5)
    assert not torch.equal(attention(x), attention(x))
    attention.eval()
    torch.testing.assert_close(attention(x), attention(x, record=Recording()))
