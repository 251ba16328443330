"""The weights a run begins with: random, or from an earlier run, or from a folder of `transformers`."""

import json
import re
from pathlib import Path

import torch
from torch import Tensor

from lmcore.device import seed_everything
from lmcore.errors import ConfigError, LmcoreError, RunError
from lmcore.i18n import ASSETS
from lmcore.models.base import LanguageModel
from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.initial import MODELS
from lmcore.models.initialisation import initialise
from lmcore.models.pretrained import LoadReport, SharedTokens, read_pretrained, take_over
from lmcore.models.registry import build_model, from_description
from lmcore.tasks.spec import RunSpec
from lmcore.text.pretrained import load_pretrained
from lmcore.text.tokenizers import Tokenizer
from lmcore.training.snapshots import read_snapshot
from lmcore.training.state import TrainingState

_RUN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def initial_model(
    spec: RunSpec, config: ModelConfig, folder: Path
) -> tuple[LanguageModel, LoadReport | None]:
    """A model of `config` with its first weights, on the CPU, and what was taken where something was.

    `folder` is the run's, with its `tokenizer.json`; other runs lie beside it. Raises `RunError` for weights
    that are not there or do not fit.
    """
    seed_everything(spec.seed)
    model = build_model(config)
    assert isinstance(model, LanguageModel)
    initialise(model, spec.initial.scheme, spec.seed)
    if not spec.initial.run and not spec.initial.folder:
        return model, None
    theirs, tensors, tokenizer = _source(spec, folder)
    tokens = shared_tokens(Tokenizer.load(folder / "tokenizer.json"), config, tokenizer, theirs)
    return model, take_over(model, tensors, tokens)


def check_goes_on(spec: RunSpec) -> None:
    """Raise `ConfigError` for a run that branches off where it would have ended."""
    initial, training = spec.initial, spec.training
    if initial.goes_on and not training.seconds and training.steps <= initial.step:
        raise ConfigError("no_steps_left", step=initial.step, steps=training.steps)


def branch_off(state: TrainingState, step: int) -> None:
    """Count on from `step`, with the batches that come after it."""
    for _ in range(step * state.config.accumulate):
        state.batches.next()
    state.step = step


def _source(spec: RunSpec, folder: Path) -> tuple[ModelConfig, dict[str, Tensor], Tokenizer | None]:
    """Settings, weights under our names, and the tokenizer that they were trained with."""
    if spec.initial.run:
        there = run_beside(folder, spec.initial.run)
        tensors = read_snapshot(there, spec.initial.step)
        config = from_description(json.loads((there / "model.json").read_text(encoding="utf-8")))
        return config, tensors, Tokenizer.load(there / "tokenizer.json")
    there = _folder_of_others(folder.parent.parent / MODELS, spec.initial.folder)
    config, tensors = read_pretrained(there)
    try:
        return config, tensors, load_pretrained(there)
    except LmcoreError:  # its rows are taken by their numbers
        return config, tensors, None


def _folder_of_others(place: Path, name: str) -> Path:
    """Inside `place`, unless the name is an absolute path; raises `RunError` for a way out of it."""
    given = Path(name).expanduser()
    if not given.is_absolute() and ".." in given.parts:
        raise RunError("folder_missing", name=name[:80])
    return place / given


def run_beside(folder: Path, run: str) -> Path:
    """The folder of another run, stored ones included; raises `RunError` if there is none of that id."""
    if _RUN.fullmatch(run):
        for place in (folder.parent / run, ASSETS / "showcase" / run):
            if (place / "model.json").is_file():
                return place
    raise RunError("initial_run_missing", run=run[:40])


def shared_tokens(
    ours: Tokenizer, config: ModelConfig, theirs: Tokenizer | None, their_config: ModelConfig
) -> SharedTokens | None:
    """Which tokens both vocabularies have, special ones by their name; None where all rows mean the same.

    Without their tokenizer rows are taken by number.
    """
    if theirs is None:
        return None
    known = _rows(theirs, their_config)
    pairs = [(row, known[token]) for token, row in _rows(ours, config).items() if token in known]
    same = config.vocab_size == their_config.vocab_size == len(pairs) and all(a == b for a, b in pairs)
    if same or not pairs:
        return None
    here, there = (torch.tensor(rows) for rows in zip(*pairs, strict=True))
    return SharedTokens(here, there, config.vocab_size, their_config.vocab_size)


def _rows(tokenizer: Tokenizer, config: ModelConfig) -> dict[bytes | str, int]:
    """What a row stands for → its number; of several that stand for the same, the first."""
    rows: dict[bytes | str, int] = {}
    for row in range(min(tokenizer.vocab_size, config.vocab_size - len(config.specials))):
        rows.setdefault(_stands_for(tokenizer, row), row)
    rows |= {name: config.special(name) for name in config.specials}
    return rows


def _stands_for(tokenizer: Tokenizer, row: int) -> bytes | str:
    return "unknown" if row == tokenizer.unknown_id else tokenizer.token_bytes(row)
