"""The counting model behind the same interface as the trained ones (Chen & Goodman 1999, eq. 26)."""

import numpy as np
import torch
from torch import Tensor

from lmcore.models.base import LanguageModel
from lmcore.models.configs.ngram import NgramConfig
from lmcore.models.recording import Recording
from lmcore.text.ngrams import CountingModel


class Counting(LanguageModel):
    """n-gram probabilities as logits. `ids` (N,) is the text that is counted; without it all are equal."""

    def __init__(self, config: NgramConfig, ids: np.ndarray | None = None) -> None:
        super().__init__()
        self.config: NgramConfig = config
        text = np.zeros(0, np.int64) if ids is None else ids
        self.counted = CountingModel(text, config.vocab_size, config.order)

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T) → logits (B, T, V), which are logarithms of probabilities."""
        rows = [[self._next(text[: end + 1]) for end in range(len(text))] for text in ids.cpu().numpy()]
        logits = torch.from_numpy(np.log(np.array(rows))).float()
        if record is not None:
            record.logits = logits
        return logits

    def _next(self, context: np.ndarray) -> np.ndarray:
        return self.counted.probabilities(context)
