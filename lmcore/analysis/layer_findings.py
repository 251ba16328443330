"""What the run doctor finds inside the model: dead units, and gradients that vanish on their way down."""

import math
from collections.abc import Iterator
from statistics import median

from lmcore.analysis.findings import Curves, Finding, Look, Settings

DEAD = 0.5  # of a layer's units
VANISHED = 0.01  # the gradient of the lowest layer over that of the highest


def dead(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """More than half of a layer's units silent for a whole batch: no gradient reaches them."""
    if not curves.looks:
        return
    look = curves.looks[-1]
    shares = [(share, name) for share, name in zip(look.dead_shares, look.names, strict=True) if share]
    share, name = max(shares, key=lambda pair: pair[0], default=(0.0, ""))
    if share > DEAD:
        has_choice = getattr(spec.model, "activation", "gelu") != "gelu"
        remedy = ("activation", "gelu") if has_choice else ("learning_rate", spec.training.learning_rate / 4)
        yield Finding("dead", {"share": round(100 * share), "layer": name}, remedy)


def vanishing(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """The lowest layer's gradients far below the highest's (Bengio et al. 1994), in all of the last looks."""
    ratios = [ratio for look in curves.looks[-3:] if (ratio := _lowest_over_highest(look)) is not None]
    if len(ratios) < 2 or max(ratios) >= VANISHED:
        return
    given = {"times": round(1 / max(median(ratios), 1e-9))}
    if getattr(spec.model, "cell", "") == "rnn":
        yield Finding("vanishing", given, ("cell", "lstm"))
    else:
        layers = getattr(spec.model, "n_layers", 1)
        yield Finding("vanishing", given, ("n_layers", layers // 2) if layers > 1 else None)


def _lowest_over_highest(look: Look) -> float | None:
    """Of the groups that lie in layers: their names begin with the number of the layer."""
    layers: dict[int, float] = {}
    for name, norm in zip(look.names, look.gradient_norms, strict=True):
        number = name.partition(".")[0]
        if number.isdecimal() and math.isfinite(norm):
            layers[int(number)] = math.hypot(layers.get(int(number), 0.0), norm)
    lowest, highest = layers.get(min(layers, default=0)), layers.get(max(layers, default=0))
    if len(layers) < 2 or not highest or lowest is None:
        return None
    return lowest / highest
