"""A histogram of lengths whose bins grow, for export and notebooks."""

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import LIVE, QUIET, plain, themed
from lmcore.text.statistics.document_lengths import DocumentLengths


def document_lengths(picture: DocumentLengths, title: str = "") -> go.Figure:
    """One bar a bin, with the median as a dotted line."""
    edges = np.maximum(picture.edges, 0.5)  # a logarithmic axis has no place for 0
    figure = go.Figure(
        go.Bar(
            x=edges[:-1],
            width=np.diff(edges),
            offset=0,
            y=picture.counts,
            marker={"color": LIVE},
            hovertext=[f"{low:,} to {high - 1:,} characters" for low, high in _pairs(picture.edges)],
            hovertemplate="%{hovertext}: %{y}<extra></extra>",
        )
    )
    median = max(picture.median, 0.5)
    figure.add_vline(x=median, line={"color": QUIET, "width": 1, "dash": "dot"})
    figure.add_annotation(
        text=f"median {picture.median:,.0f}",
        x=np.log10(median),
        y=1,
        yref="paper",
        showarrow=False,
        xanchor="left",
        xshift=8,
    )
    figure.update_xaxes(type="log", title="characters")
    figure.update_yaxes(title=picture.unit)
    return themed(figure, plain(title))


def _pairs(edges: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
