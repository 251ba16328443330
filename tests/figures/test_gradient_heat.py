"""The heat map of gradients holds logarithms, and holes where there are none."""

import numpy as np
import pytest

from lmcore.figures.gradient_heat import gradient_heat


def test_colours_are_logarithms_and_rows_are_groups() -> None:
    norms = np.array([[0.1, 10.0, 0.0], [0.01, np.nan, 1.0]])
    figure = gradient_heat(["Embedding", "<b>Head", "Norm"], np.array([0, 5]), norms)
    drawn = figure.data[0]
    z = np.array(drawn["z"], dtype=float)
    assert z[0] == pytest.approx([-1, -2]) and z[1, 0] == 1 and z[2, 1] == 0
    assert np.isnan(z[1, 1]) and np.isnan(z[2, 0])
    assert list(drawn["y"]) == ["Embedding", "&lt;b&gt;Head", "Norm"]
