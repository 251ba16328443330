"""Loss over steps, with its references, for export and notebooks."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from lmcore.figures.theme import LIVE, QUIET, plain, themed


def loss_curve(
    training: np.ndarray, validation: np.ndarray, references: Mapping[str, float], title: str = ""
) -> go.Figure:
    """`training` and `validation` are (n, 2) arrays of step and loss in nats; `references`: dotted lines.

    A loss that is no number leaves a gap. The axis is logarithmic, so 0 and less are not drawn either.
    """
    figure = go.Figure()
    thin, thick = {"color": LIVE, "width": 1}, {"color": LIVE, "width": 3}
    figure.add_scatter(x=training[:, 0], y=training[:, 1], mode="lines", line=thin, opacity=0.4)
    figure.add_scatter(x=validation[:, 0], y=validation[:, 1], mode="lines", line=thick)
    for name, loss in references.items():
        if not _drawable(loss):
            continue
        figure.add_hline(y=loss, line={"color": QUIET, "width": 1, "dash": "dot"})
        _label(figure, loss, f"{plain(name)} {loss:.2f}", QUIET)
    if len(known := validation[_drawable(validation[:, 1])]):
        _label(figure, known[-1, 1], f"<b>{known[-1, 1]:.2f}</b>", LIVE)
    figure.update_yaxes(type="log", title="loss, nats")
    figure.update_xaxes(title="step")
    return themed(figure, plain(title))


def _drawable(loss: np.ndarray | float) -> np.ndarray:
    """Where a logarithmic axis has a place."""
    return np.isfinite(loss) & (np.asarray(loss) > 0)


def _label(figure: go.Figure, loss: float, text: str, colour: str) -> None:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": np.log10(loss)}
    figure.add_annotation(text=text, showarrow=False, font={"color": colour}, **place)


def points(pairs: Sequence[tuple[int, float | None]]) -> np.ndarray:
    """(step, loss) pairs as an (n, 2) array; a loss that was not a number is NaN.

    >>> points([(1, 2.5), (2, None)])
    array([[1. , 2.5],
           [2. , nan]])
    """
    return np.array(pairs, dtype=float).reshape(-1, 2)
