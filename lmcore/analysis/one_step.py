"""One training step taken apart: forward, backward, update, and the same text once more.

Backward is that of Rumelhart et al. (1986); the update is the one of the run's own optimizer, whose averages
of earlier gradients begin at zero, because snapshots do not keep them.
"""

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lmcore.analysis.parameter_groups import parameter_groups
from lmcore.analysis.weight_steps import GroupStep, Update, WeightStep, gradient_of
from lmcore.errors import ConfigError, TextError
from lmcore.models.base import LanguageModel
from lmcore.models.recording import Recording
from lmcore.models.registry import ARCHITECTURES, CAUSAL, architecture_of
from lmcore.training.config import TrainingConfig
from lmcore.training.optimizers import make_optimizers, set_rate

N_CANDIDATES = 3


@dataclass(frozen=True)
class Stage:
    """What every token is at one place of the model: (T,) lengths of its vector and of the gradient there.

    `name` is "embedding", "layer" (then `layer` counts from 1) or "logits", whose size is their spread around
    their mean. `gradient` is None where the model keeps no gradient.
    """

    name: str
    layer: int | None
    size: np.ndarray
    gradient: np.ndarray | None


@dataclass(frozen=True)
class Guess:
    """How well a model says the T right tokens: (T,) probability and loss in nats, and its best guesses."""

    probability: np.ndarray
    loss: np.ndarray
    candidates: tuple[tuple[tuple[int, float], ...], ...]  # for each token (id, probability), best first

    @property
    def mean(self) -> float:
        """Nats per token."""
        return float(self.loss.mean())


@dataclass(frozen=True)
class OneStep:
    """A step of one model on one text of T + 1 tokens.

    `weights` begins with the weight that moved most, among equals the one with the largest gradient. After it
    comes the one with the largest gradient of every group, in the order of `groups`.
    """

    ids: tuple[int, ...]
    stages: tuple[Stage, ...]
    guess: Guess
    gradient_norm: float
    clipped: float  # what the gradients were multiplied by; 1 where they were not too long
    learning_rate: float
    groups: tuple[GroupStep, ...]
    weights: tuple[WeightStep, ...]
    guess_after: Guess


def one_step(model: LanguageModel, ids: Tensor, config: TrainingConfig, learning_rate: float) -> OneStep:
    """Take one step on `ids`, (T + 1,) or (1, T + 1), on a copy of `model`, without dropout.

    Raises `ConfigError` for a model that does not read from left to right, or only counts, and `TextError`
    for fewer than two tokens.
    """
    _check(model, ids)
    ids = ids.reshape(1, -1).long()
    learner = copy.deepcopy(model).eval().requires_grad_(True)
    carried = learner.carried()
    with torch.enable_grad():
        recording, logits = _forward(learner, ids, config.label_smoothing)
    guess, stages = _guess(logits, ids), _stages(recording, logits)
    groups = parameter_groups(learner)
    gradients = {name: gradient_of(p).clone() for name, p in learner.named_parameters()}
    before = {name: p.detach().clone() for name, p in learner.named_parameters()}
    norm = nn.utils.clip_grad_norm_(learner.parameters(), config.gradient_clip or math.inf)
    optimizers = make_optimizers(learner, config)
    set_rate(optimizers, learning_rate)
    for optimizer in optimizers:
        optimizer.step()
    learner.restore_carried(carried)
    with torch.no_grad():
        guess_after = _guess(learner(ids[:, :-1], record=Recording()), ids)  # by the same kernels as before
    update = Update(groups, before, gradients, optimizers)
    return OneStep(
        ids=tuple(ids[0].tolist()),
        stages=stages,
        guess=guess,
        gradient_norm=float(norm),
        clipped=min(1.0, config.gradient_clip / (float(norm) + 1e-6)) if config.gradient_clip else 1.0,
        learning_rate=learning_rate,
        groups=tuple(update.group(group) for group in groups),
        weights=update.weights(),
        guess_after=guess_after,
    )


def _check(model: LanguageModel, ids: Tensor) -> None:
    architecture = ARCHITECTURES[architecture_of(model.config)]
    if architecture.counts:
        raise ConfigError("one_step_counts", architecture=model.config.label)
    if architecture.reads != CAUSAL:
        raise ConfigError("one_step_causal_only", architecture=model.config.label)
    if ids.numel() < 2:
        raise TextError("one_step_too_short", n=ids.numel())


def _forward(model: LanguageModel, ids: Tensor, smoothing: float) -> tuple[Recording, Tensor]:
    """Forward and backward; gives what was recorded, and the logits, all with their gradients."""
    recording = Recording()
    logits = model(ids[:, :-1], record=recording)
    for tensor in (*recording.residual, logits):
        if tensor.requires_grad:
            tensor.retain_grad()
    F.cross_entropy(logits.flatten(0, 1).float(), ids[0, 1:], label_smoothing=smoothing).backward()
    return recording, logits


def _guess(logits: Tensor, ids: Tensor) -> Guess:
    logarithms = logits[0].detach().float().log_softmax(-1)
    losses = -logarithms.gather(1, ids[0, 1:, None])[:, 0]
    best = logarithms.exp().topk(min(N_CANDIDATES, logarithms.shape[1]))
    rows = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    candidates = tuple(tuple(zip(row, shares, strict=True)) for row, shares in rows)
    return Guess(losses.neg().exp().numpy(), losses.numpy(), candidates)


def _stages(recording: Recording, logits: Tensor) -> tuple[Stage, ...]:
    passed = [
        Stage("layer" if i else "embedding", i or None, _lengths(x), _lengths(x.grad))
        for i, x in enumerate(recording.residual)
    ]
    spread = logits[0].detach().float().std(-1, correction=0).numpy()
    return (*passed, Stage("logits", None, spread, _lengths(logits.grad)))


def _lengths(x: Tensor | None) -> Any:
    """(1, T, C) → (T,)."""
    return None if x is None else x[0].detach().float().norm(dim=-1).numpy()
