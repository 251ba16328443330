"""What differs between runs: in their settings, and in what came out. Plain values in, plain values out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lmcore.text.config import FIXED_KINDS

GROUPS = ("text", "model", "training", "machine")  # of settings, as they are shown
GROUP_OF = {
    "corpus": "text",
    "cleaning": "text",
    "tokenizer": "text",
    "model": "model",
    "initial": "training",
    "training": "training",
}
SAME_LOSS = ("corpus", "cleaning", "tokenizer")  # groups of settings that decide what a loss is of
SAME_LOSS_TOO = ("training.objective", "training.validation_share", "training.test_share")
NOT_SETTINGS = ("corpus_sha256", "task", "vectors")  # what follows from others, or belongs to other tasks
DERIVED = ("model.vocab_size",)  # from the tokenizer
MISSING = None  # the value of a setting that a model does not have


@dataclass(frozen=True)
class Difference:
    """One setting that is not the same in all runs, `training.learning_rate` for instance."""

    group: str
    name: str
    values: tuple[Any, ...]  # one for each run; MISSING where the run has no such setting


def flattened(spec: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested settings as one level of dotted names.

    >>> flattened({"seed": 1, "model": {"d_model": 64}})
    {'seed': 1, 'model.d_model': 64}
    """
    flat: dict[str, Any] = {}
    for name, value in spec.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{before}{name}.")
        else:
            flat[before + name] = tuple(value) if isinstance(value, list) else value
    return flat


def differing(specs: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """The settings in which the specs, as `RunSpec.to_json` gives them, are not all alike; in groups."""
    flat = [_settings(spec) for spec in specs]
    found = []
    for name in dict.fromkeys(name for one in flat for name in one):
        values = tuple(one.get(name, MISSING) for one in flat)
        if any(not _same(value, values[0]) for value in values):
            found.append(Difference(GROUP_OF.get(name.partition(".")[0], "machine"), name, values))
    return sorted(found, key=lambda difference: GROUPS.index(difference.group))


def _settings(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen and has an effect."""
    flat = flattened({name: value for name, value in spec.items() if name not in NOT_SETTINGS})
    idle = ("tokenizer.vocab_size",) if flat.get("tokenizer.kind") in FIXED_KINDS else ()
    return {name: value for name, value in flat.items() if name not in (*DERIVED, *idle)}


def _same(one: Any, other: Any) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def comparable(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a loss of both is per the same kind of token of the same held-back text, for the same task."""
    mine, theirs = _settings(one), _settings(other)
    decisive = [
        name
        for name in mine.keys() | theirs.keys()
        if name in SAME_LOSS_TOO or name.partition(".")[0] in SAME_LOSS
    ]
    return all(mine.get(name) == theirs.get(name) for name in decisive)


@dataclass(frozen=True)
class Outcome:
    """What came out of one run; None for what is not known."""

    final_loss: float | None = None  # nats, on the held-back text, the last one measured
    best_loss: float | None = None
    best_step: int | None = None
    test_loss: float | None = None
    perplexity: float | None = None  # e^final_loss
    bits_per_byte: float | None = None
    n_parameters: int | None = None
    tokens_per_s: float | None = None
    share_of_peak: float | None = None  # of what the machine's matrix products reach
    seconds: float | None = None  # of updates; measuring and saving are not in it
    device: str | None = None


def outcome(
    evaluations: Sequence[tuple[int, float | None]],
    *,
    test_loss: float | None = None,
    bytes_per_token: float | None = None,
    **measured: Any,
) -> Outcome:
    """The figures of a run, from (step, loss) on the held-back text; `measured` are fields of `Outcome`."""
    known = [(step, loss) for step, loss in evaluations if loss is not None and math.isfinite(loss)]
    if not known:
        return Outcome(test_loss=test_loss, **measured)
    final = known[-1][1]
    best_step, best = min(known, key=lambda point: point[1])
    bits = final / math.log(2) / bytes_per_token if bytes_per_token else None
    return Outcome(
        final,
        best,
        best_step,
        test_loss,
        perplexity=math.exp(final) if final < 700 else None,  # a larger one is no number
        bits_per_byte=bits,
        **measured,
    )


def differences(values: Sequence[float | None]) -> list[float | None]:
    """Every value less the first; None for the first, and where either is not known.

    >>> differences([2.0, 1.5, None])
    [None, -0.5, None]
    """
    first = values[0]
    return [
        None if i == 0 or value is None or first is None else value - first for i, value in enumerate(values)
    ]


def seconds_of_updates(
    speeds: Sequence[tuple[int, float | None]], tokens_per_update: float, changes: Sequence[tuple[int, float]]
) -> float:
    """Seconds that updates took, from (step, tokens/s); `changes` are later (step, tokens per update).

    >>> seconds_of_updates([(1, 10.0), (2, 10.0), (3, 20.0)], 20, [(2, 40)])
    6.0
    """
    seconds, coming = 0.0, list(changes)
    for step, speed in speeds:
        while coming and coming[0][0] < step:
            tokens_per_update = coming.pop(0)[1]
        seconds += tokens_per_update / speed if speed else 0.0
    return seconds
