"""One sentence that says what a loss curve shows."""

from dataclasses import dataclass, field
from typing import Any

OVERFITTING = 0.05  # validation loss above its lowest value, as a share of it


@dataclass(frozen=True)
class Reading:
    """Keys of two texts, `reading.<key>`, and the figures in them."""

    headline: str
    rest: str
    given: dict[str, Any] = field(default_factory=dict)


def read_curve(
    validation: list[tuple[int, float]], references: dict[str, float], training_loss: float | None
) -> Reading:
    """What the validation curve, (step, loss) pairs, says beside its references and the training loss."""
    if len(validation) < 2:
        return Reading("just_started", "first_points")
    step, loss = validation[-1]
    best_step, best = min(validation, key=lambda point: point[1])
    given: dict[str, Any] = {"step": step, "loss": loss, "best_step": best_step}
    if loss > best * (1 + OVERFITTING):
        return Reading("overfitting", "overfitting_rest", given)
    gap = loss - training_loss if training_loss is not None else 0.0
    rest = "gap" if gap > 0.15 * loss else "no_gap"
    counting = references.get("counting")
    if counting is not None and loss < counting:
        given["since"] = next(s for s, value in validation if value < counting)
        return Reading("beats_counting", rest, given)
    if loss < references.get("uniform", loss):
        share = 1 - loss / references["uniform"]
        return Reading(
            "beats_guessing", "counting_ahead" if counting else rest, given | {"share": round(100 * share)}
        )
    return Reading("not_yet", "not_yet_rest", given)
