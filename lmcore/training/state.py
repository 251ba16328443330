"""All that a training consists of between two steps, and how to take it down and put it back."""

import time
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lmcore.errors import RunError
from lmcore.models.gpt import dropout_of, set_dropout
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.optimizers import make_adamw


@dataclass(frozen=True)
class Captured:
    """A training at one step. `values` is JSON-able."""

    tensors: dict[str, Tensor]
    values: dict[str, Any]


class TrainingState:
    """A model under training. `step` updates are done, in `seconds` of computing."""

    def __init__(
        self, model: nn.Module, batches: TokenBatches, config: TrainingConfig, precision: str = "float32"
    ) -> None:
        self.model = model
        self.batches = batches
        self.config = config
        self.precision = precision
        self.optimizer = make_adamw(model, config.weight_decay)
        self.step = 0
        self.seconds = 0.0
        self.first_loss: float | None = None

    @property
    def device(self) -> torch.device:
        return self.batches.data.device

    @property
    def progress(self) -> float:
        """How much of the run is done, in [0, 1]: by the clock if it has a time limit, else by steps."""
        if self.config.seconds > 0:
            return min(1.0, self.seconds / self.config.seconds)
        return min(1.0, self.step / self.config.steps)

    def capture(self) -> Captured:
        """Copies of the weights, the optimizer's averages and the random numbers, and where the data is."""
        tensors = {f"model.{name}": value.detach().clone() for name, value in self.model.state_dict().items()}
        for index, averages in self.optimizer.state_dict()["state"].items():
            for name, value in averages.items():
                tensors[f"optimizer.{index}.{name}"] = value.detach().clone()
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
        self._restore_model({name[6:]: value for name, value in tensors.items() if name.startswith("model.")})
        self._restore_optimizer(tensors)
        torch.set_rng_state(tensors["random.cpu"].cpu())
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"].cpu(), self.device)
        self.config = TrainingConfig(**values["config"])
        set_dropout(self.model, values["dropout"])
        self.batches.batch_size = self.config.batch_size
        self.batches.go_to(values["epoch"], values["position"])
        self.step, self.seconds, self.first_loss = values["step"], values["seconds"], values["first_loss"]

    def _restore_model(self, weights: dict[str, Tensor]) -> None:
        own = {name: tuple(value.shape) for name, value in self.model.state_dict().items()}
        if own != {name: tuple(value.shape) for name, value in weights.items()}:
            stored = sum(value.numel() for value in weights.values())
            needed = sum(parameter.numel() for parameter in self.model.parameters())
            raise RunError("checkpoint_of_another_model", stored=stored, needed=needed)
        self.model.load_state_dict(weights)

    def _restore_optimizer(self, tensors: dict[str, Tensor]) -> None:
        averages: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith("optimizer."):
                _, index, name = key.split(".")
                averages.setdefault(int(index), {})[name] = value.clone()
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": averages, "param_groups": groups})


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
