"""What a loss curve is said to show is what it shows."""

import pytest

from lmcore.analysis.reading import Reading, read_curve
from lmcore.i18n import LANGUAGES, texts, translate

UNIFORM, COUNTING = 4.0, 2.5
REFERENCES = {"uniform": UNIFORM, "counting": COUNTING}

CURVES = {  # expected headline and rest: validation losses every 50 steps, references, training loss
    ("just_started", "first_points"): ([4.0], REFERENCES, None),
    ("not_yet", "not_yet_rest"): ([4.0, 3.999], REFERENCES, 4.0),
    ("beats_guessing", "counting_ahead"): ([4.0, 3.0], REFERENCES, 3.0),
    ("beats_guessing", "no_gap"): ([4.0, 3.0], {"uniform": UNIFORM}, 3.0),
    ("beats_guessing", "gap"): ([4.0, 3.0], {"uniform": UNIFORM}, 1.5),
    ("beats_counting", "no_gap"): ([4.0, 2.6, 2.0], REFERENCES, 1.9),
    ("beats_counting", "gap"): ([4.0, 2.6, 2.0], REFERENCES, 1.0),
    ("overfitting", "overfitting_rest"): ([4.0, 1.8, 2.2], REFERENCES, 0.5),
    ("worse", "worse_rest"): ([4.0, 1.8, 3.9], REFERENCES, 3.8),
}


def read(losses: list, references: dict[str, float], training: float | None) -> Reading:
    return read_curve([(50 * i, loss) for i, loss in enumerate(losses)], references, training)


@pytest.mark.parametrize("expected", CURVES, ids=" ".join)
def test_every_reading_has_its_curve(expected: tuple[str, str]) -> None:
    reading = read(*CURVES[expected])
    assert (reading.headline, reading.rest) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("expected", CURVES, ids=" ".join)
def test_every_reading_is_a_sentence(expected: tuple[str, str], language: str) -> None:
    reading = read(*CURVES[expected])
    for key in (reading.headline, reading.rest):
        assert "{" not in translate(f"reading.{key}", language, **reading.given)


def test_no_reading_is_written_for_nothing() -> None:
    reachable = {f"reading.{key}" for pair in CURVES for key in pair}
    assert reachable == {key for key in texts("en") if key.startswith("reading.")}


def test_over_fitting_is_dated_from_the_best_step() -> None:
    assert read([4.0, 2.0, 1.8, 2.0, 2.2], REFERENCES, 0.5).given["best_step"] == 100


def test_a_model_that_forgot_everything_does_not_learn_by_heart() -> None:
    """Both losses rose, as with too high a learning rate: that is no over-fitting."""
    assert read([4.0, 1.8, 5.0], REFERENCES, 5.1).headline == "worse"


def test_better_than_counting_since_it_stayed_better() -> None:
    assert read([4.0, 2.4, 2.6, 2.45, 2.44], REFERENCES, None).given["since"] == 150
    assert read([2.4, 2.3], REFERENCES, None).given["since"] == 0


def test_guessing_has_a_loss_of_ln_v_and_half_of_it_is_50_percent_better() -> None:
    assert read([UNIFORM, UNIFORM / 2], {"uniform": UNIFORM}, None).given["share"] == 50


def test_a_loss_that_was_no_number_is_passed_over() -> None:
    nan = float("nan")
    assert read([4.0, 3.0, None, nan], {"uniform": UNIFORM}, None).headline == "beats_guessing"
    assert read([None, nan], REFERENCES, None).headline == "just_started"
    assert read([], {}, None).headline == "just_started"


def test_without_references_nothing_is_claimed() -> None:
    assert read([4.0, 1.0], {}, None).headline == "not_yet"
