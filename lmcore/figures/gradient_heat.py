"""Gradients of every group of weights over steps, for export and notebooks."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import SEQUENTIAL, plain, themed


def gradient_heat(names: Sequence[str], steps: np.ndarray, norms: np.ndarray, title: str = "") -> go.Figure:
    """`norms` (n, G): what each of the G groups, from the bottom of the model, had at each of `steps` (n,).

    The colours are logarithmic; a norm of 0, or none, leaves a hole.
    """
    logs = np.full(norms.shape, np.nan)
    np.log10(norms, out=logs, where=np.isfinite(norms) & (norms > 0))
    scale = [[i / (len(SEQUENTIAL) - 1), colour] for i, colour in enumerate(SEQUENTIAL)]
    bar = {"title": "norm", "tickprefix": "10^", "thickness": 12}
    figure = go.Figure(
        go.Heatmap(
            x=steps, y=[plain(name) for name in names], z=logs.T, colorscale=scale, colorbar=bar, ygap=2
        )
    )
    figure.update_xaxes(title="step")
    figure.update_yaxes(type="category")
    return themed(figure, plain(title))
