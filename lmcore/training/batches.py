"""Batches of windows cut from one long row of token ids."""

import numpy as np
import torch
from torch import Tensor

from lmcore.errors import TextError
from lmcore.training.shuffling import Shuffled


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
        self.data = as_tensor(ids).to(device)
        self._within = torch.arange(context_length + 1, device=device)
        self.go_to(0, 0)

    def go_to(self, epoch: int, position: int) -> None:
        """Go on from the window at `position` of an epoch."""
        self.epoch, self.position = epoch, position
        T, n_tokens = self.context_length, len(self.data)
        random = np.random.default_rng([self.seed, epoch])
        self._offset = int(random.integers(min(T, n_tokens - T)))
        self._order = Shuffled(len(range(self._offset, n_tokens - T, T)), random)

    def next(self) -> Tensor:
        """The next windows (batch_size, T + 1) of ids, going on into the next epoch where this one ends."""
        parts: list[np.ndarray] = []
        missing = self.batch_size
        while missing:
            part = self._order.between(self.position, self.position + missing)
            parts.append(self._offset + part * self.context_length)
            self.position += len(part)
            missing -= len(part)
            if self.position == len(self._order):
                self.go_to(self.epoch + 1, 0)
        starts = torch.from_numpy(np.concatenate(parts)).to(self.data.device)
        return self.data[starts[:, None] + self._within].long()  # one gather


def as_tensor(ids: np.ndarray) -> Tensor:
    """int32 ids over the same memory, so that a text on the disk is not read whole.

    Of ids that may not be written to it is a copy.
    """
    ids = np.asarray(ids, dtype=np.int32)
    return torch.from_numpy(ids if ids.flags.writeable else ids.copy())
