"""Scaling: small runs, the power law through them, and one larger run that tests what the law predicts."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.analysis.scaling import ScalingLaw, ScalingReading, read_scaling
from lmcore.runs.experiment_feed import experiment_state
from lmcore.runs.feed import model_label
from lmcore.runs.scaling import SCALING, SIZE, TEXT, can_scale, ladder, larger, measure
from lmcore.runs.store import Experiment, RunRecord
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec
from lmcore.ui.amounts import duration
from lmcore.ui.components import show
from lmcore.ui.messages import explained_errors
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.training.experiments import experiment_button, follow_experiment, open_run, progress
from lmcore.ui.visit import t, visitor

DRAWN = 60  # points of the law


@dataclass(frozen=True)
class Lab:
    """One experiment: its small runs, the run that tests them, and what can be said."""

    experiment: Experiment
    by: str
    runs: list[RunRecord]
    sizes: list[int]
    losses: list[float | None]
    n_small: int
    reading: ScalingReading

    @property
    def is_fitted(self) -> bool:
        """Whether all small runs have ended; before that the law would still move."""
        return not any(run.active for run in self.runs[: self.n_small])

    @property
    def tests(self) -> list[tuple[RunRecord, int, float | None]]:
        """The larger runs with size and loss."""
        rows = zip(self.runs, self.sizes, self.losses, strict=True)
        return list(rows)[self.n_small :]


def scaling_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The newest scaling experiment of this visitor, over weights or over text."""
    base = spec if can_scale(spec) else with_model(spec, "gpt")
    with controls:
        by = _by()
        lab = _lab(by)
        specs = ladder(base, by)
        label = t("sweep.start", n=len(specs)) if lab is None else t("scaling.again", n=len(specs))
        given = {"by": by, "n": len(specs)}
        names = [t("scaling.name", model=one.model.label, steps=one.training.steps) for one in specs]
        busy = lab is not None and any(run.active for run in lab.runs)
        experiment_button(SCALING, specs, names, given, label=label, busy=busy)
        if base is not spec:
            st.markdown(f":gray[{t('scaling.with_gpt')}]")
        if lab is not None:
            progress(lab.experiment, lab.runs)
            _what_it_says(lab)
    if lab is not None:
        follow_experiment(lab.experiment.id, lab.runs)
    with stage:
        show("scaling_chart", on={"run": _open}, by=by, says=t(f"scaling.limit.{by}"), **_picture(lab))
    return scaling_figure(lab) if lab is not None and lab.reading.law is not None else None


def _by() -> str:
    return st.segmented_control(
        t("scaling.by"),
        (SIZE, TEXT),
        default=SIZE,
        required=True,
        format_func=lambda name: t(f"scaling.by.{name}"),
        label_visibility="collapsed",
        width="stretch",
        key="scaling_by",
    ) or SIZE  # fmt: skip


def _lab(by: str) -> Lab | None:
    """The newest experiment over this."""
    known = [one for one in engine().store.experiments(visitor(), SCALING) if one.given["by"] == by]
    if not known:
        return None
    experiment, n_small = known[0], known[0].given["n"]
    runs = engine().store.runs_of(experiment.id)
    reached = {row["id"]: row["loss"] for row in experiment_state(engine().store, experiment.id)["runs"]}
    losses = [reached.get(run.id) for run in runs]
    sizes = [measure(run, by) for run in runs]
    ended = [None if run.active else loss for run, loss in zip(runs, losses, strict=True)]
    reading = _reading(tuple(sizes[:n_small]), tuple(ended[:n_small]))
    return Lab(experiment, by, runs, sizes, losses, n_small, reading)


@lru_cache(maxsize=64)
def _reading(sizes: tuple[int, ...], losses: tuple[float | None, ...]) -> ScalingReading:
    return read_scaling(sizes, losses)


def _what_it_says(lab: Lab) -> None:
    """The law in a sentence, then the button of the run that tests it, then what came out."""
    if not lab.is_fitted:
        return
    law = lab.reading.law
    if law is None:
        st.markdown(f"**{t(f'scaling.says.{lab.reading.says}')}**")
        st.markdown(f":gray[{t(f'scaling.says.{lab.reading.says}.rest')}]")
        return
    low, high = law.alpha_range
    alpha = {"alpha": f"{law.alpha:.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}"}
    st.markdown(f"**{t(f'scaling.says.found.{lab.by}', gain=_gain(law, lab))}**")
    st.markdown(f":gray[{t('scaling.exponent', **alpha)}]")
    if lab.tests:
        _outcome(law, lab)
    else:
        _test_button(lab)


def _gain(law: ScalingLaw, lab: Lab) -> str:
    """How many percent lower the loss is for twice the size, at the largest small run."""
    size = max(lab.sizes[: lab.n_small])
    return f"{100 * (1 - float(law.at(2.0 * size)) / float(law.at(float(size)))):.1f}"


def _test_button(lab: Lab) -> None:
    base = lab.runs[0].spec
    spec = larger(base, lab.by)
    with explained_errors():
        time = duration(engine().estimate(spec).seconds)
        if st.button(t("scaling.test", time=time), width="stretch", key="scaling_test"):
            name = t("scaling.name", model=spec.model.label, steps=spec.training.steps)
            engine().add_to_experiment(lab.experiment.id, spec, owner=visitor(), name=name)
            st.rerun()


def _outcome(law: ScalingLaw, lab: Lab) -> None:
    run, size, loss = lab.tests[-1]
    if run.active:
        return
    low, high = (float(end[0]) for end in law.band(size))
    given = {"loss": f"{float(law.at(size)):.2f}", "half": f"{(high - low) / 2:.2f}"}
    if loss is None:
        st.markdown(f"**{t('scaling.no_outcome')}**")
        return
    key = "inside" if low <= loss <= high else "outside"
    st.markdown(f"**{t('scaling.outcome', **given, reached=f'{loss:.2f}')}**")
    st.markdown(f":gray[{t(f'scaling.outcome.{key}')}]")


def _picture(lab: Lab | None) -> dict[str, Any]:
    """Runs, law and prediction as the component draws them."""
    if lab is None:
        return {"runs": [], "law": None, "prediction": None, "headline": ""}
    runs = [
        {
            "id": run.id,
            "size": size,
            "loss": loss,
            "model": t("scaling.name", model=model_label(run), steps=run.spec.training.steps),
            "active": run.active,
            "test": i >= lab.n_small,
        }
        for i, (run, size, loss) in enumerate(zip(lab.runs, lab.sizes, lab.losses, strict=True))
    ]
    law = lab.reading.law if lab.is_fitted else None
    if law is None:
        return {"runs": runs, "law": None, "prediction": None, "headline": ""}
    target = lab.tests[-1][1] if lab.tests else _target(lab)
    sizes = np.geomspace(min(lab.sizes), 1.15 * target, DRAWN)
    low, high = law.band(sizes)
    line = [
        {"size": float(x), "loss": float(y), "low": float(a), "high": float(b)}
        for x, y, a, b in zip(sizes, law.at(sizes), low, high, strict=True)
    ]
    at_low, at_high = law.band(target)
    prediction = {
        "size": target, "loss": float(law.at(target)), "low": float(at_low[0]), "high": float(at_high[0]),
    }  # fmt: skip
    return {"runs": runs, "law": line, "prediction": prediction, "headline": _formula(law, lab.by)}


def _target(lab: Lab) -> int:
    """The size of the run that would test the law."""
    base = lab.runs[0]
    return measure(replace(base, spec=larger(base.spec, lab.by)), lab.by)


def _formula(law: ScalingLaw, by: str) -> str:
    """The law with its numbers."""
    letter = "N" if by == SIZE else "D"
    return f"L = {law.floor:.2f} + {np.exp(law.log_a):.3g} / {letter}^{law.alpha:.2f}"


def _open() -> None:
    opened = st.session_state.scaling_chart.get("run")
    if opened:
        open_run(opened["run"])


def scaling_figure(lab: Lab) -> Draw:
    """The law as a picture to take home."""
    law = lab.reading.law
    rows = list(zip(lab.sizes, lab.losses, strict=True))
    small, tests = rows[: lab.n_small], rows[lab.n_small :]
    axis = t(f"scaling_chart.axis_{lab.by}")
    title = t("training.scaling.sentence")

    def draw() -> Any:
        from lmcore.figures.scaling_law import scaling_law

        assert law is not None
        return scaling_law(law, small, tests, axis, title)

    return draw
