"""The article's LSTM, ours against its own code corrected: `python -m benchmarks.article_lstm --text FILE`.

Both read the same batches of the same words in turns, one thread each, and are judged by the full softmax
over all 10,000 words of a text that neither has seen, with their states carried along. The article's code is
corrected where it cannot run: it is given its hidden state, detached after every batch, and its loss the
shapes that cross-entropy takes. Speed is the ratio of CPU seconds, the median over the turns.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # before torch is loaded

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.bars import Bar, report
from benchmarks.texts import words_of_file
from lmcore.device import limit_threads
from lmcore.models.configs.recurrent import RecurrentConfig
from lmcore.models.evaluating import evaluating
from lmcore.models.recurrent import Recurrent
from lmcore.training.config import TrainingConfig
from lmcore.training.state import TrainingState
from lmcore.training.streams import StreamBatches

WORDS, EMBEDDING, HIDDEN, LAYERS, DROPOUT = 10_000, 256, 512, 2, 0.5
BATCH, LENGTH, RATE, DECAY = 64, 35, 1e-3, 0.95  # the rate is multiplied by DECAY after every epoch
STEPS_A_TURN, HELD_BACK, READERS = 10, 60_000, 20

Reader = Callable[[Tensor, Any], tuple[Tensor, Any]]  # ids (B, T) and a state → scores (B, T, V), state


class Article(nn.Module):
    """The article's model: embedding, LSTM with dropout between its layers, linear map."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(WORDS, EMBEDDING)
        self.lstm = nn.LSTM(EMBEDDING, HIDDEN, LAYERS, dropout=DROPOUT, batch_first=True)
        self.fc = nn.Linear(HIDDEN, WORDS)

    def forward(
        self, ids: Tensor, state: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Token ids (B, T) and a state → scores (B, T, V), state."""
        hidden, after = self.lstm(self.embedding(ids), state)
        return self.fc(hidden), after


class ArticleTraining:
    """The article's loop, with its state and shapes put right."""

    def __init__(self, batches: StreamBatches) -> None:
        self.model, self.batches = Article().train(), batches
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=RATE)
        self.schedule = torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=1, gamma=DECAY)
        self.state: tuple[Tensor, Tensor] | None = None

    def step(self) -> None:
        epoch, windows = self.batches.epoch, self.batches.next()
        self.optimizer.zero_grad()
        scores, state = self.model(windows[:, :-1], self.state)
        self.state = (state[0].detach(), state[1].detach())
        F.cross_entropy(scores.reshape(-1, WORDS), windows[:, 1:].reshape(-1)).backward()
        self.optimizer.step()
        if self.batches.epoch > epoch:
            self.schedule.step()


class OurTraining:
    """The same model as the app trains it."""

    def __init__(self, batches: StreamBatches, precision: str, adaptive: bool) -> None:
        settings = RecurrentConfig(
            WORDS, LENGTH, DROPOUT, "lstm", LAYERS, EMBEDDING, HIDDEN, adaptive=adaptive
        )
        self.model = Recurrent(settings)
        config = TrainingConfig(batch_size=BATCH, optimizer="adam", weight_decay=0.0, gradient_clip=0.0)
        self.state = TrainingState(self.model, batches, config, precision)

    def step(self) -> None:
        self.state.update(RATE * DECAY**self.state.batches.epoch)


def ids_of_words(path: Path) -> np.ndarray:
    """The words of a text as ids by frequency; those beyond the vocabulary are one of them."""
    words = [word for line in words_of_file(path) for word in line]
    known = [word for word, _ in Counter(words).most_common(WORDS - 1)]
    ids = {word: number for number, word in enumerate(known, start=1)}
    return np.array([ids.get(word, 0) for word in words], dtype=np.int32)


def full_loss(model: nn.Module, read: Reader, ids: np.ndarray) -> float:
    """Nats per word over all of `ids`, by several readers who carry their states."""
    rows = torch.from_numpy(ids[: len(ids) // READERS * READERS].astype(np.int64)).view(READERS, -1)
    total, state = 0.0, None
    with evaluating(model):
        for start in range(0, rows.shape[1] - 1, LENGTH):
            window = rows[:, start : start + LENGTH + 1]
            scores, state = read(window[:, :-1], state)
            total += float(F.cross_entropy(scores.flatten(0, 1), window[:, 1:].flatten(), reduction="sum"))
    return total / (rows.shape[0] * (rows.shape[1] - 1))


def turn(step: Callable[[], None]) -> float:
    """CPU seconds of a few steps."""
    started = time.process_time()
    for _ in range(STEPS_A_TURN):
        step()
    return time.process_time() - started


def main() -> None:
    """Train both in turns, print what was found, exit with 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--precision", default="bfloat16")
    parser.add_argument("--full", action="store_true", help="no adaptive softmax")
    given = parser.parse_args()
    limit_threads(1)
    ids = ids_of_words(given.text)
    learned, held_back = ids[:-HELD_BACK], ids[-HELD_BACK:]
    torch.manual_seed(1)
    article = ArticleTraining(StreamBatches(learned, LENGTH, BATCH, seed=1))
    ours = OurTraining(StreamBatches(learned, LENGTH, BATCH, seed=1), given.precision, not given.full)
    ratios, rates = [], []
    for number in range(given.steps // STEPS_A_TURN):
        theirs, own = turn(article.step), turn(ours.step)
        if number:  # the first is for warming up
            ratios.append(theirs / own)
            rates.append(STEPS_A_TURN * BATCH * LENGTH / np.array([theirs, own]))
            print(f"{(number + 1) * STEPS_A_TURN} steps, {ratios[-1]:.2f} ×", end="\r", flush=True)
    speeds = np.median(rates, axis=0)
    print(f"words per CPU second: article {speeds[0]:,.0f}, ours {speeds[1]:,.0f}")
    losses = (
        full_loss(article.model, article.model, held_back),
        full_loss(ours.model, ours.model.forward_from, held_back),
    )
    print(f"validation loss after {given.steps} steps: article {losses[0]:.4f}, ours {losses[1]:.4f}")
    report(
        [
            Bar("words/s, ours over the article's corrected", statistics.median(ratios), 4.0, False, "×"),
            Bar("validation loss by the full softmax, ours over the article's", losses[1] / losses[0], 1.01),
        ]
    )


if __name__ == "__main__":
    main()
