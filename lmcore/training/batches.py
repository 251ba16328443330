"""Batches of windows cut from one long row of token ids."""

import numpy as np
import torch
from torch import Tensor

from lmcore.errors import TextError


class TokenBatches:
    """Endless random batches in which every epoch shows each window once.

    An epoch cuts the text into windows from a random offset and shuffles them. Both follow from
    (seed, epoch), so `epoch` and `position` are all there is to remember. Raises `TextError` if the text is
    too short for one window.
    """

    def __init__(
        self, ids: np.ndarray, context_length: int, batch_size: int, seed: int, device: str = "cpu"
    ) -> None:
        if len(ids) < context_length + 1:
            raise TextError("text_shorter_than_context", tokens=len(ids), needed=context_length + 1)
        self.context_length = context_length
        self.batch_size = batch_size
        self.seed = seed
        self.data = torch.from_numpy(np.array(ids, dtype=np.int32)).to(device)
        self._within = torch.arange(context_length + 1, device=device)
        self.go_to(0, 0)

    def go_to(self, epoch: int, position: int) -> None:
        """Go on from the window at `position` of an epoch."""
        self.epoch, self.position = epoch, position
        self._starts = torch.from_numpy(self._window_starts(epoch)).to(self.data.device)

    def _window_starts(self, epoch: int) -> np.ndarray:
        T, n_tokens = self.context_length, len(self.data)
        random = np.random.default_rng([self.seed, epoch])
        offset = random.integers(min(T, n_tokens - T))
        return random.permutation(np.arange(offset, n_tokens - T, T))

    def next(self) -> Tensor:
        """The next windows (batch_size, T + 1) of ids, going on into the next epoch where this one ends."""
        parts: list[Tensor] = []
        missing = self.batch_size
        while missing:
            part = self._starts[self.position : self.position + missing]
            parts.append(part)
            self.position += len(part)
            missing -= len(part)
            if self.position == len(self._starts):
                self.go_to(self.epoch + 1, 0)
        starts = parts[0] if len(parts) == 1 else torch.cat(parts)
        return self.data[starts[:, None] + self._within].long()  # one gather
