"""A scaling law with its runs, for export and notebooks."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lmcore.analysis.scaling import ScalingLaw
from lmcore.figures.loss_curve import points
from lmcore.figures.theme import CATEGORICAL, LIVE, plain, themed

Rows = Sequence[tuple[int, float | None]]


def scaling_law(law: ScalingLaw, small: Rows, tests: Rows = (), axis: str = "", title: str = "") -> go.Figure:
    """Both axes logarithmic. `small`: (size, loss) of the fitted runs; `tests`: of those that test it."""
    figure = go.Figure()
    sizes = [size for size, _ in (*small, *tests)]
    x = np.geomspace(min(sizes), 1.15 * max(sizes), 60)
    low, high = law.band(x)
    nothing = {"width": 0}
    figure.add_scatter(x=x, y=high, mode="lines", line=nothing, hoverinfo="skip")
    band = "rgba(3, 104, 129, 0.14)"
    figure.add_scatter(
        x=x, y=low, mode="lines", line=nothing, fill="tonexty", fillcolor=band, hoverinfo="skip"
    )
    figure.add_scatter(x=x, y=law.at(x), mode="lines", line={"color": LIVE, "width": 2.5})
    for rows, marker in ((small, {"color": LIVE, "size": 10}), (tests, _ring())):
        at = points(rows)
        figure.add_scatter(x=at[:, 0], y=at[:, 1], mode="markers", marker=marker)
    figure.update_xaxes(type="log", title=plain(axis))
    figure.update_yaxes(type="log", title="loss, nats")
    formula = f"L = {law.floor:.2f} + {np.exp(law.log_a):.3g} / x^{law.alpha:.2f}"
    figure.add_annotation(text=formula, x=0.98, y=0.96, xref="paper", yref="paper", showarrow=False)
    return themed(figure, plain(title))


def _ring() -> dict[str, object]:
    return {"color": "white", "size": 14, "line": {"color": CATEGORICAL[1], "width": 3.5}}
