"""Counts over ranks with Zipf's line, for export and notebooks."""

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import LIVE, QUIET, SERIF, plain, themed
from lmcore.text.statistics.rank_frequency import RankFrequency


def rank_frequency(picture: RankFrequency, title: str = "") -> go.Figure:
    """Every drawn word a dot, one in each decade named; the fitted law a dotted line."""
    words, law = [plain(word) for word in picture.words], picture.law
    named = np.searchsorted(picture.ranks, 10.0 ** np.arange(np.log10(picture.ranks[-1]) + 1e-9))
    figure = go.Figure(
        go.Scatter(
            x=picture.ranks,
            y=picture.counts,
            mode="markers+text",
            text=[word if i in named else "" for i, word in enumerate(words)],
            textposition="top right",
            textfont={"family": SERIF},
            hovertext=words,
            hovertemplate="%{hovertext}: %{y}<extra></extra>",
            marker={"color": LIVE, "size": 5},
        )
    )
    ends = picture.ranks[[0, -1]]
    line = {"color": QUIET, "width": 1, "dash": "dot"}
    heights = law.constant * ends**law.exponent
    figure.add_scatter(x=ends, y=heights, mode="lines", line=line, hoverinfo="skip")
    figure.add_annotation(
        text=f"rank to the power {law.exponent:.2f}, R² {law.r2:.2f}",
        x=np.log10(ends[1]),
        y=np.log10(heights[1]),
        showarrow=False,
        xanchor="left",
        xshift=8,
    )
    figure.update_xaxes(type="log", title="rank", range=[-0.1, np.log10(ends[1]) + 0.1])
    figure.update_yaxes(type="log", title="count")
    return themed(figure, plain(title))
