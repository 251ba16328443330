"""Which words stand together more often than chance, for export and notebooks."""

import plotly.graph_objects as go

from lmcore.figures.theme import SEQUENTIAL, SERIF, plain, themed
from lmcore.text.statistics.co_occurrence import WINDOW, CoOccurrence


def co_occurrence(picture: CoOccurrence, title: str = "") -> go.Figure:
    """A square of words by words, the darker the more bits above chance."""
    words = [plain(word) for word in picture.words]
    figure = go.Figure(
        go.Heatmap(
            z=picture.ppmi,
            x=words,
            y=words,
            customdata=picture.counts,
            colorscale=[[i / (len(SEQUENTIAL) - 1), colour] for i, colour in enumerate(SEQUENTIAL)],
            zmin=0,
            xgap=2,
            ygap=2,
            colorbar={"title": "bits above chance", "outlinewidth": 0, "thickness": 12},
            hovertemplate="%{y} · %{x}: %{customdata} times, %{z:.1f} bits above chance<extra></extra>",
        )
    )
    axis = {"type": "category", "dtick": 1, "tickfont": {"family": SERIF}, "automargin": True}
    figure.update_xaxes(title=f"at most {WINDOW} words apart", **axis)
    figure.update_yaxes(autorange="reversed", **axis)
    return themed(figure, plain(title)).update_layout(height=20 * len(words) + 200)
