"""The run doctor: one synthetic run for every finding, and healthy ones of which it says nothing."""

import math
from dataclasses import replace
from typing import Any

import pytest

from lmcore.analysis.doctor import diagnose, suspects_leak
from lmcore.analysis.findings import MEND, Curves, Look
from lmcore.analysis.seen_before import seen_share
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec

SPEC = with_model(RunSpec(), "gpt")
REFERENCES = {"uniform": 4.17, "counting": 1.67}
STEPS = 1500
NAMES = ("embedding", "0.attention", "0.mlp", "1.attention", "1.mlp", "2.attention", "2.mlp", "head")


def falling(start: float = 4.17, end: float = 1.55, power: float = 0.6) -> list[tuple[int, float]]:
    """A power law, as losses fall."""
    return [(step, end + (start - end) / (1 + step / 30) ** power) for step in range(0, STEPS + 1, 50)]


def healthy(**changes: Any) -> Curves:
    training = [(step, 1.7 + 0.05 * math.sin(step * 2.4), 0.6) for step in range(STEPS - 200, STEPS)]
    given = {
        "training": training,
        "validation": falling(),
        "references": REFERENCES,
        "looks": [look(), look(), look()],
        "planned_steps": STEPS,
    }
    return Curves(**given | changes)


def look(gradients: tuple[float, ...] = (1, 1, 1, 1, 1, 1, 1, 1), dead: float = 0.02) -> Look:
    shares = [dead if name.endswith("mlp") else None for name in NAMES]
    return Look(100, NAMES, gradients, shares)


def keys(curves: Curves, spec: RunSpec = SPEC) -> list[str]:
    return [finding.key for finding in diagnose(curves, spec)]


def trained(**changes: Any) -> RunSpec:
    return replace(SPEC, training=replace(SPEC.training, **changes))


def test_nothing_is_said_of_a_healthy_run() -> None:
    assert keys(healthy()) == []


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_nothing_is_said_of_a_run_that_has_just_begun(n: int) -> None:
    assert keys(healthy(training=healthy().training[:n], validation=falling()[:n], looks=[])) == []


def test_nothing_is_said_when_no_loss_was_a_number() -> None:
    nothing = [(step, None, None) for step in range(200)]
    assert keys(healthy(training=nothing, validation=[(0, None), (50, math.nan)], looks=[])) == []


def test_diverged_says_only_that_and_mends_at_a_quarter() -> None:
    (finding,) = diagnose(healthy(diverged=True, validation=falling(1.5, 4.0)), SPEC)
    assert (finding.key, finding.remedy) == ("diverged", (MEND, SPEC.training.learning_rate / 4))


def test_a_rate_test_that_diverged_is_as_it_should_be() -> None:
    assert keys(healthy(diverged=True), trained(schedule="range")) == []


def test_a_rate_of_0() -> None:
    flat = [(step, 4.17) for step in range(0, STEPS + 1, 50)]
    (finding,) = diagnose(healthy(validation=flat), trained(learning_rate=0.0))
    assert (finding.key, finding.remedy) == ("rate_zero", ("learning_rate", 3e-3))


def test_overfitting_since_the_lowest_validation_loss() -> None:
    valley = [(step, 2.0 + abs(step - 600) / 1500) for step in range(0, STEPS + 1, 50)]
    (finding,) = diagnose(healthy(validation=valley), SPEC)
    assert finding.key == "overfitting"
    assert finding.given == {"step": 600}
    assert finding.remedy == ("dropout", 0.2)


def test_a_model_with_dropout_that_overfits_is_to_stop_earlier() -> None:
    valley = [(step, 2.0 + abs(step - 600) / 1500) for step in range(0, STEPS + 1, 50)]
    spec = replace(SPEC, model=replace(SPEC.model, dropout=0.3))
    assert diagnose(healthy(validation=valley), spec)[0].remedy == ("steps", 600)


def test_both_losses_rising_is_no_overfitting() -> None:
    valley = [(step, 2.0 + abs(step - 600) / 1500) for step in range(0, STEPS + 1, 50)]
    training = [(step, 2.6 + 0.05 * math.sin(step * 2.4), 0.6) for step in range(STEPS - 200, STEPS)]
    assert keys(healthy(validation=valley, training=training)) == ["unstable"]


def test_a_straight_line_is_too_slow() -> None:
    line = [(step, 4.17 - step / 1500) for step in range(0, STEPS + 1, 50)]
    (finding,) = diagnose(healthy(validation=line), SPEC)
    assert (finding.key, finding.remedy) == ("too_slow", ("learning_rate", pytest.approx(9e-3)))


def test_a_steep_end_is_too_short() -> None:
    curve = [(step, 1.2 + 3 / (1 + step / 600)) for step in range(0, STEPS + 1, 50)]
    late = [(step, loss - 0.4 * max(0, step - 1200) / 300) for step, loss in curve]
    (finding,) = diagnose(healthy(validation=late), SPEC)
    assert (finding.key, finding.remedy) == ("too_short", ("steps", 3000))


def test_a_loss_that_no_longer_falls_above_counting_is_stuck() -> None:
    stuck = [(step, max(2.2, 4.17 - step / 100)) for step in range(0, STEPS + 1, 50)]
    assert keys(healthy(validation=stuck)) == ["plateau"]


def test_a_loss_that_no_longer_falls_below_counting_may_be_the_end() -> None:
    assert keys(healthy(validation=[(s, max(1.5, 4.17 - s / 100)) for s in range(0, STEPS + 1, 50)])) == []


def test_a_loss_at_the_guess_wants_another_rate() -> None:
    calm = [(step, 4.17 - step / 1e5) for step in range(0, STEPS + 1, 50)]
    wild = [(step, 4.17 + (step // 50 % 2)) for step in range(0, STEPS + 1, 50)]
    (slow,), fast = diagnose(healthy(validation=calm), SPEC), diagnose(healthy(validation=wild), SPEC)
    assert (slow.key, slow.remedy) == ("not_learning", ("learning_rate", pytest.approx(0.03)))
    assert fast[-1].remedy == ("learning_rate", pytest.approx(0.0003))


def test_dead_units() -> None:
    (finding,) = diagnose(healthy(looks=[look(dead=0.8)]), with_model(RunSpec(), "fast"))
    assert (finding.key, finding.given) == ("dead", {"share": 80, "layer": "0.mlp"})
    assert finding.remedy == ("activation", "gelu")


def test_vanishing_gradients() -> None:
    faint = look((1, 1e-4, 1e-4, 0.01, 0.01, 1, 1, 1))
    (finding,) = diagnose(healthy(looks=[faint, faint]), SPEC)
    assert (finding.key, finding.given["times"]) == ("vanishing", pytest.approx(10_000, abs=1))
    assert finding.remedy == ("n_layers", 1)


def test_a_simple_recurrent_network_is_offered_an_lstm() -> None:
    faint = look((1, 1e-4, 1e-4, 0.01, 0.01, 1, 1, 1))
    assert diagnose(healthy(looks=[faint, faint]), with_model(RunSpec(), "rnn"))[0].remedy == ("cell", "lstm")


def test_one_faint_look_is_not_enough() -> None:
    assert keys(healthy(looks=[look((1, 1e-4, 1e-4, 0.01, 0.01, 1, 1, 1)), look()])) == []


def test_clipping_at_every_step() -> None:
    clipped = [(step, loss, 4.0) for step, loss, _ in healthy().training]
    (finding,) = diagnose(healthy(training=clipped), SPEC)
    assert (finding.key, finding.remedy) == ("clipping", ("gradient_clip", 6.0))


def test_batches_too_small() -> None:
    jumping = [(step, 1.7 + 0.6 * (-1) ** step, 0.6) for step in range(STEPS - 200, STEPS)]
    (finding,) = diagnose(healthy(training=jumping), SPEC)
    assert (finding.key, finding.remedy) == ("noise", ("batch_size", 128))


def test_far_better_than_counting_is_a_leak() -> None:
    curves = healthy(validation=falling(end=0.3))
    assert keys(curves) == ["leak"]
    assert suspects_leak(curves, SPEC)
    assert keys(replace(curves, seen_share=0.9)) == ["leak_seen"]


def test_a_masked_model_may_be_far_better_than_counting() -> None:
    assert keys(healthy(validation=falling(end=0.3)), with_model(RunSpec(), "bert")) == []


def test_below_the_entropy_of_the_text_is_a_leak() -> None:
    assert keys(healthy(references=REFERENCES | {"entropy": 1.9})) == ["leak_bound"]


def test_held_back_text_that_was_trained_on_is_found(small_text: str) -> None:
    unlike = "".join(chr(0x4E00 + 7919 * i % 20_000) for i in range(4_000))
    assert seen_share(small_text[:1000] * 20, 0.1, 0.05) == 1.0
    assert seen_share(unlike, 0.1, 0.05) == 0.0
    assert seen_share("short", 0.1, 0.05) is None
