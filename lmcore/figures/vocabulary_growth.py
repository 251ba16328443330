"""Different words over words read with Heaps' line, for export and notebooks."""

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import LIVE, QUIET, plain, themed
from lmcore.text.statistics.vocabulary_growth import VocabularyGrowth


def vocabulary_growth(picture: VocabularyGrowth, title: str = "") -> go.Figure:
    """The vocabulary a line, the fitted law a dotted one."""
    law, last = picture.law, (picture.n[-1], picture.distinct[-1])
    figure = go.Figure(
        go.Scatter(
            x=picture.n,
            y=picture.distinct,
            mode="lines",
            line={"color": LIVE, "width": 3},
            hovertemplate="after %{x} words: %{y}<extra></extra>",
        )
    )
    line = {"color": QUIET, "width": 1, "dash": "dot"}
    heights = law.constant * picture.n**law.exponent
    figure.add_scatter(x=picture.n, y=heights, mode="lines", line=line, hoverinfo="skip")
    figure.add_annotation(
        text=f"<b>{last[1]:,}</b><br>n to the power {law.exponent:.2f}, R² {law.r2:.2f}",
        x=np.log10(last[0]),
        y=np.log10(last[1]),
        showarrow=False,
        align="left",
        xanchor="left",
        xshift=8,
        font={"color": LIVE},
    )
    figure.update_xaxes(type="log", title="words read", range=[-0.1, np.log10(last[0]) + 0.1])
    figure.update_yaxes(type="log", title="different words")
    return themed(figure, plain(title))
