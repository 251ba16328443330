"""The same objectives in plain PyTorch, whose autograd finds the gradients: a lesson, and a way onto a GPU.

Skip-gram and CBOW with negative sampling (Mikolov et al. 2013b, eq. 4), GloVe (Pennington et al. 2014, eq.
8). Batches instead of single pairs, so the steps are AdaGrad's (Duchi et al. 2011), which do not depend on
how often a word stands in a batch.
"""

import math
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lmcore.device import choose_device
from lmcore.errors import RunError, TextError
from lmcore.events import Step
from lmcore.vectors.config import VectorsConfig, changed
from lmcore.vectors.cooccurrence import co_occurrences
from lmcore.vectors.vocabulary import Vocabulary

torch.sparse.check_sparse_tensor_invariants.disable()  # said aloud, or every first update warns

_BATCH = 512  # centres, or pairs of GloVe, of one update
_MOST_UPDATES = 20  # of one step
_STEPS_WANTED = 200
_DIVERGED = 4.0
_FEWEST_READ = 10  # words that sub-sampling has to leave


class TorchVectors:
    """A `Trainer` on a device of PyTorch."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        tokens: np.ndarray,
        config: VectorsConfig,
        seed: int,
        device: str = "auto",
    ) -> None:
        self.vocabulary, self.config, self.step = vocabulary, config, 0
        self.device = choose_device(device)
        self._random = torch.Generator().manual_seed(seed)
        self.model = _Pairs(len(vocabulary.words), config.dimensions, self._random).to(self.device)
        self._batches = (_Counts if config.method == "glove" else _Windows)(vocabulary, tokens, config, seed)
        self._optimizer = torch.optim.Adagrad(self.model.parameters(), lr=config.learning_rate)
        updates = math.ceil(self._batches.n * config.epochs / _BATCH)
        self._updates = min(_MOST_UPDATES, math.ceil(updates / _STEPS_WANTED))
        self.planned_steps = math.ceil(updates / self._updates)

    @property
    def untrained_loss(self) -> float:
        """The loss of vectors of length 0."""
        return self._batches.untrained_loss

    @property
    def learning_rate(self) -> float:
        """The rate of the next step; AdaGrad's does not fall."""
        return self.config.learning_rate

    def vectors(self) -> np.ndarray:
        """The words' vectors now, (V, D) float32; of GloVe the sum of both."""
        words = self.model.words.weight.detach().cpu().numpy()
        return words + self.model.contexts.weight.detach().cpu().numpy() if self._is_glove else words.copy()

    @property
    def _is_glove(self) -> bool:
        return self.config.method == "glove"

    def context_vectors(self) -> np.ndarray | None:
        """The words as contexts; None of GloVe, which shows the sum."""
        return None if self._is_glove else self.model.contexts.weight.detach().cpu().numpy().copy()

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`; raises `ConfigError` for anything else."""
        self.config = changed(self.config, name, value)

    def advance(self) -> Step:
        """Some updates, each of a batch. The loss is their mean, before each update."""
        begin, rate = time.perf_counter(), self.learning_rate
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        losses = [self._update() for _ in range(self._updates)]
        self.step += 1
        speed = self._updates * _BATCH / (time.perf_counter() - begin)
        return Step(self.step, float(torch.stack(losses).mean()), rate, tokens_per_s=speed)

    def _update(self) -> Tensor:
        batch = self._batches.draw(_BATCH, self._random)
        loss = self._batches.loss(self.model, *(part.to(self.device) for part in batch))
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        return loss.detach().cpu()

    def has_diverged(self, loss: float) -> bool:
        """Whether a step's loss is no longer a usable number."""
        return not loss < _DIVERGED * max(self.untrained_loss, 1e-9)

    def state(self) -> dict[str, np.ndarray]:
        """All arrays that are needed to go on exactly."""
        arrays = {name: value.cpu().numpy() for name, value in self.model.state_dict().items()}
        arrays["random"] = self._random.get_state().numpy()
        for i, parameter in enumerate(self.model.parameters()):
            if "sum" in self._optimizer.state.get(parameter, {}):
                arrays[f"sum{i}"] = self._optimizer.state[parameter]["sum"].cpu().numpy()
        return arrays

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        for name, own in self.model.state_dict().items():
            stored = arrays.get(name, np.empty(0))
            if stored.shape != tuple(own.shape):
                raise RunError("checkpoint_of_another_model", stored=stored.size, needed=own.numel())
        self.model.load_state_dict({name: torch.from_numpy(arrays[name]) for name in self.model.state_dict()})
        self._random.set_state(torch.from_numpy(arrays["random"].copy()))
        for i, parameter in enumerate(self.model.parameters()):
            if f"sum{i}" in arrays:
                sums = torch.from_numpy(arrays[f"sum{i}"].copy()).to(self.device)
                self._optimizer.state[parameter]["sum"] = sums
        self.step = step


class _Pairs(nn.Module):
    """Vectors of words and of contexts, and a bias of each, which GloVe has."""

    def __init__(self, n_words: int, dimensions: int, random: torch.Generator) -> None:
        super().__init__()
        self.words, self.contexts = (nn.Embedding(n_words, dimensions, sparse=True) for _ in range(2))
        self.word_bias, self.context_bias = (nn.Embedding(n_words, 1, sparse=True) for _ in range(2))
        for table in (self.words, self.contexts, self.word_bias, self.context_bias):
            nn.init.zeros_(table.weight)
        nn.init.uniform_(self.words.weight, -0.5 / dimensions, 0.5 / dimensions, generator=random)


class _Windows:
    """Centres with the words around them, padded with -1, and drawn negatives."""

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        keep = vocabulary.keep_probabilities(config.subsample)
        random = np.random.default_rng(seed)
        kept = (tokens < 0) | (random.random(len(tokens), np.float32) < keep[tokens])
        self._tokens = torch.from_numpy(
            np.pad(tokens[kept].astype(np.int64), config.window, constant_values=-1)
        )
        self._centres = torch.nonzero(self._tokens >= 0)[:, 0]
        self._shares = torch.from_numpy(vocabulary.counts.astype(np.float64) ** 0.75)
        self.config, self.n = config, len(self._centres)
        if self.n < _FEWEST_READ:
            raise TextError(
                "nothing_left_to_read",
                subsample=config.subsample,
                n_words=int(vocabulary.counts.sum()),
                left=self.n,
                minimum=_FEWEST_READ,
            )

    @property
    def untrained_loss(self) -> float:
        return (1 + self.config.negative) * math.log(2)

    def draw(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Centres (n,), the words around them (n, 2·window) with -1 for none, negatives (n, k)."""
        at = self._centres[torch.randint(self.n, (n,), generator=random)]
        reach = torch.randint(1, self.config.window + 1, (n, 1), generator=random)
        offsets = torch.cat([torch.arange(-self.config.window, 0), torch.arange(1, self.config.window + 1)])
        around = self._tokens[at[:, None] + offsets]
        around = torch.where(_unbroken(around, self.config.window) & (offsets.abs() <= reach), around, -1)
        negatives = torch.multinomial(
            self._shares, n * self.config.negative, replacement=True, generator=random
        )
        return self._tokens[at], around, negatives.view(n, -1)

    def loss(self, model: _Pairs, centres: Tensor, around: Tensor, negatives: Tensor) -> Tensor:
        """Mean of eq. 4 over the pairs (skip-gram), or over the centres (CBOW), in nats."""
        there = (around >= 0).float()
        x = model.words(around.clamp_min(0)) * there[..., None]  # (n, 2·window, D)
        targets = model.contexts(torch.cat([centres[:, None], negatives], dim=1))  # (n, 1 + k, D)
        if self.config.method == "cbow":
            x = x.sum(dim=1, keepdim=True) / there.sum(dim=1).clamp_min(1)[:, None, None]
            there = there.amax(dim=1, keepdim=True)
        scores = x @ targets.transpose(1, 2)  # (n, words around, 1 + k)
        away = F.softplus(scores[..., 1:]) * (negatives != centres[:, None])[:, None]
        each = F.softplus(-scores[..., 0]) + away.sum(dim=-1)
        return (each * there).sum() / there.sum().clamp_min(1)


def _unbroken(around: Tensor, window: int) -> Tensor:
    """Which words are reached without crossing a break, (n, 2·window) bool."""
    there = (around >= 0).int()
    left = there[:, :window].flip(1).cumprod(dim=1).flip(1)
    return torch.cat([left, there[:, window:].cumprod(dim=1)], dim=1).bool()


class _Counts:
    """Pairs of words with the logarithms of their counts and their weights."""

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        rows, columns, counts = co_occurrences(
            tokens, len(vocabulary.words), config.window, "harmonic"
        ).both_ways()
        self._pairs = torch.from_numpy(np.stack([rows, columns], axis=1).astype(np.int64))
        self._logs = torch.from_numpy(np.log(counts))
        self._weights = torch.from_numpy(np.minimum(1, (counts / config.x_max) ** config.alpha))
        self.n = len(rows)

    @property
    def untrained_loss(self) -> float:
        return float((0.5 * self._weights * self._logs**2).mean())

    def draw(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Pairs (n, 2), log X (n,), f(X) (n,)."""
        at = torch.randint(self.n, (n,), generator=random)
        return self._pairs[at], self._logs[at], self._weights[at]

    def loss(self, model: _Pairs, pairs: Tensor, logs: Tensor, weights: Tensor) -> Tensor:
        """Half the weighted mean square of eq. 8."""
        i, j = pairs.T
        products = (model.words(i) * model.contexts(j)).sum(dim=1)
        fitted = products + model.word_bias(i)[:, 0] + model.context_bias(j)[:, 0]
        return (0.5 * weights * (fitted - logs) ** 2).mean()
