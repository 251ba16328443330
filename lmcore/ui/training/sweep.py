"""Sweep: many runs with different settings, which of them were good, and which settings decided that."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.analysis.importance import importance
from lmcore.errors import ConfigError
from lmcore.runs.experiment_feed import experiment_state
from lmcore.runs.store import Experiment, RunRecord
from lmcore.runs.sweeps import SWEEP
from lmcore.tasks.spec import RunSpec
from lmcore.ui.components import show
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.training.experiments import experiment_button, follow_experiment, open_run, progress
from lmcore.ui.training.sweep_plan import Planned, axis_of, plan_controls, said
from lmcore.ui.visit import t, visitor

BEST_SHOWN = 8
LEAST_EXPLAINED = 0.05

Rows = list[dict[str, Any]]


def sweep_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The newest sweep of this visitor; none of its runs is one that the other views show unasked."""
    sweeps = engine().store.experiments(visitor(), SWEEP)
    sweep = sweeps[0] if sweeps else None
    runs = engine().store.runs_of(sweep.id) if sweep else []
    with controls:
        plan, problem = _planned(spec, level)
        parts = {one.name: one.part for one in plan.swept}
        names = [_name(settings) for settings in plan.plan.settings]
        label = t("sweep.start", n=len(plan.plan.specs))
        if plan.plan.left_out:
            st.markdown(f":gray[{t('sweep.left_out', n=plan.plan.left_out)}]")
        experiment_button(SWEEP, plan.plan.specs, names, {"parts": parts}, label=label)
        if problem is not None:
            with explained_errors():
                raise problem
        if sweep is not None:
            progress(sweep, runs)
    rows = experiment_state(engine().store, sweep.id)["runs"] if sweep else []
    if sweep is not None:
        follow_experiment(sweep.id, runs)
        _best_table(controls, sweep, rows)
    axes = [axis_of(name, part, spec) for name, part in (sweep.given["parts"] if sweep else {}).items()]
    with stage:
        show(
            "parallel_lines",
            on={"run": _open},
            experiment=sweep.id if sweep else None,
            axes=axes,
            says=_sentence(rows),
        )
    return sweep_figure(rows, axes) if any(row["loss"] is not None for row in rows) else None


def _planned(spec: RunSpec, level: str) -> tuple[Planned, ConfigError | None]:
    """The runs that the controls ask for; with a problem, none."""
    chosen = plan_controls(spec, level)
    try:
        return chosen.planned(), None
    except ConfigError as error:
        return chosen.nothing(), error


def _name(settings: dict[str, Any]) -> str:
    return t("sweep.comma").join(f"{t(f'field.{name}')} {said(value)}" for name, value in settings.items())


def _ended(rows: Rows) -> Rows:
    return [row for row in rows if not row["active"] and row["status"] in ("done", "diverged")]


def _sentence(rows: Rows) -> str:
    """How much each setting explains, the most first."""
    ended = _ended(rows)
    if rows and len(ended) == len(rows) and all(row["loss"] is None for row in ended):
        return t("sweep.all_diverged")
    shares = importance([row["settings"] for row in ended], [row["loss"] for row in ended])
    told = sorted(shares.items(), key=lambda pair: -pair[1])
    if not told:
        return t("sweep.limit")
    if told[0][1] < LEAST_EXPLAINED:
        return t("sweep.nothing_decides")
    parts = [
        t("sweep.explains", setting=t(f"field.{name}"), share=round(100 * share)) for name, share in told
    ]
    return t("sweep.importance", parts=t("sweep.comma").join(parts))


def _best_table(controls: DeltaGenerator, sweep: Experiment, rows: Rows) -> None:
    """The best runs, folded."""
    ranked = sorted((row for row in rows if row["loss"] is not None), key=lambda row: row["loss"])
    if not ranked:
        return
    with (
        controls,
        st.popover(t("sweep.best"), type="tertiary", icon=":material/table_rows:", key="best_runs"),
    ):
        head = [*(t(f"field.{name}") for name in sweep.given["parts"]), t("word.loss")]
        lines = [head, ["---"] * len(head)]
        for row in ranked[:BEST_SHOWN]:
            lines.append([*(said(value) for value in row["settings"].values()), f"{row['loss']:.3f}"])
        st.markdown("\n".join(f"| {' | '.join(map(escaped_cell, line))} |" for line in lines))


def escaped_cell(text: str) -> str:
    """A cell of a Markdown table; the rule under its head stays one."""
    return text if text == "---" else escaped(text)


def _open() -> None:
    opened = st.session_state.parallel_lines.get("run")
    if opened:
        open_run(opened["run"])


def sweep_figure(rows: Rows, axes: list[dict[str, Any]]) -> Draw:
    """The sweep as a picture to take home."""
    settings = [row["settings"] for row in rows if row["loss"] is not None]
    losses = [row["loss"] for row in rows if row["loss"] is not None]
    labels = {axis["name"]: axis["label"] for axis in axes}
    log = [axis["name"] for axis in axes if axis.get("log")]
    title = t("training.sweep.sentence")

    def draw() -> Any:
        from lmcore.figures.parallel_lines import parallel_lines

        return parallel_lines(settings, losses, labels, log, title)

    return draw
