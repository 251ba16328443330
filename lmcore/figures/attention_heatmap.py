"""One attention head, for export and notebooks."""

import plotly.graph_objects as go

from lmcore.analysis.maps import AttentionMaps
from lmcore.figures.theme import SEQUENTIAL, SERIF, plain, themed


def attention_heatmap(maps: AttentionMaps, layer: int, head: int) -> go.Figure:
    """Where each query position (row) looks among the key positions (column)."""
    # the position makes labels unique, or repeated words would collapse into one row
    labels = [f"{i} {plain(token)}" for i, token in enumerate(maps.tokens)]
    scale = [[(i / (len(SEQUENTIAL) - 1)) ** (1 / 0.7), colour] for i, colour in enumerate(SEQUENTIAL)]
    figure = go.Figure(
        go.Heatmap(
            z=maps.weights[layer, head], x=labels, y=labels, colorscale=scale, zmin=0, zmax=1, xgap=2, ygap=2
        )
    )
    figure.update_yaxes(type="category", autorange="reversed", tickfont={"family": SERIF})
    figure.update_xaxes(type="category", tickfont={"family": SERIF})
    return themed(figure, f"Layer {layer}, head {head}")
