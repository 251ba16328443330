"""The training: the same start, the same batches, the same rates as in the run."""

import argparse
import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmcore.models.base import LanguageModel
from lmcore.tasks.initial import branch_off
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.evaluation import PROBE_TOKENS, held_back_loss
from lmcore.training.schedules import learning_rate_at
from lmcore.training.state import TrainingState

HERE = Path(__file__).resolve().parent
EVERY = 10  # steps between two lines on the screen
Row = tuple[int, float | None, float | None, float | None]  # step, loss, learning rate, held-back loss


def main(
    build: Callable[[], LanguageModel],
    cut: type[TokenBatches],
    training: TrainingConfig,
    run: dict[str, Any],
) -> None:
    """Train, write losses.csv, and say how far it is from what the run measured."""
    parser = argparse.ArgumentParser(description="Train the model of this run anew.")
    parser.add_argument("--steps", type=int, default=run["last_step"], help="end after this one")
    parser.add_argument("--device", default=run["device"], help="cpu, cuda or mps")
    parser.add_argument("--threads", type=int, default=1, help="more of them add up in another order")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    random.seed(run["seed"])
    torch.manual_seed(run["seed"])
    state = begin(build(), cut, training, run, options.device)
    validation = torch.from_numpy(np.load(HERE / "validation.npy")).to(options.device)
    there = held_back_in_the_run()
    measured: list[Row] = []
    if state.step in there:
        measured.append((state.step, None, None, probe(state, validation)))
    for step, loss, rate in steps(state, options.steps, run["changes"]):
        due = step in there or step % training.evaluate_every == 0
        held_back = probe(state, validation) if due else None
        measured.append((step, loss, rate, held_back))
        if due or step % EVERY == 0:
            text = f"step {step}  loss {loss:.4f}"
            print(text if held_back is None else f"{text}  held back {held_back:.4f}")  # noqa: T201
    write(measured)
    compare({step: loss for step, loss, _, _ in measured if loss is not None})


def begin(
    model: LanguageModel, cut: type[TokenBatches], training: TrainingConfig, run: dict[str, Any], device: str
) -> TrainingState:
    """All of the training before its first step."""
    ids = np.load(HERE / "train.npy")
    batches = cut(ids, model.config.context_length, training.batch_size, run["seed"], device)
    state = TrainingState(model.to(device), batches, training, run["precision"])
    branch_off(state, run["first_step"])
    return state


def steps(
    state: TrainingState, last_step: int, changes: list[tuple[int, str, float]]
) -> Iterator[tuple[int, float, float]]:
    """Number, loss in nats and learning rate of every step; settings change where they did in the run."""
    rates = HERE / "learning_rates.npy"  # of a run by the clock, which no other machine's clock would give
    given = np.load(rates).tolist() if rates.is_file() else None
    while state.step < last_step:
        step = state.step + 1
        rate = (
            given[min(step, len(given) - 1)]
            if given
            else learning_rate_at(state.progress, step, state.config)
        )
        loss, _ = state.update(rate)
        for at, name, value in changes:
            if at == step:
                change(state, name, value)
        yield step, float(loss), rate


def change(state: TrainingState, name: str, value: float) -> None:
    """Set `learning_rate`, `batch_size` or `dropout` for the steps to come."""
    if name == "dropout":
        state.set_dropout(value)
    else:
        state.reconfigure(replace(state.config, **{name: int(value) if name == "batch_size" else value}))


def probe(state: TrainingState, validation: Tensor) -> float:
    """The loss on held-back text, on the same part of it as in the run."""
    context = state.batches.context_length
    return held_back_loss(state.shown, validation, context, PROBE_TOKENS, state.objective)


def of_the_run(column: str) -> dict[int, float]:
    """What the run itself has measured, by step."""
    with (HERE / "losses_of_the_run.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["step"]): float(row[column]) for row in csv.DictReader(file) if row[column]}


def held_back_in_the_run() -> set[int]:
    """The steps at which it was measured: on a GPU a measurement begins the random numbers anew."""
    return set(of_the_run("validation_loss"))


def write(measured: list[Row]) -> None:
    """losses.csv beside this script."""
    with (HERE / "losses.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["step", "loss", "learning_rate", "validation_loss"])
        table.writerows(measured)


def compare(losses: dict[int, float]) -> None:
    """The largest difference to the losses that the run itself has measured."""
    theirs = of_the_run("loss")
    both = losses.keys() & theirs.keys()
    if both:
        largest = max(abs(losses[step] - theirs[step]) for step in both)
        print(f"largest difference to the run, over {len(both)} steps: {largest:.6f}")  # noqa: T201
