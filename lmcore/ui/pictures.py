"""The picture of a page as a static figure, to take home."""

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.ui.server import engine
from lmcore.ui.visit import step_to_show, t

Draw = Callable[
    [], Any
]  # makes a plotly figure, in a thread without a session: it knows all it needs beforehand


def save_button(draw: Draw) -> None:
    """Offer the figure that `draw` makes as one HTML file that works offline; drawn when it is asked for."""
    st.download_button(
        t("explain.save"),
        data=partial(_as_html, draw),
        file_name="lm-playground.html",
        mime="text/html",
        icon=":material/download:",
        key="save_picture",
        on_click="ignore",
    )


def _as_html(draw: Draw) -> bytes:
    from lmcore.figures.export import as_html

    return as_html(draw())


def loss_figure(record: RunRecord) -> Draw:
    """The curve of a run with its references."""
    named = {name: t(f"picture.{name}") for name in ("uniform", "counting")}

    def draw() -> Any:
        from lmcore.figures.loss_curve import loss_curve, points

        store = engine().store
        training = points([(row["step"], row["loss"]) for row in store.metrics_since(record.id, 0)])
        references = {named[name]: loss for name, loss, _ in store.references(record.id)}
        return loss_curve(training, points(store.evaluations(record.id)), references, title=record.name)

    return draw


def attention_figure(answer: dict[str, Any], layer: int, head: int) -> Draw:
    """One head, from the answer that the page shows."""

    def draw() -> Any:
        from lmcore.analysis.maps import AttentionMaps
        from lmcore.figures.attention_heatmap import attention_heatmap

        n = len(answer["tokens"])
        shares = np.frombuffer(base64.b64decode(answer["weights"]), np.uint8)
        weights = shares.reshape(answer["L"], answer["H"], n, n).astype(np.float32) / 255
        return attention_heatmap(AttentionMaps(tuple(answer["tokens"]), weights, ()), layer, head)

    return draw


def map_figure(record: RunRecord) -> Draw | None:
    """The map at the step that is shown; None before the first."""
    step = step_to_show(record)
    if step is None:
        return None
    path = engine().home.run_folder(record.id) / "frames" / f"{step:07d}.npz"

    def draw() -> Any:
        from lmcore.analysis.word_map import WordMap
        from lmcore.figures.word_map import word_map_figure

        return word_map_figure(WordMap.load(path))

    return draw


def text_figure(name: str, values: dict[str, Any] | None) -> Draw | None:
    """One picture of the words of a text; None where there is too little text for it."""
    if values is None:
        return None
    title = t(f"text_pictures.{name}", n=values.get("n"))

    def draw() -> Any:
        from lmcore.figures.text_pictures import text_picture
        from lmcore.text.statistics.pictures import picture_of

        return text_picture(picture_of(name, values), title)

    return draw


def floor_figure(answer: dict[str, Any]) -> Draw:
    """What each order of counting reaches."""
    title = t("text.predict.sentence")

    def draw() -> Any:
        from lmcore.figures.counting_floor import counting_floor
        from lmcore.text.counting_floor import OrderScore, Score

        scores = [
            (row, Score(row["loss"], row["perplexity"], row["bits_per_byte"])) for row in answer["orders"]
        ]
        orders = [OrderScore(row["order"], score, row["sample"], row["n_contexts"]) for row, score in scores]
        return counting_floor(orders, Score(**answer["uniform"]), title)

    return draw


def context_figure(answer: dict[str, Any], layer: int | None) -> Draw:
    """The places of a word after a layer; None is the last one."""
    at = len(answer["layers"]) - 1 if layer is None else layer
    title = t("vectors.context.title", word=answer["word"], layer=at)

    def draw() -> Any:
        from lmcore.figures.context_map import context_map

        places = answer["places"]
        before, word, after = ([place[side] for place in places] for side in ("before", "word", "after"))
        return context_map(np.array(answer["layers"][at]["xy"]), before, word, after, title)

    return draw


def scores_figure(
    curves: dict[str, list[tuple[int, float]]], published: list[tuple[str, float]], title: str
) -> Draw:
    """Scores by the names to show, the main one first."""

    def draw() -> Any:
        from lmcore.figures.loss_curve import points
        from lmcore.figures.score_curves import score_curves

        return score_curves({name: points(curve) for name, curve in curves.items()}, published, title)

    return draw


def bias_figure(groups: dict[str, dict[str, float]], ends: tuple[str, str], title: str) -> Draw:
    """Words by their values in groups with names to show."""

    def draw() -> Any:
        from lmcore.figures.bias import bias

        return bias(groups, ends, title)

    return draw
