"""Recurrent language models: RNN (Elman 1990), GRU (Cho et al. 2014), LSTM (Hochreiter & Schmidhuber 1997).

As in Zaremba et al. (2014) dropout stands between layers and before the output, not on the way from one token
to the next. Gradients end where a batch begins (truncated backpropagation, Williams & Peng 1990).
"""

from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.base import LanguageModel
from lmcore.models.configs.recurrent import SHRINK, RecurrentConfig
from lmcore.models.dropout import Dropout
from lmcore.models.lstm_steps import quicker_than_torch, run_lstm, run_lstm_on_tokens
from lmcore.models.recording import Recording

KINDS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class Recurrent(LanguageModel):
    """Predicts every next token from the token and a state of `d_hidden` numbers a layer, two for LSTM."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config: RecurrentConfig = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.d_embedding)
        kind = KINDS[config.cell]
        self.layers = nn.ModuleList([kind(*widths, batch_first=True) for widths in config.layer_widths])
        self.dropout = Dropout(config.dropout)
        self.head = _head(config)
        self.low_precision = config.cell == "lstm"  # which has steps of its own there
        self._state: Tensor | None = None  # where the last training batch ended

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T) → logits (B, T, V); with the adaptive softmax they are log-probabilities."""
        logits = self._scores(self._read(ids, record))
        if record is not None:
            record.logits = logits
        return logits

    def forward_from(self, ids: Tensor, state: Tensor | None) -> tuple[Tensor, Tensor]:
        """Token ids (B, T) and the state before them, None for zeros → logits (B, T, V) and the state after.

        A state is (1, n_layers, B, d_hidden), or (2, …) for LSTM: hidden state and cell.
        """
        hidden, state = self._run(ids, state)
        return self._scores(hidden), state

    def token_loss(self, ids: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
        """As of every model; with the adaptive softmax `smoothing` is ignored, since it never forms all V."""
        if not isinstance(self.head, nn.AdaptiveLogSoftmaxWithLoss):
            return super().token_loss(ids, targets, smoothing)
        return adaptive_loss(self.head, self._read(ids).flatten(0, 1), targets.flatten())

    def carried(self) -> dict[str, Tensor]:
        return {} if self._state is None else {"state": self._state}

    def restore_carried(self, tensors: dict[str, Tensor]) -> None:
        state = tensors.get("state")
        self._state = None if state is None else state.to(self.token_embedding.weight)

    def _read(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """What the head reads, (B, T, d_hidden), after the state that belongs before `ids`."""
        if not (self.training and self.config.carry):
            return self._run(ids, None, record)[0]
        fits = self._state is not None and self._state.shape[2] == len(ids)
        hidden, state = self._run(ids, self._state if fits else None, record)
        self._state = state.detach()
        return hidden

    def _run(
        self, ids: Tensor, state: Tensor | None, record: Recording | None = None
    ) -> tuple[Tensor, Tensor]:
        x, ends = self.token_embedding(ids), []
        own = isinstance(self.layers[0], nn.LSTM) and torch.is_grad_enabled() and quicker_than_torch(x)
        for number, layer in enumerate(self.layers):
            before = self._start(state, number)
            x, end = (
                self._quick_layer(number, x, ids, before) if own else layer(self._into(number, x), before)
            )
            ends.append(torch.cat(end) if isinstance(end, tuple) else end)  # (parts, B, d_hidden)
            if record is not None:
                record.residual.append(x)
        return self.dropout(x), torch.stack(ends, dim=1)

    def _into(self, number: int, x: Tensor) -> Tensor:
        """What a layer reads: between layers stands dropout."""
        return self.dropout(x) if number else x

    def _quick_layer(self, number: int, x: Tensor, ids: Tensor, before: Any) -> tuple[Tensor, Any]:
        """The same as the LSTM layer makes of x, the embeddings of `ids` at the first layer."""
        layer = cast(nn.LSTM, self.layers[number])
        if number == 0:
            return run_lstm_on_tokens(layer, self.token_embedding.weight, ids, before)
        return run_lstm(layer, self._into(number, x), before)

    def _start(self, state: Tensor | None, number: int) -> tuple[Tensor, Tensor] | Tensor | None:
        """The state before a layer as torch takes it."""
        if state is None:
            return None
        parts = [part[number][None].contiguous() for part in state]
        return (parts[0], parts[1]) if self.config.cell == "lstm" else parts[0]

    def _scores(self, hidden: Tensor) -> Tensor:
        if not isinstance(self.head, nn.AdaptiveLogSoftmaxWithLoss):
            return self.head(hidden)
        return self.head.log_prob(hidden.flatten(0, 1)).unflatten(0, hidden.shape[:2])


def adaptive_loss(head: nn.AdaptiveLogSoftmaxWithLoss, hidden: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats of `targets` (N,) given `hidden` (N, C) (Grave et al. 2017, section 4).

    That of the first cluster, in which a rarer token stands as its cluster, and that inside the cluster for
    those tokens. The same as `head(hidden, targets).loss`, but in float32 whatever the weights are.
    """
    first_targets, inside = targets, hidden.new_zeros((), dtype=torch.float32)
    for number, tail in enumerate(head.tail):
        first, end = head.cutoffs[number : number + 2]
        here = ((targets >= first) & (targets < end)).nonzero().squeeze(1)
        first_targets = first_targets.index_fill(0, here, head.shortlist_size + number)
        if len(here):
            logits = tail(hidden[here]).float()
            inside = inside + F.cross_entropy(logits, targets[here] - first, reduction="sum")
    return F.cross_entropy(head.head(hidden).float(), first_targets) + inside / len(targets)


def _head(config: RecurrentConfig) -> nn.Linear | nn.AdaptiveLogSoftmaxWithLoss:
    """The adaptive softmax takes low ids for frequent tokens, as vocabularies of words have it, not BPE's.

    Any order gives right probabilities; only the frequent ones are told apart with all of the width.
    """
    if not config.cutoffs:
        return nn.Linear(config.d_hidden, config.vocab_size)
    return nn.AdaptiveLogSoftmaxWithLoss(
        config.d_hidden, config.vocab_size, list(config.cutoffs), div_value=SHRINK
    )
