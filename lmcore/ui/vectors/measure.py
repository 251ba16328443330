"""Measure: how good the vectors are at tests that have answers, at every snapshot of the run."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.follow import follow
from lmcore.ui.pictures import Draw, scores_figure
from lmcore.ui.server import engine
from lmcore.ui.vectors.own_pairs import own_pairs_control
from lmcore.ui.visit import step_to_show, t

ORDER = {  # what the vectors of such a text can be asked, the telling score first
    "world": ("world_held_out", "world", "wordsim353", "simlex999"),
    "small": ("wordsim353", "simlex999", "google"),
    "large": ("wordsim353", "google", "simlex999"),
    "chinese": ("world_held_out", "world"),
}
SMALL = 12_000_000  # characters: about two million words
OWN = "own"
TOTALS = {"wordsim353": 353, "simlex999": 999, "google": 19_544}
PUBLISHED: dict[str, list[dict[str, Any]]] = {}


def measure_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """Scores as curves that the component fetches by itself; one of them in detail at the dock's step."""
    kind = _kind_of(record)
    chosen = st.query_params.get("score") or None
    step = step_to_show(record)
    with controls:
        own = own_pairs_control() if level != "play" else ""
        message = st.container(key="message", gap="xsmall")
    follow(record)
    detail = None
    if step is not None and (chosen or own):
        detail = asked("scores_now", message, source=engine().vectors, run=record.id, step=step, own=own)
    with stage:
        show(
            "score_curves",
            on={"score": _keep_score},
            run=record.id,
            story="world" if kind == "world" else "text",
            order=[*ORDER[kind], *([OWN] if own else [])],
            totals=TOTALS,
            published=PUBLISHED if kind in ("small", "large") else {},
            chosen=chosen,
            detail=detail and {**detail, "step": step},
            says=t(f"vectors.measure.story.{kind}"),
        )
    if level == "play":
        controls.markdown(f":gray[{t('vectors.measure.limit')}]")
    return _figure(record, kind)


def _kind_of(record: RunRecord) -> str:
    """Which story the scores can tell of the text of a run."""
    try:
        info = engine().corpora.info(record.spec.corpus)
    except LmcoreError:  # removed since
        return "small"
    if info.constructed:
        return "world"
    if info.language == "zh":
        return "chinese"
    return "small" if info.n_characters < SMALL else "large"


def _keep_score() -> None:
    said = st.session_state.score_curves.get("score")
    if said and said["name"]:
        st.query_params["score"] = said["name"]
    else:
        st.query_params.pop("score", None)


def _figure(record: RunRecord, kind: str) -> Draw | None:
    rows = engine().store.scores_since(record.id, -1)
    curves: dict[str, list[tuple[int, float]]] = {name: [] for name in ORDER[kind]}
    for step, name, value, _ in rows:
        if name in curves and value is not None:
            curves[name].append((step, value))
    named = {t(f"score_curves.name.{name}"): curve for name, curve in curves.items() if curve}
    if not named:
        return None
    first = next(name for name, curve in curves.items() if curve)
    published: list[dict[str, Any]] = PUBLISHED.get(first, []) if kind != "world" else []
    return scores_figure(named, [(line["label"], line["value"]) for line in published], record.name)
