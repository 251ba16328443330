"""Batches that go on where the one before ended, for a model that carries its state along."""

import numpy as np
import torch
from torch import Tensor

from lmcore.training.batches import TokenBatches


class StreamBatches(TokenBatches):
    """`batch_size` readers of one text, each a share of it apart, who read on window by window.

    Row b of a batch is the text after row b of the batch before. The text is a circle: a reader at the end of
    its share goes on in the next one's, and at the end of the text at its start, so a carried state never
    belongs to another place, save after a change of `batch_size`. An epoch predicts no token twice; up to a
    window for each reader falls to the next epoch.

    Raises `TextError` if the text is too short for one window.
    """

    def go_to(self, epoch: int, position: int) -> None:
        """Go on from the window at `position` of an epoch, counted over all readers."""
        self.epoch, self.position = epoch, position

    @property
    def windows_each(self) -> int:
        """How many windows a reader sees in an epoch."""
        return max(1, len(self.data) // (self.batch_size * self.context_length))

    def next(self) -> Tensor:
        """The next window of every reader, (batch_size, T + 1) ids."""
        B, T, n_tokens = self.batch_size, self.context_length, len(self.data)
        if self.position // B >= self.windows_each:  # the batch was made larger
            self.go_to(self.epoch + 1, 0)
        done = self.epoch * self.windows_each + self.position // B
        first = np.random.default_rng(self.seed).integers(n_tokens) + done * T
        starts = torch.from_numpy((first + np.arange(B) * n_tokens // B) % n_tokens).to(self.data.device)
        self.position = (self.position // B + 1) * B
        if self.position // B == self.windows_each:
            self.go_to(self.epoch + 1, 0)
        return self.data[(starts[:, None] + self._within) % n_tokens].long()
