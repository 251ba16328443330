"""Figures of rate tests, sweeps and scaling laws: drawn whatever they say, and hostile names stay text."""

import json
import math

import numpy as np
import pytest

from lmcore.analysis.rate_range import read_rates
from lmcore.analysis.scaling import fit
from lmcore.figures.export import as_html
from lmcore.figures.parallel_lines import parallel_lines
from lmcore.figures.rate_curve import rate_curve
from lmcore.figures.scaling_law import scaling_law

HOSTILE = "<script>alert(1)</script>"
RATES = [1e-4 * 10 ** (4 * i / 119) for i in range(120)]


def test_a_rate_test_marks_its_suggestion() -> None:
    reading = read_rates(RATES, [4 - math.exp(-((math.log(rate / 0.05)) ** 2)) for rate in RATES])
    figure = rate_curve(reading, HOSTILE)
    assert HOSTILE not in json.dumps(figure.to_plotly_json(), default=str)
    assert any(f"suggestion {reading.suggestion:.2g}" in a.text for a in figure.layout.annotations)  # type: ignore[attr-defined]


@pytest.mark.parametrize("losses", [[], [4.0, 3.9], [4.0] * 120])
def test_a_rate_test_that_says_nothing_is_drawn(losses: list[float]) -> None:
    as_html(rate_curve(read_rates(RATES[: len(losses)], losses)))


def test_a_sweep_has_an_axis_for_each_setting_and_the_loss() -> None:
    settings = [{"rate": rate, "kind": kind} for rate in (0.001, 0.01) for kind in ("a", HOSTILE)]
    figure = parallel_lines(settings, [2.0, 1.0, 3.0, 1.5], {"rate": HOSTILE, "kind": "Kind"}, ["rate"])
    (drawn,) = figure.data
    assert [len(axis.values) for axis in drawn.dimensions] == [4, 4, 4]
    np.testing.assert_allclose(drawn.dimensions[0].values, [-3, -3, -2, -2])
    assert drawn.line.color.argmin() == 1
    assert HOSTILE not in as_html(figure).decode().partition("<script>")[0]


def test_a_sweep_of_one_run_is_drawn() -> None:
    as_html(parallel_lines([{"rate": 0.0}], [2.0], {"rate": "Rate"}, ["rate"]))


def test_a_scaling_law_shows_its_runs_and_its_test() -> None:
    sizes = [3e3, 7e3, 1.4e4, 2.5e4, 5.5e4]
    small = [(int(x), 1.2 + 60 * x**-0.4) for x in sizes]
    law = fit(np.array(sizes), np.array([loss for _, loss in small]))
    figure = scaling_law(law, [*small, (10**5, None)], [(10**6, 1.44)], HOSTILE, HOSTILE)
    assert len(figure.data) == 5
    assert "L = 1.2" in figure.layout.annotations[0].text  # type: ignore[attr-defined]
    as_html(figure)
