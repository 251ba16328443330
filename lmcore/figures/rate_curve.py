"""A learning-rate test: loss over rate, for export and notebooks."""

import math

import plotly.graph_objects as go

from lmcore.analysis.rate_range import RateReading
from lmcore.figures.theme import LIVE, QUIET, plain, themed


def rate_curve(reading: RateReading, title: str = "") -> go.Figure:
    """The smoothed loss over the rate (logarithmic), with the rates that were found as vertical lines."""
    figure = go.Figure()
    figure.add_scatter(x=reading.rate, y=reading.loss, mode="lines", line={"color": LIVE, "width": 3})
    found = (("steepest", reading.steepest), ("lowest", reading.lowest), ("suggestion", reading.suggestion))
    for row, (name, rate) in enumerate(found):
        if rate is None:
            continue
        colour, dash = (LIVE, "solid") if name == "suggestion" else (QUIET, "dot")
        figure.add_vline(x=rate, line={"color": colour, "width": 1.5, "dash": dash})
        text = {"text": f"{name} {rate:.2g}", "font": {"color": colour}, "showarrow": False}
        figure.add_annotation(
            x=math.log10(rate), y=1, yref="paper", yanchor="bottom", yshift=14 * row, **text
        )
    figure.update_xaxes(type="log", title="learning rate")
    top = 1.15 * reading.loss[0] if len(reading.loss) else 1.0
    low = float(reading.loss.min()) if len(reading.loss) else 0.0
    figure.update_yaxes(title="loss, nats", range=[low - 0.06 * (top - low), top])
    return themed(figure, plain(title)).update_layout(margin={"t": 90})
