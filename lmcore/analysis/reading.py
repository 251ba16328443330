"""One sentence that says what a loss curve shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

RISEN = 0.05  # validation loss above its lowest value, as a share of it
GAP = 0.15  # validation loss above the training loss, as a share of it

Curve = list[tuple[int, float]]


@dataclass(frozen=True)
class Reading:
    """Keys of two texts, `reading.<key>`, and the figures in them."""

    headline: str
    rest: str
    given: dict[str, Any] = field(default_factory=dict)


def read_curve(
    validation: Sequence[tuple[int, float | None]],
    references: dict[str, float],
    training_loss: float | None,
) -> Reading:
    """What the validation curve, (step, loss) pairs, says beside its references and the training loss.

    Over-fitting is said only where the training loss did not rise as well. A loss that was no number (None)
    is passed over.
    """
    curve = [(step, loss) for step, loss in validation if loss is not None and math.isfinite(loss)]
    if len(curve) < 2:
        return Reading("just_started", "first_points")
    step, loss = curve[-1]
    best_step, best = min(curve, key=lambda point: point[1])
    given: dict[str, Any] = {"step": step, "loss": loss, "best_step": best_step}
    if loss > best * (1 + RISEN):
        learned = training_loss is None or training_loss < best
        headline = "overfitting" if learned else "worse"
        return Reading(headline, f"{headline}_rest", given)
    rest = "no_gap" if training_loss is None or loss - training_loss <= GAP * loss else "gap"
    return _beside(references, curve, rest, given)


def _beside(references: dict[str, float], curve: Curve, rest: str, given: dict[str, Any]) -> Reading:
    """The last loss next to what needs no training: counting n-grams, and a uniform guess."""
    loss = curve[-1][1]
    counting, uniform = references.get("counting"), references.get("uniform")
    if counting is not None and loss < counting:
        return Reading("beats_counting", rest, given | {"since": _below_since(curve, counting)})
    share = round(100 * (1 - loss / uniform)) if uniform else 0
    if share >= 1:
        ahead = "counting_ahead" if counting is not None else rest
        return Reading("beats_guessing", ahead, given | {"share": share})
    return Reading("not_yet", "not_yet_rest", given)


def _below_since(curve: Curve, level: float) -> int:
    """The step from which on the curve stayed below `level`; its last point does."""
    above = [i for i, (_, loss) in enumerate(curve) if loss >= level]
    return curve[above[-1] + 1 if above else 0][0]
