"""Slow motion: one training step of a run on a text of the visitor's, as JSON."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from lmcore.analysis.one_step import Guess, OneStep, Stage
from lmcore.analysis.one_step import one_step as taken_apart
from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.loaded import model_at
from lmcore.runs.store import Store
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.prepared import tokenized
from lmcore.text.splits import split_ids
from lmcore.text.tokenizers import Tokenizer
from lmcore.training.schedules import learning_rate_at

Part = dict[str, Any]
MOST_TOKENS = 24  # that are predicted; the first one is only read
LONGEST = 2_000  # characters of a text that are looked at
SEARCHED = 400  # tokens in which a passage may find the beginning of a line or word


def one_step(home: Home, run: str, step: int, text: str, factor: float = 1.0) -> Iterator[Part]:
    """One step of the model of `run` at `step` on the first tokens of `text`, without one on held-back text.

    The learning rate is that of the run's next step, times `factor`.
    """
    model, tokenizer = model_at(home, run, step)
    spec, rate = _trained(home, run, step)
    most = min(MOST_TOKENS, model.config.context_length) + 1
    text = text[:LONGEST]
    ids = tokenizer.ids(text) if text.strip() else _passage(home, spec, most)
    if len(ids) < 2:
        raise TextError("one_step_too_short", n=len(ids))
    tensor = torch.from_numpy(np.asarray(ids[:most], dtype=np.int64))
    done = taken_apart(model, tensor, spec.training, rate * factor)
    yield {
        "own": bool(text.strip()),
        "step": step,
        "optimizer": spec.training.optimizer,
        "clip": spec.training.gradient_clip,
        "n_given": len(ids) if text.strip() else 0,
        "unknown": tokenizer.unknown(text),
        **_told(done, tokenizer),
    }


def _trained(home: Home, run: str, step: int) -> tuple[RunSpec, float]:
    """What was trained, and the learning rate of the step after `step`, or of the last one."""
    store = Store(home.database)
    try:
        spec, rows = store.run(run).spec, store.metrics_since(run, step - 1)
    finally:
        store.close()
    later = [row for row in rows if row["step"] > step]
    if rows:
        return spec, float((later or rows)[0]["learning_rate"])
    return spec, learning_rate_at(min(1.0, step / spec.training.steps), step + 1, spec.training)


def _passage(home: Home, spec: RunSpec, n_tokens: int) -> np.ndarray:
    """Tokens of the text held back to watch the run, from the beginning of a line, or else of a word."""
    corpus = CorpusLibrary(home.corpora).get(spec.corpus)
    tokenizer, ids = tokenized(corpus, spec.cleaning, spec.tokenizer, home.cache)
    held_back = split_ids(ids, spec.training.validation_share, spec.training.test_share).validation
    last = max(0, min(SEARCHED, len(held_back) - n_tokens))
    before = [tokenizer.token_text(int(i)) for i in held_back[:last]]
    after_line = [i + 1 for i, token in enumerate(before) if token.endswith("\n")]
    after_space = [i + 1 for i, token in enumerate(before) if token[-1:].isspace()]
    starts = [i for i in after_line if not tokenizer.token_text(int(held_back[i])).isspace()] or after_space
    start = starts[0] if starts else 0
    return held_back[start : start + n_tokens]


def _told(done: OneStep, tokenizer: Tokenizer) -> Part:
    """The step in plain values; what is no number is None."""
    tokens = [tokenizer.token_text(i) for i in done.ids]
    return {
        "tokens": tokens[:-1],
        "targets": tokens[1:],
        "stages": [_stage(stage) for stage in done.stages],
        "before": _guess(done.guess, tokenizer),
        "after": _guess(done.guess_after, tokenizer),
        "gradient_norm": _number(done.gradient_norm),
        "clipped": _number(done.clipped),
        "rate": done.learning_rate,
        "groups": [_numbers(asdict(group)) for group in done.groups],
        "weights": [_numbers(asdict(weight)) for weight in done.weights],
    }


def _stage(stage: Stage) -> Part:
    gradient = None if stage.gradient is None else _row(stage.gradient)
    return {"name": stage.name, "layer": stage.layer, "size": _row(stage.size), "gradient": gradient}


def _guess(guess: Guess, tokenizer: Tokenizer) -> Part:
    best = [
        [{"text": tokenizer.token_text(i), "p": _number(p)} for i, p in token] for token in guess.candidates
    ]
    return {"p": _row(guess.probability), "loss": _row(guess.loss), "mean": _number(guess.mean), "best": best}


def _row(values: np.ndarray) -> list[float | None]:
    return [_number(float(value)) for value in values]


def _numbers(values: Part) -> Part:
    """The same with floats that JSON knows, in parts of parts as well."""
    known = {}
    for name, value in values.items():
        if isinstance(value, dict):
            value = _numbers(value)
        known[name] = _number(value) if isinstance(value, float) else value
    return known


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
