"""Counting as a training: the more of the text has been counted, the better the n-grams predict."""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from lmcore.errors import ConfigError, RunError, TextError
from lmcore.events import Evaluation, Event, Finished, Reference, Sample, Snapshot, Step
from lmcore.generation.samples import continued
from lmcore.models.configs.ngram import NgramConfig
from lmcore.models.ngram import Counting
from lmcore.models.registry import described
from lmcore.tasks.spec import RunSpec
from lmcore.text.ngrams import MAX_COUNTED
from lmcore.text.splits import IdSplit
from lmcore.text.tokenizers import Tokenizer

N_STEPS = 12
FEWEST = 200  # tokens, counted in the first step
MEASURED = 100_000  # held-back tokens, at most
TOKENS = "tokens.npy"


def start(spec: RunSpec, tokenizer: Tokenizer, parts: IdSplit, folder: Path) -> "CountingRun":
    """Write what `load_counting` needs into `folder`; raises `TextError` for a text without a token."""
    assert isinstance(spec.model, NgramConfig)
    if len(parts.train) == 0:
        raise TextError("text_shorter_than_context", tokens=0, needed=1)
    config = replace(spec.model, vocab_size=tokenizer.vocab_size)
    (folder / "model.json").write_text(json.dumps(described(config), indent=2), encoding="utf-8")
    ids = np.asarray(parts.train, np.int32)[-MAX_COUNTED:]
    np.save(folder / TOKENS, ids)
    return CountingRun(config, tokenizer, ids, parts, spec)


class CountingRun:
    """Counts ever more of the text; see `lmcore.tasks.training_run.TrainingRun`."""

    device = "cpu"
    planned_steps = N_STEPS

    def __init__(
        self, config: NgramConfig, tokenizer: Tokenizer, ids: np.ndarray, parts: IdSplit, spec: RunSpec
    ) -> None:
        self.config, self.tokenizer, self.ids, self.parts, self.spec = config, tokenizer, ids, parts, spec
        self.step = 0

    def events(self) -> Iterator[Event]:
        """A loss, a sample and a snapshot for every share of the text that has been counted."""
        yield Reference("uniform", math.log(self.config.vocab_size))
        if self.step == 0:
            yield Evaluation(0, math.log(self.config.vocab_size))
            yield from self._shown(Counting(self.config), 0)
        model = Counting(self.config, self.ids[: counted_at(self.step, len(self.ids))])
        while self.step < N_STEPS:
            began, n = time.perf_counter(), counted_at(self.step + 1, len(self.ids))
            model = Counting(self.config, self.ids[:n])
            loss = self._loss(model, self.ids[max(0, n - MEASURED) : n])
            self.step += 1
            yield Step(self.step, loss, 0.0, None, n / (time.perf_counter() - began))
            yield Evaluation(self.step, self._loss(model, self.parts.validation[:MEASURED]))
            yield from self._shown(model, n)
        if len(self.parts.test) > 1:
            yield Reference("test", self._loss(model, self.parts.test))
        yield Finished(self.step)

    def _loss(self, model: Counting, ids: np.ndarray) -> float:
        return float(model.counted.losses(np.asarray(ids))[-1])

    def _shown(self, model: Counting, n_counted: int) -> Iterator[Event]:
        seed, length = (self.spec.seed + self.step) % 2**31, self.spec.training.sample_length
        if length:
            yield Sample(self.step, continued(model, self.tokenizer, self.parts.validation[:1], length, seed))
        yield Snapshot(self.step, {"counted": np.array([n_counted])})

    def change(self, name: str, value: float) -> None:
        """Nothing can be changed: there is no rate, and the batch is the text."""
        raise ConfigError("not_a_choice", name="setting", value=name, choices="–")

    def save_checkpoint(self, path: Path) -> None:
        """How many steps are done is all there is to remember."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text(json.dumps({"step": self.step}), encoding="utf-8")
        unfinished.replace(path)

    def load_checkpoint(self, path: Path) -> None:
        """Go on after the last step; raises `RunError` if the file is not a checkpoint of this."""
        try:
            self.step = min(N_STEPS, max(0, int(json.loads(path.read_text(encoding="utf-8"))["step"])))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError("checkpoint_unreadable", name=path.name, size=0) from error


def counted_at(step: int, n_tokens: int) -> int:
    """Tokens counted after `step` of `N_STEPS`, growing by the same factor each time."""
    if step == 0:
        return 0
    first = min(FEWEST, n_tokens)
    return round(first * (n_tokens / first) ** ((step - 1) / (N_STEPS - 1)))


def load_counting(folder: Path, config: NgramConfig, n_counted: int) -> Counting:
    """The counting model of a run as it was when `n_counted` tokens had been counted."""
    return Counting(config, np.load(folder / TOKENS, allow_pickle=False)[:n_counted])
