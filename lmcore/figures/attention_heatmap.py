"""One attention head, for export and notebooks."""

import html

import plotly.graph_objects as go

from lmcore.analysis.maps import AttentionMaps
from lmcore.figures.theme import SEQUENTIAL, SERIF, themed


def attention_heatmap(maps: AttentionMaps, layer: int, head: int) -> go.Figure:
    """Where each query position (row) looks among the key positions (column)."""
    # the position makes labels unique, or repeated words would collapse into one row
    labels = [f"{i} {html.escape(token)}" for i, token in enumerate(maps.tokens)]
    scale = [[(i / (len(SEQUENTIAL) - 1)) ** (1 / 0.7), colour] for i, colour in enumerate(SEQUENTIAL)]
    figure = go.Figure(
        go.Heatmap(
            z=maps.weights[layer, head], x=labels, y=labels, colorscale=scale, zmin=0, zmax=1, xgap=2, ygap=2
        )
    )
    figure.update_yaxes(autorange="reversed", tickfont={"family": SERIF})
    figure.update_xaxes(tickfont={"family": SERIF})
    return themed(figure, f"Layer {layer}, head {head}")
