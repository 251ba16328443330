"""What watching a training costs: `python -m benchmarks.monitoring [--steps N] [--rounds N]`.

The same training twice, side by side: with everything that is shown of it while it runs (the monitor inside
the updates, and the recorder that writes every event into a store) and with none of it. They take turns step
by step, so that whatever else the machine does disturbs both alike. Evaluations and snapshots are part of
both. What is compared is the time of the thread, which on an idle machine is the wall time.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, cast

import numpy as np
import torch

from benchmarks.bars import Bar, report
from lmcore.device import limit_threads, seed_everything
from lmcore.events import Event, Finished, Layers, Step
from lmcore.models.base import LanguageModel
from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.registry import build_model
from lmcore.runs.recorder import Recorder
from lmcore.runs.store import Store
from lmcore.tasks.presets import default_spec
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.training.batches import TokenBatches
from lmcore.training.loop import train
from lmcore.training.monitoring import Monitor
from lmcore.training.state import TrainingState

SHARE = 2.0  # percent of the time
N_TOKENS = 300_000
VOCABULARY = 512


def specs(steps: int) -> dict[str, RunSpec]:
    """What is trained: the preset of Start, and two plain models."""
    live = default_spec(LANGUAGE_MODEL)
    shape: dict[str, Any] = {"vocab_size": VOCABULARY, "context_length": 64, "n_heads": 4, "d_model": 128}
    small: dict[str, ModelConfig] = {
        "GPT 4 × 128": GPTConfig(**shape, n_layers=4),
        "decoder 2 × 128": DecoderConfig(**shape, n_layers=2),
    }
    training = replace(live.training, steps=steps, seconds=0.0)
    live = replace(live, model=replace(live.model, vocab_size=VOCABULARY), training=training)
    plain = replace(training, batch_size=16, accumulate=1, optimizer="adamw", averaging=0.0)
    return {"live preset": live} | {
        name: replace(live, model=config, training=plain) for name, config in small.items()
    }


class Timed:
    """A training that is asked for one step at a time; every event is given to `keep`."""

    def __init__(self, spec: RunSpec, ids: np.ndarray, keep: Callable[[Event], None] | None) -> None:
        seed_everything(1)
        batches = TokenBatches(ids, spec.model.context_length, spec.training.batch_size, 1)
        state = TrainingState(cast(LanguageModel, build_model(spec.model)), batches, spec.training)
        if keep is not None:
            state.monitor = Monitor(state)
        self.keep = keep
        self.events: Iterator[Event] = train(state, torch.from_numpy(ids[:2_000]))
        self.seconds = 0.0
        self.ended = False

    def step(self) -> None:
        """To the end of the next step, or of the training."""
        begun = time.thread_time()
        while not self.ended:
            event = next(self.events)
            if self.keep is not None:
                self.keep(event)
            self.ended = isinstance(event, Finished)
            if isinstance(event, Step):
                break
        self.seconds += time.thread_time() - begun


def added_share(name: str, spec: RunSpec, ids: np.ndarray, store: Store) -> float:
    """By how many percent the watched training takes longer, in one round."""
    store.create(name, spec, name=name, owner="benchmark")
    recorder = Recorder(store, name)
    looks: list[int] = []

    def keep(event: Event) -> None:
        recorder.add(event)
        if isinstance(event, Layers):
            looks.append(event.step)

    watched, alone = Timed(spec, ids, keep), Timed(spec, ids, None)
    turns = [watched, alone]
    while not (watched.ended and alone.ended):
        for training in turns:
            training.step()
        turns.reverse()
    recorder.flush()
    share = 100 * (watched.seconds / alone.seconds - 1)
    print(f"{name}: {alone.seconds:.2f} s, with {len(looks)} looks {share:+.2f} %", flush=True)
    return share


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    limit_threads(1)
    ids = np.random.default_rng(0).zipf(1.5, N_TOKENS).clip(max=VOCABULARY).astype(np.int32) - 1
    bars = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "playground.db")
        for name, spec in specs(options.steps).items():
            rounds = [added_share(f"{name} {i}", spec, ids, store) for i in range(options.rounds)]
            bars.append(Bar(f"time of all live monitoring, {name}", median(rounds), SHARE, unit="%"))
        store.close()
    report(bars)


if __name__ == "__main__":
    main()
