"""A run that branches off another: its weights at one step, from there on with one setting changed."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lmcore.checks import check_choice
from lmcore.errors import ConfigError, RunError
from lmcore.models.configs.initial import InitialConfig
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec

OF_THE_MODEL = ("dropout",)
OF_THE_TRAINING = (
    "learning_rate", "batch_size", "steps", "optimizer", "schedule", "warmup_steps", "weight_decay",
    "gradient_clip", "accumulate", "label_smoothing", "averaging",
)  # fmt: skip
CHANGEABLE = (*OF_THE_TRAINING[:2], *OF_THE_MODEL, *OF_THE_TRAINING[2:])  # as they are offered

Marks = Sequence[tuple[int, str, dict[str, Any]]]


def settings_at(spec: RunSpec, marks: Marks, step: int) -> RunSpec:
    """The spec with what had been changed up to `step` while the run was going."""
    for at, key, given in marks:
        if key == "changed" and at <= step and given.get("name") in CHANGEABLE:
            spec = changed(spec, given["name"], given["value"])
    return spec


def changed(spec: RunSpec, name: str, value: Any) -> RunSpec:
    """The spec with one setting of `CHANGEABLE` set; raises `ConfigError`."""
    check_choice("setting", name, CHANGEABLE)
    if name in OF_THE_MODEL:
        return replace(spec, model=replace(spec.model, **{name: value}))
    if isinstance(getattr(spec.training, name), int) and math.isfinite(value):
        value = int(value)
    return replace(spec, training=replace(spec.training, **{name: value}))


def forked(record: RunRecord, marks: Marks, step: int, name: str, value: Any) -> RunSpec:
    """The spec of a fork of `record` at `step`; raises `ConfigError` where nothing is left to train."""
    if record.task != LANGUAGE_MODEL:
        raise RunError("fork_other_task", name=record.name)
    spec = changed(settings_at(record.spec, marks, step), name, value)
    if not spec.training.seconds and spec.training.steps <= step:
        raise ConfigError("no_steps_left", step=step, steps=spec.training.steps)
    return replace(spec, initial=InitialConfig(spec.initial.scheme, run=record.id, step=step, goes_on=True))
