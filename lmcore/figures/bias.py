"""Words on a line by their association, in one or two groups, for export and notebooks."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import CATEGORICAL, INK, SERIF, plain, themed


def bias(
    groups: Mapping[str, Mapping[str, float]], ends: tuple[str, str] = ("", ""), title: str = ""
) -> go.Figure:
    """`groups`: name → word → value. Words in rows, each group with its name at its median.

    `ends` name what lies at either end of the axis.
    """
    figure = go.Figure()
    for i, (name, words) in enumerate(groups.items()):
        colour = CATEGORICAL[i % len(CATEGORICAL)]
        order = sorted(words, key=words.__getitem__)
        values = np.array([words[word] for word in order])
        height = -2.0 * i + np.arange(len(order)) % 6 * 0.25  # neighbours at different heights
        figure.add_scatter(
            x=values,
            y=height,
            mode="markers+text",
            text=[plain(word) for word in order],
            textposition="middle right",
            textfont={"family": SERIF, "size": 14, "color": INK},
            marker={"color": colour, "size": 9},
            name=plain(name),
            hovertemplate="%{text}: %{x:.3f}<extra></extra>",
        )
        if len(values):
            median = {"x": float(np.median(values)), "y": -2.0 * i - 0.3}
            figure.add_annotation(text=plain(name), showarrow=False, font={"color": colour}, **median)
    figure.add_vline(x=0, line={"color": INK, "width": 1, "dash": "dot"})
    figure.update_xaxes(title=plain(f"← {ends[0]}      {ends[1]} →"))
    figure.update_yaxes(visible=False)
    return themed(figure, plain(title))
