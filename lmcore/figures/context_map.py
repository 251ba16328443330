"""The places of one word in the plane, after one layer, for export and notebooks."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import INK, LIVE, SERIF, plain, themed


def context_map(
    xy: np.ndarray, before: Sequence[str], word: Sequence[str], after: Sequence[str], title: str = ""
) -> go.Figure:
    """`xy` (n, 2), and for each place what stands before and after the word; hovering shows the sentence."""
    names = [" ".join([*text.split()[-2:], own]) for text, own in zip(before, word, strict=True)]
    sentences = [
        f"{plain(left)}<b>{plain(own)}</b>{plain(right)}"
        for left, own, right in zip(before, word, after, strict=True)
    ]
    figure = go.Figure(
        go.Scatter(
            x=xy[:, 0],
            y=xy[:, 1],
            mode="markers+text",
            marker={"color": LIVE, "size": 9},
            text=[plain(name) for name in names],
            textposition="middle right",
            textfont={"family": SERIF, "size": 14, "color": INK},
            hovertext=sentences,
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, range=[-1.1, 1.5])
    figure.update_yaxes(visible=False, range=[-1.1, 1.1])
    return themed(figure, plain(title))
