"""Rates: a short run whose learning rate grows until the loss flies away, and what that says."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.analysis.rate_range import RateReading, read_rates, rounded
from lmcore.runs.rate_tests import LARGEST, RATES, STEPS, is_test_of, rate_test
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.training.schedules import LEAST_TRIED
from lmcore.ui.components import show
from lmcore.ui.follow import follow
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.settings import model_dials, replace_spec
from lmcore.ui.training.experiments import experiment_button, to_curve
from lmcore.ui.visit import t, visitor

TAKEN = "rates.taken"  # (run, rate) that the visitor has clicked


def rates_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The newest test of the settings in the form; None of them is a run that the other views show."""
    test = _test_of(spec)
    reading = _read(test) if test is not None else None
    with controls:
        spec = model_dials(spec)
        label = t("rates.again") if test is not None else t("rates.test")
        specs = [rate_test(spec)]
        experiment_button(RATES, specs, [t("rates.name")], {}, label=label, busy=bool(test and test.active))
        if reading is not None and test is not None and not test.active:
            _what_it_says(spec, test, reading)
    if test is not None:
        st.session_state["rates.run"] = test.id
        follow(test)
    with stage:
        show(
            "rate_curve",
            on={"rate": _take},
            run=test.id if test is not None else None,
            planned=[LEAST_TRIED * LARGEST, LARGEST],
            marks=_marks(spec, test, reading),
            says=t("rates.limit"),
        )
    return None if reading is None or test is None or test.active else rates_figure(reading, test.name)


def _test_of(spec: RunSpec) -> RunRecord | None:
    for experiment in engine().store.experiments(visitor(), RATES):
        for run in engine().store.runs_of(experiment.id):
            if is_test_of(run, spec):
                return run
    return None


def _read(test: RunRecord) -> RateReading:
    rows = engine().store.metrics_since(test.id, -1)
    return read_rates([row["learning_rate"] for row in rows], [row["loss"] for row in rows])


def _marks(spec: RunSpec, test: RunRecord | None, reading: RateReading | None) -> list[dict[str, object]]:
    """Vertical lines of the picture: what was found, what is in the form, what was clicked."""
    found = reading if reading is not None and test is not None and not test.active else None
    rates = {
        "now": spec.training.learning_rate,
        "steepest": found.steepest if found and found.steepest != found.suggestion else None,
        "lowest": found.lowest if found else None,
        "suggestion": found.suggestion if found else None,
        "taken": _taken(test),
    }
    return [{"name": name, "rate": rate} for name, rate in rates.items() if rate]


def _what_it_says(spec: RunSpec, test: RunRecord, reading: RateReading) -> None:
    """One sentence, and the button that takes the rate."""
    given = {"rate": _said(reading.suggestion), "lowest": _said(reading.lowest), "steps": STEPS}
    st.markdown(f"**{t(f'rates.says.{reading.says}', **given)}**")
    st.markdown(f":gray[{t(f'rates.says.{reading.says}.rest', **given)}]")
    rate = _taken(test) or reading.suggestion
    if rate is None:
        return
    st.button(
        t("rates.train_with", rate=_said(rate)),
        width="stretch",
        disabled=rate == spec.training.learning_rate,
        on_click=_set_rate,
        args=(spec, rate),
        key="train_with",
    )


def _said(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.2g}"


def _taken(test: RunRecord | None) -> float | None:
    run, rate = st.session_state.get(TAKEN, ("", None))
    return rate if test is not None and run == test.id else None


def _take() -> None:
    said = st.session_state.rate_curve.get("rate")
    if said:
        st.session_state[TAKEN] = (st.session_state.get("rates.run", ""), rounded(float(said["rate"])))


def _set_rate(spec: RunSpec, rate: float) -> None:
    """The rate into the form, and over to the view where Start is."""
    replace_spec(replace(spec, training=replace(spec.training, learning_rate=rate)))
    to_curve()


def rates_figure(reading: RateReading, title: str) -> Draw:
    """The test as a picture to take home."""

    def draw() -> object:
        from lmcore.figures.rate_curve import rate_curve

        return rate_curve(reading, title)

    return draw
