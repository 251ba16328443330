"""Embeddings of the last two, three and four tokens, in hashed tables: counting built into a network.

Hashing many n-grams into few rows is the trick of Weinberger et al. (2009) and of FastText (Bojanowski et al.
2017, section 3.2); n-grams that share a row share its vector.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.configs.decoder import DecoderConfig

PRIMES = (0, 0, 40_503, 2_654_435_761, 805_459_861)  # by order
PRIME = 1_000_003


class NgramTables(nn.Module):
    """For every token the sum over the tables of the vector of the n-gram that ends in it."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.vocab_size, self.sizes = config.vocab_size, config.table_sizes
        self.table = nn.ModuleList([nn.Embedding(rows, config.d_table) for _, rows in self.sizes])
        self.to_model = nn.ModuleList(
            [nn.Linear(config.d_table, config.d_model, bias=False) for _ in self.sizes]
        )

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids (B, T) → (B, T, C)."""
        parts = zip(self.sizes, self.table, self.to_model, strict=True)
        vectors = [widen(table(self.rows(ids, order, n))) for (order, n), table, widen in parts]
        return torch.stack(vectors).sum(0) if len(vectors) > 1 else vectors[0]

    def rows(self, ids: Tensor, order: int, n_rows: int) -> Tensor:
        """The row (B, T) of the n-gram that ends at each token; before the text there is token 0."""
        if order == 2 and self.vocab_size**2 <= n_rows:
            return self._before(ids, 1) * self.vocab_size + ids  # a row for every pair
        key = ids
        for back in range(1, order):
            key = (key * PRIME + self._before(ids, back) + 1) & 0x3FFFFFFF
        return ((key * PRIMES[order]) >> 7) % n_rows

    def _before(self, ids: Tensor, n: int) -> Tensor:
        return F.pad(ids, (n, 0))[:, : ids.shape[1]]
