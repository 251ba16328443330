"""All that a training consists of between two steps, and how to take it down and put it back."""

import copy
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lmcore.errors import RunError
from lmcore.models.base import LanguageModel, dropout_of, set_dropout
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.monitoring import Monitor
from lmcore.training.objectives import LANGUAGE_OBJECTIVES, Objective
from lmcore.training.optimizers import make_optimizers, set_rate, set_weight_decay


@dataclass(frozen=True)
class Captured:
    """A training at one step. `values` is JSON-able."""

    tensors: dict[str, Tensor]
    values: dict[str, Any]


class TrainingState:
    """A model under training. `step` updates are done, in `seconds` of computing.

    With bfloat16 a working copy of the model goes forward and backward, and the weights that are kept and
    updated stay in float32 (Micikevicius et al. 2018, section 3.1).
    """

    def __init__(
        self,
        model: LanguageModel,
        batches: TokenBatches,
        config: TrainingConfig,
        precision: str = "float32",
        objective: Objective | None = None,
    ) -> None:
        self.model = model
        self.batches = batches
        self.config = config
        self.objective = objective or LANGUAGE_OBJECTIVES[config.objective]
        self.working = model if precision == "float32" else copy.deepcopy(model).bfloat16()
        self.average = copy.deepcopy(model) if config.averaging else None
        self.optimizers = make_optimizers(model, config)
        self.step = 0
        self.seconds = 0.0
        self.first_loss: float | None = None
        self.monitor: Monitor | None = None  # looks at updates from inside, where one is set
        self._parameters, self._at_work = list(model.parameters()), list(self.working.parameters())

    @property
    def device(self) -> torch.device:
        return self.batches.data.device

    @property
    def shown(self) -> LanguageModel:
        """The model that is measured and writes: the average of the weights, where one is kept."""
        return self.average or self.working

    @property
    def progress(self) -> float:
        """How much of the run is done, in [0, 1]: by the clock if it has a time limit, else by steps."""
        if self.config.seconds > 0:
            return min(1.0, self.seconds / self.config.seconds)
        return min(1.0, self.step / self.config.steps)

    def update(self, learning_rate: float) -> tuple[Tensor, Tensor]:
        """One step on the next batches; gives the loss before it, and the gradient's norm before clipping."""
        self.working.train()
        if self.monitor is not None:
            self.monitor.begin(self)
        losses = []
        for _ in range(self.config.accumulate):
            loss = self.objective(self.working, self.batches.next(), self.config.label_smoothing)
            (loss / self.config.accumulate).backward()
            losses.append(loss.detach())
        self._take_gradients()
        if self.monitor is not None:
            self.monitor.gradients(self)
        largest = self.config.gradient_clip or math.inf
        norm = nn.utils.clip_grad_norm_(self._parameters, largest)
        set_rate(self.optimizers, learning_rate)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        if self.monitor is not None:
            self.monitor.end(self)
        self.spread()
        self.step += 1
        return torch.stack(losses).mean(), norm

    def _take_gradients(self) -> None:
        if self.working is self.model:
            return
        for parameter, at_work in zip(self._parameters, self._at_work, strict=True):
            parameter.grad = None if at_work.grad is None else at_work.grad.float()
            at_work.grad = None

    @torch.no_grad()
    def spread(self) -> None:
        """The new weights into the working copy and, by a little, into the average."""
        if self.working is not self.model:
            torch._foreach_copy_(self._at_work, self._parameters)  # pyright: ignore
        if self.average is not None:
            kept = min(self.config.averaging, (1 + self.step) / (10 + self.step))  # a young average forgets
            torch._foreach_lerp_(list(self.average.parameters()), self._parameters, 1 - kept)  # pyright: ignore

    def set_dropout(self, probability: float) -> None:
        """Change the dropout of every layer; the next step uses it."""
        for model in (self.model, self.working):
            set_dropout(model, probability)

    def reconfigure(self, config: TrainingConfig) -> None:
        """Settings for the steps to come."""
        self.config = config
        self.batches.batch_size = config.batch_size
        set_weight_decay(self.optimizers, config.weight_decay)

    def weights(self) -> dict[str, Tensor]:
        """Copies on the CPU of the weights to look at."""
        model = self.average or self.model
        return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}

    def capture(self) -> Captured:
        """Copies of the weights, the optimizers' averages and the random numbers, and where the data is."""
        tensors = _prefixed("model.", self.model.state_dict())
        if self.average is not None:
            tensors |= _prefixed("average.", self.average.state_dict())
        tensors |= _prefixed("carried.", self.working.carried())
        for number, optimizer in enumerate(self.optimizers):
            for index, averages in optimizer.state_dict()["state"].items():
                known = {name: value for name, value in averages.items() if isinstance(value, Tensor)}
                tensors |= _prefixed(f"optimizer.{number}.{index}.", known)
        tensors["random.cpu"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.device)
        values = {
            "step": self.step,
            "seconds": self.seconds,
            "first_loss": self.first_loss,
            "epoch": self.batches.epoch,
            "position": self.batches.position,
            "config": asdict(self.config),
            "dropout": dropout_of(self.model),
        }
        return Captured(tensors, values)

    def restore(self, captured: Captured) -> None:
        """Go on from `captured`; raises `RunError` if its weights are not this model's."""
        tensors, values = captured.tensors, captured.values
        _load_weights(self.model, _part("model.", tensors))
        self.working.restore_carried(_part("carried.", tensors))
        self._restore_optimizers(tensors)
        torch.set_rng_state(tensors["random.cpu"].cpu())
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"].cpu(), self.device)
        self.reconfigure(TrainingConfig(**values["config"]))
        self.set_dropout(values["dropout"])
        self.batches.go_to(values["epoch"], values["position"])
        self.step, self.seconds, self.first_loss = values["step"], values["seconds"], values["first_loss"]
        self.spread()
        if self.average is not None:
            _load_weights(self.average, _part("average.", tensors))

    def _restore_optimizers(self, tensors: dict[str, Tensor]) -> None:
        for number, optimizer in enumerate(self.optimizers):
            averages: dict[int, dict[str, Tensor]] = {}
            for key, value in _part(f"optimizer.{number}.", tensors).items():
                index, _, name = key.partition(".")
                averages.setdefault(int(index), {})[name] = value.clone()
            groups = optimizer.state_dict()["param_groups"]
            optimizer.load_state_dict({"state": averages, "param_groups": groups})


def _prefixed(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}{name}": value.detach().clone() for name, value in tensors.items()}


def _part(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


def _load_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    own = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    if own != {name: tuple(value.shape) for name, value in weights.items()}:
        stored = sum(value.numel() for value in weights.values())
        needed = sum(parameter.numel() for parameter in model.parameters())
        raise RunError("checkpoint_of_another_model", stored=stored, needed=needed)
    model.load_state_dict(weights)


class Stopwatch:
    """Seconds of computing, without the time in which the caller asks for nothing."""

    def __init__(self, state: TrainingState) -> None:
        self.state = state
        self.lap = 0.0  # of the newest measurement

    def __enter__(self) -> "Stopwatch":
        self._start = time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self.lap = time.perf_counter() - self._start
        self.state.seconds += self.lap
