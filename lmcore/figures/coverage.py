"""The share of a text that its most frequent words make up, for export and notebooks."""

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import INK, LIVE, plain, themed
from lmcore.text.statistics.coverage import Coverage


def coverage(picture: Coverage, title: str = "") -> go.Figure:
    """The share a line, the sizes that reach a round share marked on it."""
    figure = go.Figure(
        go.Scatter(
            x=picture.sizes,
            y=picture.shares,
            mode="lines",
            line={"color": LIVE, "width": 3},
            hovertemplate="%{x} words: %{y:.1%}<extra></extra>",
        )
    )
    shares, sizes = zip(*picture.marks, strict=True)
    figure.add_scatter(
        x=np.array(sizes),
        y=np.array(shares),
        mode="markers+text",
        text=[f"{share:.0%}: {size:,}" for share, size in picture.marks],
        textposition="middle left",
        textfont={"color": INK},
        marker={"color": LIVE, "size": 7},
        hoverinfo="skip",
    )
    figure.update_xaxes(type="log", title="most frequent words kept")
    figure.update_yaxes(title="share of the text", tickformat=".0%", range=[0, 1.05])
    return themed(figure, plain(title))
