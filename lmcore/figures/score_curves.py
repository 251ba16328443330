"""Scores over steps, with published values as dotted lines, for export and notebooks."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import CATEGORICAL, QUIET, plain, themed


def score_curves(
    curves: Mapping[str, np.ndarray], published: Sequence[tuple[str, float]] = (), title: str = ""
) -> go.Figure:
    """`curves`: name → (n, 2) array of step and score; the first is drawn thick. Names stand at the ends."""
    figure = go.Figure()
    for i, (name, points) in enumerate(curves.items()):
        colour = CATEGORICAL[i % len(CATEGORICAL)]
        line = {"color": colour, "width": 1.5 if i else 3}
        figure.add_scatter(x=points[:, 0], y=points[:, 1], mode="lines+markers", line=line, name=plain(name))
        if len(known := points[np.isfinite(points[:, 1])]):
            _label(figure, known[-1, 1], f"{plain(name)} {known[-1, 1]:.2f}", colour)
    for name, value in published:
        figure.add_hline(y=value, line={"color": QUIET, "width": 1, "dash": "dot"})
        _label(figure, value, f"{plain(name)} {value:.2f}", QUIET)
    figure.update_xaxes(title="step")
    figure.update_yaxes(title="score", rangemode="tozero")
    return themed(figure, plain(title))


def _label(figure: go.Figure, value: float, text: str, colour: str) -> None:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": value}
    figure.add_annotation(text=text, showarrow=False, font={"color": colour}, **place)
