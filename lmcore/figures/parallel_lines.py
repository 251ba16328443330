"""A sweep as parallel coordinates, for export and notebooks."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import plain, themed

BEST_TO_WORST = ((0.0, "#036881"), (0.5, "#B9DDE7"), (0.5001, "#F9D3A0"), (1.0, "#A85A08"))
TICKS = 6


def parallel_lines(
    settings: Sequence[Mapping[str, Any]],
    losses: Sequence[float],
    labels: Mapping[str, str],
    by_factors: Collection[str] = (),
    title: str = "",
) -> go.Figure:
    """One line a run: across its `settings`, named by `labels`, to its loss; colour is its rank.

    Those of `by_factors` have a logarithmic axis.
    """
    axes = [
        _axis([one[name] for one in settings], plain(label), name in by_factors)
        for name, label in labels.items()
    ]
    axes.append({"label": "loss, nats", "values": list(losses)})
    rank = np.argsort(np.argsort(losses)) / max(1, len(losses) - 1)
    line = {"color": rank, "colorscale": BEST_TO_WORST, "cmin": 0, "cmax": 1}
    figure = go.Figure(go.Parcoords(dimensions=axes, line=line))
    return themed(figure, plain(title)).update_layout(margin={"l": 80, "r": 80, "t": 90})


def _axis(values: Sequence[Any], label: str, by_factors: bool) -> dict[str, Any]:
    different = list(dict.fromkeys(values))
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in different):
        names = [plain(str(value)) for value in different]
        places = list(range(len(different)))
        return {
            "label": label,
            "values": [different.index(v) for v in values],
            "tickvals": places,
            "ticktext": names,
        }
    if by_factors and min(different, default=0) > 0:
        shown = sorted(different)[:: max(1, len(different) // TICKS)]
        ticks = {"tickvals": np.log10(shown), "ticktext": [f"{value:g}" for value in shown]}
        return {"label": label, "values": np.log10(values)} | ticks
    return {"label": label, "values": list(values)}
