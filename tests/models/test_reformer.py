"""Facts about the Reformer: what it sees, that it forgets nothing it needs, and full attention as oracle."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch.autograd.graph import saved_tensors_hooks

from lmcore.models.base import set_dropout
from lmcore.models.configs.reformer import ReformerConfig
from lmcore.models.lsh_attention import LSHAttention
from lmcore.models.recording import Recording
from lmcore.models.reformer import Reformer

V = 50


def config(**changes) -> ReformerConfig:
    usual = ReformerConfig(V, 64, n_layers=2, n_heads=2, d_model=16, bucket_length=8, n_hashes=3)
    return replace(usual, **changes)


def lively(settings: ReformerConfig) -> Reformer:
    """Always the same weights, large enough that attention prefers some tokens to others."""
    torch.manual_seed(0)
    model = Reformer(settings)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model.eval()


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(V, (2, 50), generator=torch.Generator().manual_seed(1))


def all_in_one_bucket(model: Reformer) -> None:
    for attention in attentions(model):
        attention.rotations.zero_()


def attentions(model: Reformer) -> list[LSHAttention]:
    return [module for module in model.modules() if isinstance(module, LSHAttention)]


@pytest.mark.parametrize("n_hashes", [1, 3])
def test_full_attention_when_every_token_falls_into_one_bucket(ids, n_hashes):
    model = lively(config(bucket_length=50, n_hashes=n_hashes))
    all_in_one_bucket(model)
    full = lively(config(bucket_length=50, n_hashes=n_hashes, full=True))
    ours, expected = Recording(), Recording()
    with torch.no_grad():
        torch.testing.assert_close(model(ids), full(ids), atol=1e-4, rtol=1e-4)
        model(ids, record=ours)
        full(ids, record=expected)
    for a, b in zip(ours.attention, expected.attention, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


def test_more_rounds_come_nearer_to_full_attention(ids):
    with torch.no_grad():
        expected = lively(config(full=True))(ids)
        apart = [float((lively(config(n_hashes=n))(ids) - expected).abs().mean()) for n in (1, 4, 16)]
    assert apart[0] > apart[1] > apart[2]


def test_what_is_seen_is_what_the_rounds_say():
    """Weights by hand: a softmax over the tokens that share a bucket, not more than 8 of them back."""
    torch.manual_seed(2)
    attention, x = LSHAttention(config(), seed=4), torch.randn(1, 40, 16)
    recording = Recording()
    with torch.no_grad():
        attention(x, record=recording)
        buckets = attention.hashed(x)
        qk = attention.qk(x).view(1, 40, 2, 8).transpose(1, 2)
    assert buckets is not None
    scores = qk @ F.normalize(qk, dim=-1).transpose(-1, -2)  # √8 / √8
    for head in range(2):
        for i in range(40):
            seen = set()
            for row in buckets[0, head].tolist():
                seen |= set([j for j in range(i) if row[j] == row[i]][-8:])
            expected = torch.zeros(40)
            places = sorted(seen) or [i]
            expected[places] = scores[0, head, i, places].softmax(0)
            torch.testing.assert_close(recording.attention[0][0, head, i], expected)


def test_gradients_are_those_of_attention_to_the_same_tokens():
    torch.manual_seed(2)
    attention, x = LSHAttention(config(), seed=4), torch.randn(1, 40, 16, requires_grad=True)
    recording = Recording()
    ours = attention(x)
    attention(x, record=recording)
    qk = attention.qk(x).view(1, 40, 2, 8).transpose(1, 2)
    v = attention.values(x).view(1, 40, 2, 8).transpose(1, 2)
    scores = qk @ F.normalize(qk, dim=-1).transpose(-1, -2)
    weights = scores.masked_fill(recording.attention[0] == 0, -torch.inf).softmax(-1)
    expected = attention.projection((weights @ v).transpose(1, 2).flatten(2))
    torch.testing.assert_close(ours, expected)
    wanted, weight = [x, *attention.parameters()], torch.randn(1, 40, 16)
    for a, b in zip(
        torch.autograd.grad((ours * weight).sum(), wanted, retain_graph=True),
        torch.autograd.grad((expected * weight).sum(), wanted),
        strict=True,
    ):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


def test_similar_tokens_share_buckets():
    torch.manual_seed(0)
    attention = LSHAttention(config(n_hashes=16))
    x = torch.randn(1, 30, 16)
    buckets = attention.hashed(x)
    same, longer = attention.hashed(x + 0.02 * torch.randn_like(x)), attention.hashed(3 * x)
    assert buckets is not None and same is not None and longer is not None
    assert (buckets == same).float().mean() > 0.9
    assert torch.equal(buckets, longer)
    assert buckets.min() >= 0 and buckets.max() < attention.n_buckets
    other = attention.hashed(torch.randn(1, 30, 16))
    assert other is not None and (buckets == other).float().mean() < 0.2


@pytest.mark.parametrize("full", [False, True])
def test_later_tokens_do_not_change_logits(ids, full):
    model = lively(config(full=full))
    with torch.no_grad():
        before = model(ids)
        for n in (1, 8, 23, 40):
            changed = ids.clone()
            changed[:, n:] = (changed[:, n:] + 1) % V
            torch.testing.assert_close(model(changed)[:, :n], before[:, :n], atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(model(ids[:, :n]), before[:, :n], atol=1e-4, rtol=1e-4)
            assert not torch.allclose(model(changed)[:, n:], before[:, n:])


@pytest.mark.parametrize("full", [False, True])
def test_recording_changes_nothing_and_its_rows_sum_to_one(ids, full):
    model = lively(config(full=full))
    recording = Recording()
    with torch.no_grad():
        torch.testing.assert_close(model(ids, record=recording), model(ids), atol=1e-4, rtol=1e-4)
    for weights in recording.attention:
        assert weights.shape == (2, 2, 50, 50)
        torch.testing.assert_close(weights.sum(-1), torch.ones(2, 2, 50))
        assert not weights.triu(1).any()
    assert [tuple(x.shape) for x in recording.residual] == [(2, 50, 32)] * 3
    torch.testing.assert_close(model.head(model.final_norm(recording.residual[-1])), recording.logits)


def test_a_token_looks_at_itself_only_where_there_is_nothing_else(ids):
    recording = Recording()
    with torch.no_grad():
        lively(config())(ids, record=recording)
    for weights in recording.attention:
        own = weights.diagonal(dim1=-2, dim2=-1)
        assert set(own.flatten().tolist()) == {0.0, 1.0}
        assert own[:, :, 0].min() == 1


def test_a_head_can_be_switched_off(ids):
    model = lively(config())
    with torch.no_grad():
        logits = model(ids, record=Recording(switched_off=frozenset({(1, 1)})))
        assert not torch.allclose(logits, model(ids), atol=1e-4)
        attentions(model)[1].projection.weight[:, 8:] = 0
        torch.testing.assert_close(logits, model(ids), atol=1e-4, rtol=1e-4)


def gradients(model: Reformer, ids: torch.Tensor) -> dict[str, torch.Tensor]:
    model.train()
    torch.manual_seed(5)
    model.token_loss(ids[:, :-1], ids[:, 1:]).backward()
    return {name: p.grad for name, p in model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_layers_that_are_undone_have_the_gradients_of_layers_that_are_kept(ids, full, dropout):
    models = [lively(config(full=full, reversible=reversible)) for reversible in (True, False)]
    for model in models:
        set_dropout(model, dropout)
    ours, expected = (gradients(model, ids) for model in models)
    assert ours.keys() == expected.keys() == dict(models[0].named_parameters()).keys()
    for name, gradient in expected.items():
        assert (ours[name] - gradient).abs().max().item() <= 1e-5, name


def test_undoing_leaves_the_random_numbers_as_they_were(ids):
    after = []
    for reversible in (True, False):
        model = lively(config(reversible=reversible))
        set_dropout(model, 0.3)
        gradients(model, ids)
        after.append(torch.rand(1).item())
    assert after[0] == after[1]


def kept(model: Reformer, ids: torch.Tensor) -> int:
    """Bytes kept for the way back, weights included."""
    storages: dict[int, int] = {}

    def remember(tensor: torch.Tensor) -> torch.Tensor:
        storages[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with saved_tensors_hooks(remember, lambda tensor: tensor):
        loss = model(ids).sum()
    del loss
    return sum(storages.values())


def test_more_layers_keep_more_unless_they_are_undone(ids):
    ids = ids.repeat(16, 1)
    undone = [kept(lively(config(n_layers=n)), ids) for n in (1, 4)]
    ordinary = [kept(lively(config(n_layers=n, reversible=False)), ids) for n in (1, 4)]
    assert undone[1] < 1.5 * undone[0]  # buckets and random states
    assert ordinary[1] > 3 * ordinary[0]


def test_hashing_is_the_same_for_the_same_settings():
    one, other = (attentions(Reformer(config())) for _ in range(2))
    assert all(torch.equal(a.rotations, b.rotations) for a, b in zip(one, other, strict=True))
    assert not torch.equal(one[0].rotations, one[1].rotations)
    assert "rotations" in one[0].state_dict()
