"""One training step: the loss of every token, and the gradient at every layer, for export and notebooks."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lmcore.figures.theme import INK, LIVE, QUIET, SERIF, plain, themed

WARM = "#BF6A06"


def one_step_figure(
    tokens: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    gradients: Sequence[tuple[str, float]],
    names: tuple[str, str, str],
    title: str = "",
) -> go.Figure:
    """Losses in nats of the right `tokens`, before and after; `gradients` by stage, the lowest first.

    `names` are those of the losses before and after, and of the gradient.
    """
    figure = make_subplots(rows=1, cols=2, column_widths=[0.7, 0.3], horizontal_spacing=0.14)
    places = list(range(len(tokens)))
    for values, colour, name in ((before, QUIET, names[0]), (after, LIVE, names[1])):
        figure.add_bar(x=places, y=list(values), marker_color=colour, name=plain(name), row=1, col=1)
    figure.add_bar(
        x=[value for _, value in gradients],
        y=[plain(stage) for stage, _ in gradients],
        orientation="h",
        marker_color=WARM,
        name=plain(names[2]),
        row=1,
        col=2,
    )
    themed(figure, plain(title))
    labels = [plain(token) for token in tokens]
    font = {"family": SERIF, "size": 14, "color": INK}
    figure.update_xaxes(tickvals=places, ticktext=labels, tickfont=font, row=1, col=1)
    for x, anchor, colour, name in ((0.34, "right", QUIET, names[0]), (0.36, "left", LIVE, names[1])):
        where = {"xref": "paper", "yref": "paper", "x": x, "y": 1.04, "xanchor": anchor, "showarrow": False}
        figure.add_annotation(text=plain(name), font={"color": colour, "size": 14}, **where)
    figure.update_xaxes(title_text=plain(names[2]), row=1, col=2)
    figure.update_yaxes(autorange="reversed", row=1, col=2)
    figure.update_layout(margin_b=110, margin_t=70)  # tokens may stand upright
    return figure
