"""What watching a training costs: `python -m benchmarks.monitoring [--steps N] [--rounds N]`.

The same training with everything that is shown of it while it runs (the monitor inside the updates, and
the recorder that writes every event into a store) and with none of it, in turns. Evaluations and snapshots
are part of both. The bar is for the time of the processor, which on an idle machine is the wall time of one
thread, and which other programs disturb less; both are printed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from benchmarks.bars import Bar, report
from lmcore.device import limit_threads, seed_everything
from lmcore.events import Event, Layers
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

SHARE = 2.0  # percent of the wall time
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


Seconds = tuple[float, float]  # of the processor, and on the wall


def seconds_of(spec: RunSpec, ids: np.ndarray, keep: Callable[[Event], None] | None) -> Seconds:
    """What a training takes; with `keep` it is watched, and every event is given to `keep`."""
    seed_everything(1)
    batches = TokenBatches(ids, spec.model.context_length, spec.training.batch_size, 1)
    model = cast(LanguageModel, build_model(spec.model))
    state = TrainingState(model, batches, spec.training)
    if keep is not None:
        state.monitor = Monitor(state)
    begun = time.process_time(), time.perf_counter()
    for event in train(state, torch.from_numpy(ids[:2_000])):
        if keep is not None:
            keep(event)
    return time.process_time() - begun[0], time.perf_counter() - begun[1]


def compared(name: str, spec: RunSpec, ids: np.ndarray, rounds: int, store: Store) -> Bar:
    """The share of the time by which the best watched run is longer than the best other one."""
    alone, watched, looks = [], [], 0
    for number in range(rounds):
        alone.append(seconds_of(spec, ids, None))
        run_id = f"{name} {number}"
        store.create(run_id, spec, name=name, owner="benchmark")
        recorder = Recorder(store, run_id)
        seen: list[Event] = []

        def keep(event: Event, recorder: Recorder = recorder, seen: list[Event] = seen) -> None:
            recorder.add(event)
            if isinstance(event, Layers):
                seen.append(event)

        watched.append(seconds_of(spec, ids, keep))
        looks = len(seen)
    best = [[min(run[i] for run in runs) for i in (0, 1)] for runs in (alone, watched)]
    for i, what in enumerate(("processor", "wall")):
        print(
            f"{name}, {looks} looks, {what}: {best[0][i]:.3f} s alone, {best[1][i]:.3f} s watched", flush=True
        )
    return Bar(f"time of monitoring, {name}", 100 * (best[1][0] / best[0][0] - 1), SHARE, unit="%")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    limit_threads(1)
    ids = np.random.default_rng(0).zipf(1.5, N_TOKENS).clip(max=VOCABULARY).astype(np.int32) - 1
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "playground.db")
        bars = [
            compared(name, spec, ids, options.rounds, store) for name, spec in specs(options.steps).items()
        ]
        store.close()
    report(bars)


if __name__ == "__main__":
    main()
