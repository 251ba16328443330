"""The map of word vectors, for export and notebooks."""

import numpy as np
import plotly.graph_objects as go

from lmcore.analysis.word_map import WordMap
from lmcore.figures.theme import CATEGORICAL, INK, SERIF, plain, themed

LABELS = 120  # the most frequent words carry their name


def word_map_figure(word_map: WordMap) -> go.Figure:
    """Every word a dot in its group's colour; the frequent ones named, the others by hovering."""
    words = [plain(word) for word in word_map.words]
    colours = np.array(CATEGORICAL)[word_map.group % len(CATEGORICAL)]
    figure = go.Figure(
        go.Scatter(
            x=word_map.xy[:, 0],
            y=word_map.xy[:, 1],
            mode="markers+text",
            text=[word if i < LABELS else "" for i, word in enumerate(words)],
            textposition="middle right",
            textfont={"family": SERIF, "color": INK},
            hovertext=words,
            hoverinfo="text",
            marker={"color": colours, "size": np.where(np.arange(len(words)) < LABELS, 7, 4)},
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    kept = f"{100 * word_map.neighbours_kept:.0f} % of true neighbours kept"
    return themed(figure, f"Step {word_map.step:,}, {word_map.method}, {kept}")
