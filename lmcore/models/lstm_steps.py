"""The recurrence of an LSTM with a backward pass of its own, for bfloat16 on a CPU.

There torch's backward pass takes three times as long as its forward pass, which has half the products.
Here the gradient of the weights is one product for all steps, the input's part is computed once for each
different token of a batch, and what is not a product is in float32 and stays in the processor's cache.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd import Function

State = tuple[Tensor, Tensor]  # hidden state and cell, (1, B, H) each


def quicker_than_torch(weight: Tensor) -> bool:
    """Whether training is quicker with what this file has: not in float32, nor on a graphics card."""
    return weight.dtype == torch.bfloat16 and weight.device.type == "cpu"


def run_lstm(layer: nn.LSTM, inputs: Tensor, state: State | None) -> tuple[Tensor, State]:
    """The same as `layer(inputs, state)`, for inputs (B, T, C) → (B, T, H)."""
    return _from_products(layer, _products(layer, inputs.transpose(0, 1)), state)


def run_lstm_on_tokens(
    layer: nn.LSTM, table: Tensor, ids: Tensor, state: State | None
) -> tuple[Tensor, State]:
    """The same as `layer(table[ids], state)` for ids (B, T), each different row multiplied once."""
    different, places = ids.t().unique(return_inverse=True)
    products = _products(layer, F.embedding(different, table))
    return _from_products(layer, _Rows.apply(products, places), state)  # type: ignore[arg-type]


def _products(layer: nn.LSTM, inputs: Tensor) -> Tensor:
    """The input's part of every gate (…, 4 H)."""
    weight, *biases = map(layer.get_parameter, ("weight_ih_l0", "bias_ih_l0", "bias_hh_l0"))
    return F.linear(inputs, weight, biases[0] + biases[1])


def _from_products(layer: nn.LSTM, products: Tensor, state: State | None) -> tuple[Tensor, State]:
    """The recurrence, given the input's part of every gate, (T, B, 4 H)."""
    zeros = products.new_zeros(products.shape[1], layer.hidden_size)
    hidden, cell = (state[0][0], state[1][0]) if state else (zeros, zeros)
    hiddens, cell = _Steps.apply(products, layer.get_parameter("weight_hh_l0"), hidden, cell)  # type: ignore[misc]
    return hiddens.transpose(0, 1), (hiddens[-1:], cell[None])


class _Rows(Function):
    """Rows of a table; the gradients of a row that is named often are summed in float32."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, places: Tensor) -> Tensor:
        ctx.save_for_backward(places)
        ctx.n_rows, ctx.dtype = len(table), table.dtype
        return table[places]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (places,), gradient = ctx.saved_tensors, gradients[0].flatten(0, 1)
        total = torch.zeros(ctx.n_rows, gradient.shape[1])
        return total.index_add_(0, places.flatten(), gradient.float()).to(ctx.dtype), None


class _Steps(Function):
    """i, f, o = σ(…), g = tanh(…), c = f c + i g, h = o tanh(c) (Gers et al. 2000)."""

    @staticmethod
    def forward(
        ctx: Any, products: Tensor, weight: Tensor, hidden: Tensor, cell: Tensor
    ) -> tuple[Tensor, Tensor]:
        T, B, H = len(products), products.shape[1], weight.shape[1]
        hiddens = products.new_empty(T + 1, B, H)
        cells, curved = torch.empty(T + 1, B, H), torch.empty(T, B, H)
        gates, transposed = torch.empty(T, B, 4, H), weight.t()
        hiddens[0], cells[0] = hidden, cell
        for t in range(T):
            gate = gates[t]
            gate.view(B, 4 * H).copy_(torch.addmm(products[t], hiddens[t], transposed))
            gate[:, 2] *= 2  # tanh(x) = 2 σ(2 x) - 1
            gate.sigmoid_()
            gate[:, 2].mul_(2).sub_(1)
            i, f, g, o = gate.unbind(1)
            torch.mul(f, cells[t], out=cells[t + 1]).addcmul_(i, g)
            torch.mul(cells[t + 1], 2, out=curved[t]).sigmoid_().mul_(2).sub_(1)
            hiddens[t + 1] = torch.mul(o, curved[t])
        ctx.save_for_backward(weight, hiddens, cells, curved, gates)
        return hiddens[1:], cells[T].to(products.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        weight, hiddens, cells, curved, gates = ctx.saved_tensors
        T, B, _, H = gates.shape
        of_hiddens, d_cell = gradients[0], gradients[1].float()
        d_gates, d_hidden = of_hiddens.new_empty(T, B, 4, H), of_hiddens.new_zeros(B, H)
        one, part = torch.ones(()), torch.empty(B, 4, H)
        for t in reversed(range(T)):
            i, f, g, o = gates[t].unbind(1)
            d = of_hiddens[t].float().add_(d_hidden)
            d_cell = d_cell.addcmul(d * o, torch.addcmul(one, curved[t], curved[t], value=-1))
            slope = torch.addcmul(gates[t], gates[t], gates[t], value=-1)  # of σ: s - s²
            torch.addcmul(one, g, g, value=-1, out=slope[:, 2])  # of tanh: 1 - g²
            torch.mul(d_cell, g, out=part[:, 0])
            torch.mul(d_cell, cells[t], out=part[:, 1])
            torch.mul(d_cell, i, out=part[:, 2])
            torch.mul(d, curved[t], out=part[:, 3])
            d_gates[t] = part.mul_(slope)
            d_hidden = d_gates[t].view(B, 4 * H) @ weight
            d_cell = d_cell * f
        flat = d_gates.view(T * B, 4 * H)
        d_weight = flat.t() @ hiddens[:-1].reshape(T * B, H)
        return flat.view(T, B, 4 * H), d_weight, d_hidden, d_cell.to(weight.dtype)
