"""One look for all static figures: the light theme's colours, direct labels, no grid."""

import html

import plotly.graph_objects as go

INK, QUIET, LINE, SURFACE, LIVE = "#142328", "#46565B", "#C3CDD1", "#FFFFFF", "#036881"
CATEGORICAL = ("#036881", "#BF6A06", "#591768", "#9189D4", "#B40251", "#283D00")
SEQUENTIAL = (
    "#F6FBFD", "#D7F0F6", "#B6E6ED", "#94DBE3", "#6FC1CF",
    "#48A5BB", "#178AA6", "#066989", "#024969", "#012B48",
)  # fmt: skip
SANS = "Source Sans, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
SERIF = "Source Serif, Songti SC, Noto Serif CJK SC, SimSun, serif"


def plain(text: str) -> str:
    """`text` as Plotly is to draw it, letter by letter: Plotly reads some HTML, but knows no `&quot;`.

    >>> plain('<b>"a"'), plain("\\n")
    ('&lt;b&gt;"a"', '⏎')
    """
    return html.escape(text, quote=False).replace("\n", "⏎")


def themed(figure: go.Figure, title: str) -> go.Figure:
    """`figure` with the house's type and colours, and no chrome."""
    axis = {"showgrid": False, "zeroline": False, "color": QUIET, "linecolor": LINE}
    figure.update_layout(
        title={"text": title, "font": {"size": 16, "color": INK}},
        font={"family": SANS, "size": 13, "color": QUIET},
        paper_bgcolor=SURFACE,
        plot_bgcolor=SURFACE,
        showlegend=False,
        margin={"l": 60, "r": 160, "t": 50, "b": 50},
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
