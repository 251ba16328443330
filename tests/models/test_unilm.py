"""Which position can influence which, in the three ways of reading, and what each loss is about."""

import math

import pytest
import torch

from lmcore.errors import ConfigError
from lmcore.models.bert import Bert
from lmcore.models.configs.bert import BertConfig
from lmcore.models.configs.unilm import UniLMConfig
from lmcore.models.masks import prefix_mask
from lmcore.models.recording import Recording
from lmcore.models.unilm import UniLM
from lmcore.training.objectives import LANGUAGE_OBJECTIVES

V, T = 40, 9


@pytest.fixture
def model() -> UniLM:
    torch.manual_seed(0)
    return UniLM(UniLMConfig(V, T, n_layers=2, n_heads=2, d_model=16)).eval()


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(V, (1, T), generator=torch.Generator().manual_seed(1))


def influences(model: UniLM, ids: torch.Tensor, **reading) -> torch.Tensor:
    """(T, T), True where changing the token of the column changes the logits of the row."""
    columns = []
    with torch.no_grad():
        before = model(ids, **reading)
        for place in range(T):
            changed = ids.clone()
            changed[0, place] = (changed[0, place] + 1) % V
            columns.append((model(changed, **reading) - before)[0].abs().amax(dim=1) > 1e-7)
    return torch.stack(columns, dim=1)


def test_from_left_to_right_nothing_comes_from_the_right(model, ids):
    assert torch.equal(influences(model, ids), torch.ones(T, T).tril().bool())
    assert torch.equal(model(ids), model(ids, way="causal"))


def test_both_ways_everything_comes_from_everywhere(model, ids):
    assert influences(model, ids, way="bidirectional").all()


@pytest.mark.parametrize("way", ["prefix", "seq2seq"])
@pytest.mark.parametrize("n_source", [1, 4, T])
def test_a_source_sees_itself_and_a_target_also_what_came_before(model, ids, way, n_source):
    expected = torch.ones(T, T).tril().bool()
    expected[:, :n_source] = True
    assert torch.equal(influences(model, ids, way=way, n_source=n_source), expected)


def test_every_text_can_have_its_own_boundary(model, ids):
    both = ids.expand(2, -1)
    for way in ("prefix", "seq2seq"):
        mixed = model(both, way=way, n_source=torch.tensor([2, 6]))
        alone = [model(ids, way=way, n_source=n)[0] for n in (2, 6)]
        torch.testing.assert_close(mixed, torch.stack(alone))
    assert prefix_mask(torch.tensor([2, 6]), T).shape == (2, 1, T, T)


def test_a_prefix_of_one_token_is_plain_reading(model, ids):
    torch.testing.assert_close(model(ids, way="prefix", n_source=1), model(ids))


def test_segments_tell_the_ways_apart(model, ids):
    """Behind the same mask, one predicts the next token and the other fills gaps (section 2.1)."""
    prefix, sequence = (model(ids, way=way, n_source=4) for way in ("prefix", "seq2seq"))
    assert ((prefix - sequence).abs().amax(dim=-1) > 1e-6).all()
    with torch.no_grad():
        model.segment_embedding.weight[:] = 0
    torch.testing.assert_close(model(ids, way="prefix", n_source=4), model(ids, way="seq2seq", n_source=4))


def test_it_has_the_layers_of_bert(model, ids):
    """The same weights in BERT give the same logits as reading both ways."""
    bert = Bert(BertConfig(V, T, n_layers=2, n_heads=2, d_model=16)).eval()
    weights = model.state_dict()
    weights["segment_embedding.weight"] = weights["segment_embedding.weight"][:2]
    bert.load_state_dict(weights)
    torch.testing.assert_close(bert(ids), model(ids, way="bidirectional"))


def test_recording_shows_the_mask(model, ids):
    recording = Recording()
    torch.testing.assert_close(
        model(ids, recording, way="seq2seq", n_source=4), model(ids, way="seq2seq", n_source=4)
    )
    for weights in recording.attention:
        assert torch.equal(weights[0] > 0, prefix_mask(4, T).expand(2, T, T))


def test_no_objective_sees_what_it_asks_for():
    """A model that has learned nothing pays ln V in each, however often it is asked."""
    torch.manual_seed(0)
    model = UniLM(UniLMConfig(80, 64))
    windows = torch.randint(77, (48, 65))
    for name in ("mixed", "causal", "masked", "prefix", "seq2seq"):
        with torch.no_grad():
            loss = LANGUAGE_OBJECTIVES[name](model, windows, 0.0).item()
        assert math.log(80) - 0.02 < loss < math.log(80) + 0.3, name


def test_a_prefix_is_not_asked_for(model):
    """Only targets after the boundary can change the loss."""
    windows = torch.randint(V - 3, (1, T + 1))
    torch.manual_seed(5)
    n_source = int(torch.randint(1, T + 1, (1,)))
    torch.manual_seed(5)
    loss = model.prefix_loss(windows)
    logits = model(windows[:, :-1], way="prefix", n_source=n_source)[0, n_source - 1 :]
    expected = torch.nn.functional.cross_entropy(logits, windows[0, n_source:])
    torch.testing.assert_close(loss, expected)


def test_gaps_of_a_sequence_are_in_its_target(model, monkeypatch):
    seen = {}
    guess = model.guess_loss
    monkeypatch.setattr(
        model, "guess_loss", lambda x, masked, s: seen.update(m=masked) or guess(x, masked, s)
    )
    windows = torch.arange(T + 1)[None].expand(200, -1).contiguous()
    model.sequence_loss(windows)
    masked = seen["m"]
    whole = masked.ids.scatter(1, masked.positions, masked.targets)
    sos, eos = V - 2, V - 1
    assert torch.equal(whole, torch.tensor([[sos, 0, 1, 2, eos, 3, 4, 5, eos]]).expand(200, -1))
    assert masked.positions.unique().tolist() == [5, 6, 7, 8]  # the end is guessed too


def test_mixed_gives_a_third_of_the_batch_to_each(model, monkeypatch):
    sizes: dict[str, list[int]] = {}
    for name in ("causal", "masked", "seq2seq"):
        known = LANGUAGE_OBJECTIVES[name]

        def counted(model, windows, smoothing, name=name, known=known):
            sizes.setdefault(name, []).append(len(windows))
            return known(model, windows, smoothing)

        monkeypatch.setitem(LANGUAGE_OBJECTIVES, name, counted)
    windows = torch.randint(V - 3, (9, T + 1))
    LANGUAGE_OBJECTIVES["mixed"](model, windows, 0.0)
    assert sizes == {"causal": [3], "masked": [3], "seq2seq": [3]}
    sizes.clear()
    for seed in range(60):  # one text a batch: each in its turn
        torch.manual_seed(seed)
        assert LANGUAGE_OBJECTIVES["mixed"](model, windows[:1], 0.0).isfinite()
    assert all(len(calls) > 8 for calls in sizes.values()) and sum(map(len, sizes.values())) == 60


def test_another_way_is_refused(model, ids):
    with pytest.raises(ConfigError, match="backwards"):
        model(ids, way="backwards")
