"""Recurrent models: torch's own cells stepped by hand, the state between batches, the adaptive softmax."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lmcore.models.base import dropout_of, set_dropout
from lmcore.models.configs.recurrent import CELLS, FEWEST_TO_SPLIT, RecurrentConfig
from lmcore.models.lstm_steps import run_lstm, run_lstm_on_tokens
from lmcore.models.recording import Recording
from lmcore.models.recurrent import Recurrent, adaptive_loss

V, T, E, H = 13, 10, 5, 7
ORACLES = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}


def tiny(cell: str = "lstm", **settings) -> Recurrent:
    torch.manual_seed(1)
    values = {
        "vocab_size": V,
        "context_length": T,
        "d_embedding": E,
        "d_hidden": H,
        "n_layers": 2,
        **settings,
    }
    return Recurrent(RecurrentConfig(cell=cell, **values))


def ids_of(n_rows: int, n: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(V, (n_rows, n), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("cell", CELLS)
def test_it_is_torchs_cell_stepped_by_hand(cell):
    model, ids = tiny(cell).eval(), ids_of(3, T)
    cells = [ORACLES[cell](width_in, width_out) for width_in, width_out in model.config.layer_widths]
    for stepped, layer in zip(cells, model.layers, strict=True):
        stepped.load_state_dict(
            {name.removesuffix("_l0"): value for name, value in layer.state_dict().items()}
        )
    states, expected = [None, None], []
    for t in range(T):
        x = model.token_embedding(ids[:, t])
        for number, stepped in enumerate(cells):
            states[number] = stepped(x, states[number])
            x = states[number][0] if cell == "lstm" else states[number]
        expected.append(model.head(x))
    torch.testing.assert_close(model(ids), torch.stack(expected, dim=1))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("at_once", [1, 4])
def test_reading_piece_by_piece_is_reading_in_one_go(cell, at_once):
    model, ids = tiny(cell).eval(), ids_of(2, 12)
    state, pieces = None, []
    for piece in ids.split(at_once, dim=1):
        logits, state = model.forward_from(piece, state)
        pieces.append(logits)
    torch.testing.assert_close(torch.cat(pieces, dim=1), model(ids))


@pytest.mark.parametrize("cell", CELLS)
def test_a_training_batch_goes_on_where_the_last_one_ended(cell):
    model, ids = tiny(cell, dropout=0.0).train(), ids_of(2, 12)
    in_one_go = copy.deepcopy(model).eval()(ids)
    pieces = [model(piece) for piece in ids.split(4, dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), in_one_go)
    pieces[-1].sum().backward()  # the graph of the batches before is not needed


def test_without_carry_and_when_measured_every_batch_begins_with_zeros():
    ids = ids_of(2, T)
    for model in (tiny(carry=False).train(), tiny(carry=True).eval()):
        first = model(ids)
        torch.testing.assert_close(model(ids), first)
        assert model.carried() == {}


def test_measuring_leaves_the_carried_state_alone():
    model = tiny()
    model.train()(ids_of(2, T))
    before = model.carried()["state"].clone()
    model.eval()(ids_of(5, T, seed=1))
    torch.testing.assert_close(model.carried()["state"], before)


def test_a_batch_of_another_size_begins_with_zeros():
    model, fresh, ids = tiny().train(), tiny().train(), ids_of(3, T)
    model(ids_of(2, T))
    torch.testing.assert_close(model(ids), fresh(ids))


@pytest.mark.parametrize("cell", CELLS)
def test_the_carried_state_can_be_taken_down_and_put_back(cell):
    model, ids = tiny(cell).train(), ids_of(2, T)
    model(ids)
    kept = {name: value.clone() for name, value in model.carried().items()}
    expected = model(ids)
    model.restore_carried(kept)
    torch.testing.assert_close(model(ids), expected)
    model.restore_carried({})
    torch.testing.assert_close(model(ids), tiny(cell).train()(ids))


def test_dropout_can_be_changed_and_stands_between_layers_and_before_the_head():
    model, ids = tiny(dropout=0.5, carry=False).train(), ids_of(2, T)
    measured, trained = Recording(), Recording()
    model(ids, trained)
    model.eval()(ids, measured)
    assert torch.equal(trained.residual[0], measured.residual[0])  # the first layer is as it was
    assert not torch.equal(trained.residual[1], measured.residual[1])
    assert (model.train()._read(ids) == 0).any() and not (model.eval()._read(ids) == 0).any()
    model.train()
    set_dropout(model, 0.0)
    assert dropout_of(model) == 0.0
    torch.testing.assert_close(model(ids), model.eval()(ids))


@pytest.mark.parametrize("begins_at_zero", [True, False])
def test_our_own_steps_and_their_gradients_are_those_of_torch(begins_at_zero):
    torch.manual_seed(0)
    table, layer = nn.Parameter(torch.randn(V, E)), nn.LSTM(E, H, batch_first=True)
    ids, weigh = ids_of(3, T), torch.randn(3, T, H)
    start = None if begins_at_zero else tuple(torch.randn(2, 1, 3, H).requires_grad_())
    leaves = [table, *layer.parameters(), *(start or ())]

    def outcome(result) -> tuple[torch.Tensor, ...]:
        hiddens, (hidden, cell) = result
        loss = (weigh * hiddens).sum() + hidden.square().sum() + (cell * hidden).sum()
        return hiddens, hidden, cell, *torch.autograd.grad(loss, leaves)

    expected = outcome(layer(F.embedding(ids, table), start))
    torch.testing.assert_close(outcome(run_lstm(layer, F.embedding(ids, table), start)), expected)
    torch.testing.assert_close(outcome(run_lstm_on_tokens(layer, table, ids, start)), expected)


@pytest.mark.parametrize("n_layers", [1, 2])
def test_bfloat16_gradients_are_nearly_those_of_float32(n_layers):
    model, ids = tiny(d_hidden=64, d_embedding=32, n_layers=n_layers, carry=False).train(), ids_of(4, T)
    working = copy.deepcopy(model).bfloat16()
    for each in (model, working):
        each.token_loss(ids, ids).backward()
    for exact, rough in zip(model.parameters(), working.parameters(), strict=True):
        torch.testing.assert_close(
            rough.grad.float(), exact.grad, rtol=0.1, atol=float(exact.grad.abs().max()) / 20
        )


def test_bfloat16_computes_nearly_the_same():
    model, ids = tiny(d_hidden=64).train(), ids_of(2, T)
    working = copy.deepcopy(model).bfloat16()
    for _ in range(2):  # the second with a state
        torch.testing.assert_close(working(ids).float(), model(ids), atol=0.05, rtol=0.05)


@pytest.mark.parametrize("large", [FEWEST_TO_SPLIT, 600])
def test_adaptive_loss_is_torchs_own_and_that_of_all_log_probabilities(large):
    model = tiny(vocab_size=large, adaptive=True, carry=False, d_hidden=32)
    assert isinstance(model.head, nn.AdaptiveLogSoftmaxWithLoss)
    ids, targets = torch.randint(large, (2, 4, 15)).unbind()
    loss = model.token_loss(ids, targets, smoothing=0.1)
    hidden = model.forward(ids)  # log-probabilities (B, T, V)
    torch.testing.assert_close(hidden.exp().sum(-1), torch.ones(4, 15))
    torch.testing.assert_close(loss, F.nll_loss(hidden.flatten(0, 1), targets.flatten()))
    vectors = torch.randn(40, 32)
    wanted = torch.randint(large, (40,))
    torch.testing.assert_close(adaptive_loss(model.head, vectors, wanted), model.head(vectors, wanted).loss)


def test_only_frequent_targets_leave_the_rare_clusters_alone():
    model = tiny(vocab_size=600, adaptive=True, d_hidden=32)
    ids = torch.randint(model.config.cutoffs[0], (2, T))
    model.token_loss(ids, ids).backward()
    assert all(parameter.grad is None for parameter in model.head.tail.parameters())
    assert model.head.head.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("sizes", [{"d_hidden": 64}, {"vocab_size": 600}])
def test_a_tiny_vocabulary_or_width_is_not_split(sizes):
    assert isinstance(tiny(adaptive=True, **sizes).head, nn.Linear)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("large", [V, 600])
def test_the_promised_number_of_parameters_is_the_real_one(cell, large):
    model = tiny(cell, vocab_size=large, adaptive=True, d_hidden=34)
    assert sum(parameter.numel() for parameter in model.parameters()) == model.config.n_parameters


@pytest.mark.parametrize("large", [FEWEST_TO_SPLIT, 1_000, 10_000])
def test_clusters_are_in_order_and_inside_the_vocabulary(large):
    cutoffs = RecurrentConfig(large, adaptive=True).cutoffs
    assert 0 < cutoffs[0] < cutoffs[1] < large
    assert RecurrentConfig(large).cutoffs == ()
