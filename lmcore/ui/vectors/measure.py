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
from lmcore.vectors.published_scores import PUBLISHED, TOTALS

ORDER = {  # what the vectors of such a text can be asked, the telling score first
    "world": ("world_held_out", "world", "wordsim353", "simlex999"),
    "small": ("wordsim353", "simlex999", "google"),
    "large": ("wordsim353", "google", "simlex999"),
    "unknown": ("wordsim353", "simlex999", "google", "world_held_out", "world"),
    "chinese": ("world_held_out", "world"),
}
COMPARABLE = ("small", "large")  # texts whose scores papers report, too
LETTERS = 6  # of an English word with its space
SMALL = 3_000_000  # words
OWN = ("own", "own_analogies")


def measure_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """Scores as curves that the component fetches by itself; one of them in detail at the dock's step."""
    kind, n_words = _story_of(record)
    chosen = st.query_params.get("score") or None
    step = step_to_show(record)
    with controls, st.container(key="own_and_message", gap=None):  # at Tune every pixel counts
        own = own_pairs_control() if level != "play" else ""
        message = st.container(key="message", gap="xsmall")
    follow(record)
    detail = None
    if step is not None and (chosen or own):
        detail = asked("scores_now", message, source=engine().vectors, run=record.id, step=step, own=own)
    extra = _own_scores(detail, step, message) if own and detail else []
    with stage:
        show(
            "score_curves",
            on={"score": _keep_score},
            run=record.id,
            story="world" if kind == "world" else "text",
            order=[*ORDER[kind], *OWN],
            totals=TOTALS | {row["name"]: row["total"] for row in extra},
            extra=extra,
            published={name: _published(name) for name in ORDER[kind] if kind in COMPARABLE},
            chosen=chosen,
            detail=detail and {**detail, "step": step},
            says=t(f"vectors.measure.story.{kind}", n=n_words),
        )
    if level == "play":
        controls.markdown(f":gray[{t('vectors.measure.limit')}]")
    return _figure(record, kind)


def _story_of(record: RunRecord) -> tuple[str, int]:
    """Which story the scores can tell of the text of a run, and about how many words the text has."""
    try:
        info = engine().corpora.info(record.spec.corpus)
    except LmcoreError:  # removed since
        return "unknown", 0
    n_words = int(float(f"{info.n_characters / LETTERS:.1g}"))
    if info.constructed:
        return "world", n_words
    if info.language == "zh":
        return "chinese", n_words
    return ("small" if n_words < SMALL else "large"), n_words


def _own_scores(detail: dict[str, Any], step: int | None, message: DeltaGenerator) -> list[dict[str, Any]]:
    """The result of the visitor's own set at the step that is shown, as a score of one point."""
    pairs = next((one for one in detail["similarity"] if one["name"] == OWN[0]), None)
    if pairs is not None and pairs["spearman"] is None:
        few = t("vectors.measure.own.few", n=pairs["n_pairs"], total=pairs["n_total"])
        message.markdown(f":orange[{few}]")
    elif pairs is not None:
        given = {"value": pairs["spearman"], "n": pairs["n_pairs"], "total": pairs["n_total"]}
        return [{"name": OWN[0], "step": step, **given}]
    sections = detail.get("own", [])
    if n := sum(section["n"] for section in sections):
        value = sum(section["correct"] for section in sections) / n
        total = sum(section["n_total"] for section in sections)
        return [{"name": OWN[1], "step": step, "value": value, "n": n, "total": total}]
    return []


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
    published = _published(first) if kind in COMPARABLE else []
    return scores_figure(named, [(line["label"], line["value"]) for line in published], record.name)


def _published(name: str) -> list[dict[str, Any]]:
    """What papers report for a test, with a short and a full name."""
    return [
        {
            "value": line.value,
            "short": t(f"vectors.published.{line.name}.short"),
            "label": t(f"vectors.published.{line.name}"),
        }
        for line in PUBLISHED.get(name, ())
    ]
