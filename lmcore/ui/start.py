"""What a run will need, the button that starts it, and what to do when it cannot start."""

import time
from dataclasses import replace

import streamlit as st

from lmcore.errors import LmcoreError, ResourceError
from lmcore.models.configs.base import TransformerConfig
from lmcore.runs.estimate import Estimate, check_fits
from lmcore.tasks.model_presets import model_of, with_model
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.ui.amounts import duration, energy, megabytes, operations, weights
from lmcore.ui.corpora import corpus_name
from lmcore.ui.messages import explained_errors, show_error
from lmcore.ui.server import engine
from lmcore.ui.settings import replace_spec
from lmcore.ui.visit import select_run, standing_alone, t, visitor

ECHO_S = 1.0  # two presses of Start closer than this are one


def start_panel(spec: RunSpec, *, primary: bool = True, brief: bool = False, fits: bool = True) -> None:
    """Estimate, Start, and why Start is off; `fits`: whether the settings go together."""
    needed, problem = _size_up(spec)
    label = t("training.start")
    if spec.task == WORD_VECTORS:
        label = _vectors_label(needed)
    elif needed is not None:
        _describe(spec, needed, brief)
    kind = "primary" if primary else "secondary"
    pressed = st.button(
        label,
        type=kind,
        width="stretch",
        icon=":material/play_arrow:",
        disabled=problem is not None or not fits,
        key="start",
    )
    if pressed:
        with explained_errors():
            start(spec)
    if problem is not None:
        show_error(problem)
        _remedy(spec, problem)


def start(spec: RunSpec) -> None:
    """Queue the run and look at it from now on; raises `LmcoreError`."""
    queue(spec)
    st.rerun()


def queue(spec: RunSpec) -> None:
    """Queue the run, unless this is the echo of a click a moment ago, and select it; raises `LmcoreError`."""
    last, at = st.session_state.get("last_start", (None, 0.0))
    if last == spec and time.monotonic() - at < ECHO_S:
        return
    st.session_state.last_start = (spec, time.monotonic())
    corpus = engine().corpora.info(spec.corpus, visitor())
    spec = replace(spec, corpus_sha256=corpus.sha256)
    name = corpus_name(corpus)
    runs = engine().store.runs(owner=visitor(), task=spec.task)
    own = sum(run.owner == visitor() for run in standing_alone(runs))
    name = f"{name} {own + 1}" if own else name
    run_id = engine().submit(spec, owner=visitor(), name=name)
    select_run(engine().store.run(run_id))


def _size_up(spec: RunSpec) -> tuple[Estimate | None, LmcoreError | None]:
    try:
        needed = engine().estimate(spec)
    except LmcoreError as error:
        return None, error
    try:
        check_fits(needed, engine().limits)
    except ResourceError as error:
        return needed, error
    return needed, None


def _vectors_label(needed: Estimate | None) -> str:
    """Start with the time it takes: beside a map there is no room for another line."""
    if needed is None:
        return t("embeddings.start")
    return t("embeddings.start_in", time=duration(needed.seconds))


def _describe(spec: RunSpec, needed: Estimate, brief: bool) -> None:
    time = f"**{duration(needed.seconds)}**"
    what = t("estimate.weights", weights=weights(needed.n_parameters))
    line = f"{time} :gray[{what}]" if brief else t("estimate.about", time=time)
    st.markdown(line, help=f"{_shape(spec)}{_in_figures(needed)}")


def _shape(spec: RunSpec) -> str:
    """Layers and heads, where the model has them."""
    if not isinstance(spec.model, TransformerConfig):
        return ""
    return t("estimate.shape", layers=spec.model.n_layers, heads=spec.model.n_heads) + "  \n"


def _in_figures(needed: Estimate) -> str:
    """All that is estimated, a line each, and where it comes from."""
    figures = {
        "n_parameters": weights(needed.n_parameters),
        "flops": operations(needed.flops),
        "memory": megabytes(needed.memory_bytes),
        "seconds": duration(needed.seconds),
        "energy": energy(needed.energy_wh),
    }
    lines = [f"{t(f'figure.{name}')}: **{value}**" for name, value in figures.items()]
    source = t("estimate.measured" if needed.measured else "estimate.not_measured")
    lines.append(f"{source} {t('estimate.power', watts=round(needed.watts))}")
    return "  \n".join(lines)


def _remedy(spec: RunSpec, problem: LmcoreError) -> None:
    """One button that mends it, where one can."""
    if problem.key in ("too_large", "too_long") and st.button(
        t("remedy.small"), width="stretch", key="remedy"
    ):
        training = replace(spec.training, steps=1500, seconds=0.0)
        replace_spec(with_model(replace(spec, training=training), model_of(spec), "small"))
        st.rerun()
