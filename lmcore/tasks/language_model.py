"""Language modelling: predict the next token of a text (Bengio et al. 2003)."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from lmcore.checks import check_choice
from lmcore.device import choose_device, choose_precision
from lmcore.errors import RunError
from lmcore.events import Event, Finished, Reference, Sample, Snapshot, Step
from lmcore.generation.samples import sample
from lmcore.models.base import LanguageModel
from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.ngram import NgramConfig
from lmcore.models.registry import ARCHITECTURES, build_model, described, from_description
from lmcore.tasks import counting
from lmcore.tasks.initial import branch_off, check_goes_on, initial_model
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpus import Corpus
from lmcore.text.ngrams import counting_loss
from lmcore.text.prepared import tokenized
from lmcore.text.splits import IdSplit, split_ids
from lmcore.text.tokenizers import Tokenizer
from lmcore.training.batches import TokenBatches, as_tensor
from lmcore.training.checkpoints import load_checkpoint, save_checkpoint
from lmcore.training.evaluation import MOST_TOKENS, held_back_loss
from lmcore.training.loop import train
from lmcore.training.monitoring import Monitor
from lmcore.training.snapshots import read_snapshot
from lmcore.training.state import TrainingState
from lmcore.training.streams import StreamBatches

CHANGEABLE = ("learning_rate", "batch_size", "dropout")
COUNTING_STEP = 20  # the counting baseline waits until the curve is moving
COUNTED = 500_000  # held-back tokens it is measured on, at most


def start(
    spec: RunSpec, corpus: Corpus, folder: Path, cache: Path | None = None
) -> "LanguageModelRun | counting.CountingRun":
    """Prepare tokenizer, data and model, and write `tokenizer.json` and `model.json` into `folder`.

    With `cache` the token ids of a corpus are kept there for the next run. Raises `TextError` if the text is
    shorter than one context, `ConfigError` if the device is not there.
    """
    check_goes_on(spec)
    device = choose_device(spec.device)
    tokenizer, ids = tokenized(corpus, spec.cleaning, spec.tokenizer, cache)
    parts = split_ids(ids, spec.training.validation_share, spec.training.test_share)
    if ARCHITECTURES[spec.architecture].counts:
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(folder / "tokenizer.json")
        return counting.start(spec, tokenizer, parts, folder)
    config = replace(spec.model, vocab_size=tokenizer.vocab_size + len(spec.model.specials))
    cut = batches_for(config)
    batches = cut(parts.train, config.context_length, spec.training.batch_size, spec.seed, device)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(folder / "tokenizer.json")
    _write_text(folder / "model.json", json.dumps(described(config), indent=2))
    model = _first_weights(spec, config, folder).to(device)
    precision = choose_precision(device, spec.precision, fits=model.low_precision)
    state = TrainingState(model, batches, spec.training, precision)
    if spec.initial.goes_on:
        branch_off(state, spec.initial.step)
    state.monitor = Monitor(state)
    return LanguageModelRun(state, tokenizer, parts, spec.seed)


def batches_for(config: ModelConfig) -> type[TokenBatches]:
    """How the text is cut for a model: one that carries its state along reads on where it ended."""
    return StreamBatches if getattr(config, "carry", False) else TokenBatches


def _first_weights(spec: RunSpec, config: ModelConfig, folder: Path) -> LanguageModel:
    """The model before its first step; `initial.json` says what was taken from another."""
    model, report = initial_model(spec, config, folder)
    if report is not None:
        _write_text(folder / "initial.json", json.dumps(report.to_json()))
    return model


class LanguageModelRun:
    """A language model under training; see `lmcore.tasks.training_run.TrainingRun`."""

    def __init__(
        self,
        state: TrainingState,
        tokenizer: Tokenizer,
        parts: IdSplit,
        seed: int,
    ) -> None:
        self.state = state
        self.tokenizer = tokenizer
        self.parts = parts
        self.seed = seed
        self.device = state.device.type
        self._prompt = first_ids(tokenizer, parts.validation)

    @property
    def step(self) -> int:
        return self.state.step

    @property
    def planned_steps(self) -> int:
        """0 for a run that ends by the clock."""
        return 0 if self.state.config.seconds > 0 else self.state.config.steps

    def events(self) -> Iterator[Event]:
        """The reference losses, and what `train` yields with a sample before every snapshot.

        Counting predicts the next token, so it is no reference for filling gaps.
        """
        yield Reference("uniform", math.log(self.tokenizer.vocab_size))
        counted = self.state.config.objective != "causal"
        held_back = self._on_device(self.parts.validation)
        for event in train(self.state, held_back):
            if isinstance(event, Snapshot) and self.state.config.sample_length:
                yield self._sample()
            if isinstance(event, Finished):
                yield from self._at_the_end(counted)
            yield event
            if isinstance(event, Step) and event.step >= COUNTING_STEP and not counted:
                counted = True
                yield self._counting()

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`, `batch_size` or `dropout` for the steps to come; raises `ConfigError`."""
        check_choice("setting", name, CHANGEABLE)
        if name == "dropout":
            self.state.set_dropout(replace(self.state.model.config, dropout=value).dropout)
            return
        config = replace(self.state.config, **{name: value})  # which checks the value
        if name == "batch_size":
            config = replace(config, batch_size=int(value))
        self.state.reconfigure(config)

    def save_checkpoint(self, path: Path) -> None:
        """Write all that is needed to go on as if nothing had happened."""
        save_checkpoint(path, self.state.capture())

    def load_checkpoint(self, path: Path) -> None:
        """Go back to what `save_checkpoint` wrote; raises `RunError` if it does not fit."""
        self.state.restore(load_checkpoint(path))

    def _at_the_end(self, counted: bool) -> Iterator[Reference]:
        """The baseline, if the run was too short for it, and the loss on the text nothing was tuned on."""
        if not counted:
            yield self._counting()
        if len(self.parts.test) > 1:
            ids = self._on_device(self.parts.test)
            loss = held_back_loss(
                self.state.shown, ids, self.state.batches.context_length, MOST_TOKENS, self.state.objective
            )
            yield Reference("test", loss)

    def _on_device(self, ids: np.ndarray) -> torch.Tensor:
        return as_tensor(ids).to(self.device)

    def _sample(self) -> Sample:
        """What the model writes now; the same run writes the same text."""
        written = sample(
            self.state.shown,
            self.tokenizer,
            self._prompt,
            self.parts.validation,
            self.state.config.sample_length,
            objective=self.state.config.objective,
            seed=(self.seed + self.step) % 2**31,
        )
        return Sample(self.step, written)

    def _counting(self) -> Reference:
        loss, order = counting_loss(
            self.parts.train, self.parts.validation[:COUNTED], self.tokenizer.vocab_size
        )
        return Reference("counting", loss, order)


def load_model(folder: Path, step: int) -> tuple[LanguageModel, Tokenizer]:
    """The model of a run as it was at `step`, on the CPU; raises `RunError` if there is no such snapshot."""
    tensors = read_snapshot(folder, step)
    if not (folder / "model.json").is_file() or not (folder / "tokenizer.json").is_file():
        raise RunError("snapshot_missing", step=step)
    config = from_description(json.loads((folder / "model.json").read_text(encoding="utf-8")))
    if isinstance(config, NgramConfig):
        model = counting.load_counting(folder, config, int(tensors["counted"]))
        return model.eval(), Tokenizer.load(folder / "tokenizer.json")
    model = build_model(config)
    model.load_state_dict({name: value.float() for name, value in tensors.items()})
    return model.eval(), Tokenizer.load(folder / "tokenizer.json")


def first_ids(tokenizer: Tokenizer, validation_ids: np.ndarray) -> list[int]:
    """What samples continue from: the newline before a paragraph if there are any, else the first token."""
    newline = tokenizer.ids("\n").tolist()
    usable = not tokenizer.unknown("\n") and newline[-1] in validation_ids
    return newline if usable else [int(validation_ids[0])]


def _write_text(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
