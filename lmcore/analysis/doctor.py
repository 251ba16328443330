"""The run doctor: what is wrong with a training, and the one change that may mend it."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import fmean, median

from lmcore.analysis.findings import MEND, Curves, Finding, Settings
from lmcore.analysis.layer_findings import dead, vanishing

RISEN = 0.05  # validation loss above its lowest, as a share of it
FEW = 6  # validation losses; with less nothing is said of their shape
LATE = 0.9  # of the planned steps, from where on a run counts as done
STEEP = 0.12  # of the whole fall of the loss, in the last fifth of the run: a line falls by 0.2 there
STRAIGHT = 0.4  # of the whole fall, in the second half: a line falls by 0.5 there
FLAT = 0.005  # of the loss, over the last two fifths of the run
BLIND = 0.97  # of the loss of a guess
LEAK = 0.5  # of the loss of counting n-grams
NOISE = 0.15  # standard deviation of a batch's loss, as a share of it
CLIPPED = 0.95  # of the late steps
TAIL = 30  # training losses that say something about noise and clipping
USUAL_RATE = 3e-3
LARGEST_RATE = 1.0


Rule = Callable[[Curves, Settings], Iterator[Finding]]


def diagnose(curves: Curves, spec: Settings) -> list[Finding]:
    """All that is wrong, the gravest first; empty for a healthy run, and where it is too early to say."""
    if spec.training.schedule == "range":
        return []  # it is meant to end badly
    found = [finding for rule in RULES for finding in rule(curves, spec)]
    return found[:1] if found and found[0].key in ("diverged", "rate_zero") else found


def _diverged(curves: Curves, spec: Settings) -> Iterator[Finding]:
    rate = spec.training.learning_rate
    if curves.diverged:
        yield Finding("diverged", {"rate": rate}, (MEND, rate / 4))


def _rate_zero(curves: Curves, spec: Settings) -> Iterator[Finding]:
    if spec.training.learning_rate == 0:
        yield Finding("rate_zero", {}, ("learning_rate", USUAL_RATE))


def _leak(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """A left-to-right model cannot be far better than counting n-grams, unless it has seen the text.

    Where the entropy of the text is known (Shannon 1948), no honest loss lies below it.
    """
    if not curves.known or spec.training.objective != "causal":
        return
    step, loss = min(curves.known, key=lambda point: point[1])
    counting, entropy = curves.references.get("counting"), curves.references.get("entropy")
    given = {"step": step, "loss": loss, "share": round(100 * (curves.seen_share or 0))}
    if curves.seen_share is not None and curves.seen_share > 0.2:
        yield Finding("leak_seen", given)
    elif entropy is not None and loss < 0.97 * entropy:
        yield Finding("leak_bound", given | {"bound": entropy})
    elif counting is not None and loss < LEAK * counting:
        yield Finding("leak", given | {"counting": counting})


def suspects_leak(curves: Curves, spec: Settings) -> bool:
    """Whether it is worth while to look for the held-back text in the training text."""
    return any(finding.key == "leak" for finding in _leak(curves, spec))


def _rising(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """Validation loss up: over-fitting where the training loss fell on, else a rate that is too large."""
    if len(curves.known) < 3:
        return
    best_step, best = min(curves.known, key=lambda point: point[1])
    if curves.known[-1][1] <= best * (1 + RISEN):
        return
    training = fmean(curves.losses[-20:]) if curves.losses else math.inf
    if training < best:
        dropout = spec.model.dropout
        remedy = ("steps", max(1, best_step)) if dropout >= 0.2 else ("dropout", 0.2)
        yield Finding("overfitting", {"step": best_step}, remedy)
    else:
        yield Finding("unstable", {"step": best_step}, ("learning_rate", spec.training.learning_rate / 4))


def _pace(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """Whether the loss fell enough: a straight line, a steep end, or no fall at all."""
    known = curves.known
    if len(known) < FEW or not curves.planned_steps or known[-1][0] < LATE * curves.planned_steps:
        return
    rate, last = spec.training.learning_rate, known[-1][0]
    fall = known[0][1] - known[-1][1]
    uniform = curves.references.get("uniform")
    if known[-1][1] > BLIND * (uniform or known[0][1]):
        change = min(LARGEST_RATE, rate * 10) if _calm(known) else rate / 10
        yield Finding("not_learning", {"loss": known[-1][1]}, ("learning_rate", change))
    elif fall > 0 and _fall_since(known, last / 2) > STRAIGHT * fall:
        yield Finding("too_slow", {"rate": rate}, ("learning_rate", min(LARGEST_RATE, rate * 3)))
    elif fall > 0 and _fall_since(known, 0.8 * last) > STEEP * fall:
        yield Finding("too_short", {"step": last}, ("steps", 2 * spec.training.steps))
    elif abs(_fall_since(known, 0.6 * last)) < FLAT * known[-1][1] and _is_behind(curves):
        yield Finding("plateau", {"step": round(0.6 * last)}, ("learning_rate", rate / 3))


def _calm(known: list[tuple[int, float]]) -> bool:
    """Whether the loss hardly moved at all: then the rate is too small, not too large."""
    return all(abs(after[1] - before[1]) < 0.05 * before[1] for before, after in pairwise(known))


def _fall_since(known: list[tuple[int, float]], step: float) -> float:
    """How much the loss fell after the last measurement at or before `step`."""
    return [loss for at, loss in known if at <= step][-1] - known[-1][1]


def _is_behind(curves: Curves) -> bool:
    """Whether there is more to learn, as counting n-grams shows."""
    counting = curves.references.get("counting")
    return counting is not None and curves.known[-1][1] > counting


def _clipping(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """Every late gradient clipped: its length says nothing any more (Pascanu et al. 2013)."""
    limit = spec.training.gradient_clip
    norms = [norm for _, _, norm in curves.training if norm is not None and math.isfinite(norm)]
    if not limit or len(norms) < TAIL or spec.training.optimizer == "muon":
        return
    share = fmean(norm > limit for norm in norms)
    if share > CLIPPED:
        wanted = min(1000.0, float(f"{1.5 * median(norms):.1g}"))
        given = {"share": round(100 * share), "limit": limit, "norm": median(norms)}
        yield Finding("clipping", given, ("gradient_clip", wanted) if wanted > limit else None)


def _noise(curves: Curves, spec: Settings) -> Iterator[Finding]:
    """The loss of a batch jumps: differences of neighbours have twice the variance of one."""
    losses = curves.losses
    if len(losses) < TAIL:
        return
    variance = fmean((after - before) ** 2 for before, after in pairwise(losses)) / 2
    share = math.sqrt(variance) / max(fmean(losses), 1e-9)
    batch = spec.training.batch_size
    if share > NOISE and batch <= 16_384:
        yield Finding("noise", {"share": round(100 * share), "batch": batch}, ("batch_size", 4 * batch))


RULES: tuple[Rule, ...] = (
    _diverged, _rate_zero, _leak, _rising, dead, vanishing, _pace, _clipping, _noise,
)  # fmt: skip
