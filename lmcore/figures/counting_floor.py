"""What each order of counting reaches, for export and notebooks."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import LIVE, QUIET, plain, themed
from lmcore.text.counting_floor import OrderScore, Score


def counting_floor(orders: Sequence[OrderScore], uniform: Score, title: str = "") -> go.Figure:
    """Loss over the number of tokens of context, with the uniform guess as a dotted line."""
    losses = [scored.score.loss for scored in orders]
    bold = [loss == min(losses) for loss in losses]
    figure = go.Figure(
        go.Scatter(
            x=np.array([scored.order - 1 for scored in orders]),
            y=np.array(losses),
            mode="lines+markers+text",
            line={"color": LIVE, "width": 3},
            text=[
                f"<b>{loss:.2f}</b>" if best else f"{loss:.2f}"
                for loss, best in zip(losses, bold, strict=True)
            ],
            textposition="top center",
            hovertext=[plain(scored.sample) for scored in orders],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.add_hline(y=uniform.loss, line={"color": QUIET, "width": 1, "dash": "dot"})
    figure.add_annotation(
        text=f"uniform guess {uniform.loss:.2f}",
        x=1,
        xref="paper",
        y=uniform.loss,
        showarrow=False,
        xanchor="left",
        xshift=8,
    )
    figure.update_xaxes(title="tokens of context", dtick=1)
    figure.update_yaxes(title="loss, nats", rangemode="tozero")
    return themed(figure, plain(title))
