"""What the views of experiments share: the button that queues the runs, progress, and an end for the rest."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.runs.store import ACTIVE, Experiment, RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.amounts import duration
from lmcore.ui.corpora import corpus_name
from lmcore.ui.dialogs import dialog_is_open
from lmcore.ui.link import keep_view
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.server import engine
from lmcore.ui.visit import select_run, t, visitor

EVERY_S = 1.5


def experiment_button(
    kind: str,
    specs: Sequence[RunSpec],
    names: Sequence[str],
    given: dict[str, Any],
    *,
    label: str,
    busy: bool = False,
) -> None:
    """The button that queues all runs; it says how long they take on this machine."""
    seconds, problem = _seconds(specs)
    if seconds is not None:
        label = t("experiment.in", label=label, time=duration(seconds))
    pressed = st.button(
        label,
        type="primary",
        width="stretch",
        icon=":material/play_arrow:",
        disabled=busy or not specs or problem is not None,
        help=t("experiment.estimate.help", what=_subject(specs)) if specs else None,
        key=f"go_{kind}",
    )
    if pressed:
        with explained_errors():
            engine().submit_experiment(kind, specs, owner=visitor(), names=names, given=given)
            st.rerun()
    if problem is not None:
        with explained_errors():
            raise problem


def _seconds(specs: Sequence[RunSpec]) -> tuple[float | None, LmcoreError | None]:
    """Of all runs, as many at a time as train here; None where there are none, or why one cannot be sized."""
    try:
        total = sum(engine().estimate(spec).seconds for spec in specs)
    except LmcoreError as error:
        return None, error
    return total / max(1, min(engine().limits.training_slots, len(specs))) if specs else None, None


def _subject(specs: Sequence[RunSpec]) -> str:
    """Model and text of the first run."""
    spec = specs[0]
    try:
        text = corpus_name(engine().corpora.info(spec.corpus, visitor()))
    except LmcoreError:
        text = spec.corpus
    return escaped(f"{spec.model.label}, {text}")


def progress(experiment: Experiment, runs: Sequence[RunRecord]) -> None:
    """How many runs have ended, and the button that ends the rest."""
    left = sum(run.status in ACTIVE for run in runs)
    if not left:
        return
    st.markdown(f":gray[{t('experiment.progress', done=len(runs) - left, n=len(runs))}]")
    if st.button(t("experiment.cancel"), width="stretch", key="cancel_experiment"):
        with explained_errors():
            engine().cancel_experiment(experiment.id, owner=visitor())
            st.rerun()


def follow_experiment(experiment: str, runs: Sequence[RunRecord]) -> None:
    """Draw the page anew when one of the runs has ended; does nothing when all have."""
    if any(run.active for run in runs):
        seen = sum(not run.active for run in runs)
        st.fragment(_watch, run_every=EVERY_S)(experiment, seen)


def _watch(experiment: str, seen: int) -> None:
    ended = sum(not run.active for run in engine().store.runs_of(experiment))
    if ended != seen and not dialog_is_open():
        st.rerun()


def to_curve() -> None:
    """Over to the view of the curve; only in a callback, before the strip is drawn."""
    st.session_state.pop("training_view_control", None)  # it is made anew, as the link says
    keep_view("training", "curve")


def open_run(run_id: str) -> None:
    """Look at a run of an experiment, in the view of the curve; only in a callback."""
    with explained_errors():
        select_run(engine().store.run(run_id))
        to_curve()
