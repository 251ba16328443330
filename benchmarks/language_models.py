"""Small language models beside nanoGPT: `python -m benchmarks.language_models --text FILE --peer DIR`.

Characters of a text, the first 90 % to train on and the last 10 % to measure on, as nanoGPT cuts them; the
settings were chosen on the text before, with its last 10 % left out. Seconds are of one CPU thread, without
evaluation; the schedules know their budget in advance. `--text` may be given several times: the recipes were
chosen on the first kind of text only.

With `--device cuda` the last part alone runs, on a GPU: torch, numpy, safetensors and tokenizers are enough.
"""

import os

os.environ |= {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}  # before torch is loaded

import argparse
import time
from argparse import Namespace
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from benchmarks import nanogpt
from benchmarks.bars import Bar, report
from lmcore.device import choose_precision
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.registry import build_model
from lmcore.tasks.model_presets import FAST, FAST_MODEL, FAST_RATES, FAST_TRAINING
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.evaluation import held_back_loss
from lmcore.training.schedules import learning_rate_at
from lmcore.training.state import TrainingState

QUICKEST, LIVE = (DecoderConfig(**FAST_MODEL, **FAST[size]) for size in ("tiny", "small"))
PLAIN = replace(LIVE, n_layers=4, tables=0)
LONG = replace(QUICKEST, table_rows=15_800, d_table=16)  # for a longer training
TRAINING = TrainingConfig(**FAST_TRAINING, **FAST_RATES["small"])
RECIPES = {  # model, training, times sooner than nanoGPT
    "fast preset, tiny": (QUICKEST, replace(TRAINING, steps=90, **FAST_RATES["tiny"]), 40),
    "fast preset, small": (LIVE, replace(TRAINING, steps=75), 40),
    "plain 4 × 128": (PLAIN, replace(TRAINING, steps=185), 10),
}
LONGER = replace(TRAINING, batch_size=24, learning_rate=0.02)


@dataclass(frozen=True)
class Text:
    """A text as character ids."""

    name: str
    train: np.ndarray
    held_back: np.ndarray
    vocab_size: int

    @classmethod
    def read(cls, path: Path) -> "Text":
        letters = np.array(list(path.read_text(encoding="utf-8")))
        known, ids = np.unique(letters, return_inverse=True)
        cut = int(len(ids) * 0.9)
        ids = ids.astype(np.int32)
        return cls(path.stem, ids[:cut], ids[cut:], len(known))


def trained(
    text: Text, model: DecoderConfig, training: TrainingConfig, device: str = "cpu"
) -> tuple[float, float, int]:
    """Loss on the held-back part, seconds of training, and the number of parameters."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    torch.manual_seed(1)
    config = replace(model, vocab_size=text.vocab_size)
    built = build_model(config).to(device)
    batches = TokenBatches(text.train, config.context_length, training.batch_size, 1, device)
    state = TrainingState(built, batches, training, choose_precision(device, "bfloat16"))
    start = clock()
    while state.progress < 1:
        state.update(learning_rate_at(state.progress, state.step + 1, training))
    seconds = clock() - start
    loss = held_back_loss(state.shown, torch.from_numpy(text.held_back.copy()).to(device), 64)
    print(
        f"{text.name}: {config.label}, {training.steps} steps, {seconds:.2f} s, loss {loss:.4f}", flush=True
    )
    return loss, seconds, config.n_parameters


def warm_up(text: Text) -> None:
    """What a warm worker has behind it: a first step in every kernel."""
    trained(text, LIVE, replace(TRAINING, steps=2))


def against_the_peer(text: Text, peer: Path) -> list[Bar]:
    """How much sooner the fast presets and a plain Transformer are at the peer's loss."""
    model, theirs = nanogpt.trained(peer, text.train, text.vocab_size)
    goal = nanogpt.held_back_loss(model, text.held_back)
    print(f"{text.name}: nanoGPT, {nanogpt.STEPS} steps, {theirs:.2f} s, loss {goal:.4f}", flush=True)
    bars = []
    for name, (config, training, bar) in RECIPES.items():
        loss, ours, _ = trained(text, config, training)
        bars.append(Bar(f"{text.name}, {name}: loss above nanoGPT's", loss - goal, 0))
        bars.append(Bar(f"{text.name}, {name}: times sooner", theirs / ours, bar, at_most=False))
    return bars


def to_a_loss(text: Text, goal: float, limit_s: float, training: TrainingConfig) -> list[Bar]:
    """Whether at most a million parameters reach a loss in time."""
    loss, seconds, n_parameters = trained(text, LONG, training)
    return [
        Bar(f"{text.name}, parameters for {goal}", n_parameters / 1e6, 1.0, unit="M"),
        Bar(f"{text.name}, loss", loss, goal),
        Bar(f"{text.name}, seconds to {goal}", seconds, limit_s, unit="s"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, action="append", required=True)
    parser.add_argument("--peer", type=Path, help="a checkout of nanoGPT")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    texts = [Text.read(path) for path in options.text]
    report(on_a_gpu(texts[0]) if options.device == "cuda" else on_a_cpu(texts, options))


def on_a_cpu(texts: list[Text], options: Namespace) -> list[Bar]:
    warm_up(texts[0])
    bars = []
    for text in texts:
        if options.peer:
            bars += against_the_peer(text, options.peer)
    bars += to_a_loss(texts[0], 1.60, 25, replace(LONGER, steps=900))
    bars += to_a_loss(texts[0], 1.55, 70, replace(LONGER, steps=2600))
    return bars


def on_a_gpu(text: Text) -> list[Bar]:
    """nanoGPT's figure of its GPU run, 1.47, which takes about three minutes on an A100."""
    wide = replace(LIVE, n_layers=6, n_heads=6, d_model=384, context_length=256, dropout=0.1)
    training = replace(TRAINING, steps=1500, batch_size=64)
    loss, seconds, _ = trained(text, wide, training, "cuda")
    return [Bar(f"{text.name}, loss", loss, 1.47), Bar(f"{text.name}, seconds", seconds, 20, unit="s")]


if __name__ == "__main__":
    main()
