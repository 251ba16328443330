"""A neural probabilistic language model (Bengio et al. 2003): y = b + W x + U tanh(d + H x), equation 1.

x is the embeddings of the last few tokens, one behind the other. W, the direct connections, may be left out.
"""

import math

import torch
from torch import Tensor, nn

from lmcore.models.base import EMBEDDING, HEAD, LanguageModel
from lmcore.models.configs.nnlm import NNLMConfig
from lmcore.models.recording import Recording


class NNLM(LanguageModel):
    """Predicts every next token of a text from the `n_before` tokens before it."""

    def __init__(self, config: NNLMConfig) -> None:
        super().__init__()
        self.config: NNLMConfig = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.d_embedding)
        self.start_embedding = nn.Parameter(torch.zeros(1, config.d_embedding))  # of what nobody has seen
        self.hidden = nn.Linear(config.d_window, config.d_hidden)  # H, d
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.d_hidden, config.vocab_size)  # U, b
        direct = nn.Linear(config.d_window, config.vocab_size, bias=False) if config.direct else None
        self.direct = direct  # W
        self._initialise()

    def _initialise(self) -> None:
        """Outputs about as large as inputs; the first guess is nearly uniform."""
        nn.init.normal_(self.token_embedding.weight, std=0.5)
        nn.init.normal_(self.hidden.weight, std=1 / math.sqrt(self.config.d_window))
        nn.init.zeros_(self.hidden.bias)
        nn.init.normal_(self.head.weight, std=0.5 / math.sqrt(self.config.d_hidden))
        nn.init.zeros_(self.head.bias)
        if self.direct is not None:
            nn.init.zeros_(self.direct.weight)

    def role_of(self, name: str, parameter: nn.Parameter) -> str:
        if name == "start_embedding":
            return EMBEDDING
        return HEAD if name.startswith("direct") else super().role_of(name, parameter)

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T) → logits (B, T, V), each from its own window."""
        windows = self.windows(ids)
        hidden = torch.tanh(self.hidden(windows))
        logits = self.head(self.dropout(hidden))
        if self.direct is not None:
            logits = logits + self.direct(windows)
        if record is not None:
            record.residual.append(hidden)
            record.logits = logits
        return logits

    def windows(self, ids: Tensor) -> Tensor:
        """Token ids (B, T) → (B, T, n_before · d_embedding), the oldest embedding first."""
        n, (B, T) = self.config.n_before, ids.shape
        before = self.start_embedding.expand(B, n - 1, -1)
        rows = torch.cat([before, self.token_embedding(ids)], dim=1)  # (B, n - 1 + T, d)
        return rows.unfold(1, n, 1).transpose(2, 3).reshape(B, T, -1)
