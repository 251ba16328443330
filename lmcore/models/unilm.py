"""UniLM (Dong et al. 2019): one Transformer that reads in three ways, which differ in the mask alone."""

import torch
import torch.nn.functional as F
from torch import Tensor

from lmcore.checks import check_choice
from lmcore.models.configs.unilm import SEGMENTS, UniLMConfig
from lmcore.models.masked_transformer import MaskedTransformer
from lmcore.models.masking import masked_tokens
from lmcore.models.masks import prefix_mask
from lmcore.models.recording import Recording

WAYS = ("causal", "bidirectional", "prefix", "seq2seq")
TWO_SIDED, LEFT_TO_RIGHT, SOURCE, TARGET = 0, 2, 3, 4  # segments say how a text is read (section 2.1)
NOT_ASKED = -100


class UniLM(MaskedTransformer):
    """A language model with BERT's layers.

    Read from left to right, or behind a prefix, a position predicts the token after it, so that text can be
    written. Read both ways, or as source and target, it says which token stands there; [MASK] is a gap.
    """

    config: UniLMConfig

    def __init__(self, config: UniLMConfig) -> None:
        super().__init__(config, SEGMENTS)
        self.initialise()

    def forward(
        self,
        ids: Tensor,
        record: Recording | None = None,
        *,
        way: str = "causal",
        n_source: int | Tensor = 0,
    ) -> Tensor:
        """Token ids (B, T), T ≤ context_length → logits (B, T, V).

        `way` is one of `WAYS`. The first `n_source` positions, a number or one for every text (B,), are the
        prefix, or the source with its [SOS] and [EOS].
        """
        return self._recorded(self.scores(self._read(ids, way, n_source, record)), record)

    def _read(
        self, ids: Tensor, way: str, n_source: int | Tensor = 0, record: Recording | None = None
    ) -> Tensor:
        check_choice("way", way, WAYS)
        if way == "causal":
            return self.hidden(ids, LEFT_TO_RIGHT, causal=True, record=record)
        if way == "bidirectional":
            return self.hidden(ids, TWO_SIDED, record=record)
        T, device = ids.shape[1], ids.device
        mask = prefix_mask(n_source, T, device)
        if way == "prefix":
            return self.hidden(ids, LEFT_TO_RIGHT, mask, record=record)
        boundary = n_source if isinstance(n_source, int) else n_source.to(device)[:, None]
        segments = torch.where(torch.arange(T, device=device) < boundary, SOURCE, TARGET)
        return self.hidden(ids, segments, mask, record=record)

    def masked_loss(self, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        """Nats per guessed token, read both ways."""
        ids = self.frame(windows[:, : self.most_tokens])
        return self._guessed(ids, torch.arange(1, ids.shape[1] - 1), "bidirectional", 0, smoothing)

    def sequence_loss(self, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        """Nats per guessed token of the target: the second half of each window, whose end is guessed too."""
        texts = windows[:, : self.most_tokens - 1]
        half = texts.shape[1] // 2
        target = F.pad(texts[:, half:], (0, 1), value=self.config.special("[EOS]"))
        ids = torch.cat([self.frame(texts[:, :half]), target], dim=1)
        return self._guessed(ids, torch.arange(half + 2, ids.shape[1]), "seq2seq", half + 2, smoothing)

    def prefix_loss(self, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        """Nats per token after a prefix of random length (Raffel et al. 2020, section 3.2.1)."""
        ids, targets = windows[:, :-1], windows[:, 1:]
        B, T = ids.shape
        n_source = torch.randint(1, T + 1, (B,)).to(ids.device)
        known = torch.arange(T, device=ids.device) < n_source[:, None] - 1  # stands in the prefix
        logits = self(ids, way="prefix", n_source=n_source).flatten(0, 1).float()
        asked = targets.masked_fill(known, NOT_ASKED).flatten()
        return F.cross_entropy(logits, asked, ignore_index=NOT_ASKED, label_smoothing=smoothing)

    def _guessed(self, ids: Tensor, maskable: Tensor, way: str, n_source: int, smoothing: float) -> Tensor:
        masked = masked_tokens(ids, maskable, self.config.special("[MASK]"), self.n_ordinary)
        return self.guess_loss(self._read(masked.ids, way, n_source), masked, smoothing)
