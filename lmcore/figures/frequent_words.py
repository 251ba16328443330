"""The most frequent words or sequences as bars, for export and notebooks."""

import plotly.graph_objects as go

from lmcore.figures.theme import INK, LIVE, SERIF, plain, themed
from lmcore.text.statistics.frequent_words import FrequentNgrams, FrequentWords


def frequent_words(picture: FrequentWords | FrequentNgrams, title: str = "") -> go.Figure:
    """One bar a word or sequence, the most frequent on top, its count at its end."""
    # the rank makes labels unique: two words that are shown alike would share one bar
    labels = [f"{plain(words)} {rank}" for rank, words in enumerate(picture.shown, start=1)]
    figure = go.Figure(
        go.Bar(
            x=picture.counts,
            y=labels,
            orientation="h",
            marker={"color": LIVE},
            text=[f"{count:,}" for count in picture.counts.tolist()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    figure.update_xaxes(title="count")
    figure.update_yaxes(
        type="category",
        dtick=1,
        autorange="reversed",
        tickfont={"family": SERIF, "color": INK},
        automargin=True,
    )
    return themed(figure, plain(title)).update_layout(height=max(300, 22 * len(labels) + 120))
