"""The picture of one step holds its numbers, and shows tokens as they are."""

from typing import Any

import plotly.graph_objects as go

from lmcore.figures.one_step import one_step_figure

NAMES = ("Before", "After", "Gradient")


def bars(figure: go.Figure) -> Any:
    return figure.data


def test_both_losses_and_the_gradients_are_drawn() -> None:
    figure = one_step_figure(
        ["a", "a"], [2.0, 1.0], [1.5, 0.5], [("Embedding", 0.3), ("Layer 1", 0.1)], NAMES
    )
    before, after, gradient = bars(figure)
    assert (list(before.y), list(after.y)) == ([2.0, 1.0], [1.5, 0.5])
    assert list(before.x) == [0, 1]  # the same token twice keeps two places
    assert list(gradient.x) == [0.3, 0.1] and list(gradient.y) == ["Embedding", "Layer 1"]


def test_tokens_are_drawn_letter_by_letter() -> None:
    figure = one_step_figure(["<b>"], [1.0], [1.0], [("<i>", 1.0)], NAMES, "<u>")
    layout: Any = figure.layout
    assert list(layout.xaxis.ticktext) == ["&lt;b&gt;"] and bars(figure)[2].y[0] == "&lt;i&gt;"
    assert layout.title.text == "&lt;u&gt;"
