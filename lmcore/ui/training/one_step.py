"""One step: a training step taken apart on the visitor's own text, as a film to step through by hand."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.attention import say_unknown
from lmcore.ui.components import show
from lmcore.ui.follow import follow, nothing_yet
from lmcore.ui.messages import show_error
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.visit import step_to_show, t

FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)  # of the run's learning rate


def one_step_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """Forward, backward, update and what has come of it, for the model at the step of the dock."""
    follow(record)
    with controls:
        text = st.text_area(
            t("one_step.batch"),
            height=88,
            max_chars=2000,
            key="batch",
            bind="query-params",
            placeholder=t("one_step.batch.example"),
            help=t("one_step.batch.help"),
        )
        factor = 1.0 if level == "play" else _factor_control()
        message = st.container(key="message", gap="xsmall")
    answer, is_stale = _answer(record, text or "", factor, message)
    with stage:
        if answer is None and step_to_show(record) is None:
            nothing_yet(record)
        if answer is None:
            return None
        shown = {name: value for name, value in answer.items() if name not in ("unknown", "n_given", "own")}
        show("slow_motion", run=record.id, stale=is_stale, **shown)
    if not is_stale:  # what the error says is about another text
        with message:
            _say(answer)
    return _figure(answer)


def _factor_control() -> float:
    return st.select_slider(
        t("one_step.factor"),
        FACTORS,
        1.0,
        format_func=lambda factor: f"× {factor:g}",
        help=t("one_step.factor.help"),
        key="factor",
    )


def _answer(
    record: RunRecord, text: str, factor: float, message: DeltaGenerator
) -> tuple[dict[str, Any] | None, bool]:
    """The step, or the last one of this run (and True) with a sentence on why there is no other."""
    step, key = step_to_show(record), f"one_step.{record.id}"
    if step is None:
        return None, False
    try:
        answer = engine().ask("one_step", run=record.id, step=step, text=text, factor=factor)
    except LmcoreError as error:
        with message:
            show_error(error)
        return st.session_state.get(key), True
    st.session_state[key] = answer
    say_unknown(answer["unknown"], message)
    return answer, False


def _say(answer: dict[str, Any]) -> None:
    """What came of the step, and what it is not."""
    n, before, after = len(answer["tokens"]), answer["before"]["mean"], answer["after"]["mean"]
    if answer["n_given"] > n + 1:
        st.markdown(f":gray[{t('one_step.first', n=n + 1, given=answer['n_given'])}]")
    losses = {"before": f"{before:.2f}", "after": "–" if after is None else f"{after:.2f}"}
    fell = after is not None and after < before
    st.markdown(t("one_step.fell", **losses) if fell else t("one_step.rose", **losses))
    st.markdown(f":gray[{t('one_step.limit')}]")


def _figure(answer: dict[str, Any]) -> Draw:
    """The losses before and after, and the gradient at every stage, from the answer that is shown."""
    title = t("one_step.title", n=answer["step"])
    names = (t("slow_motion.before"), t("slow_motion.after"), t("one_step.gradient"))
    stages = [
        (t(f"slow_motion.stage_{stage['name']}", n=stage["layer"]), stage["gradient"])
        for stage in answer["stages"]
        if stage["gradient"] is not None
    ]

    def draw() -> Any:
        from lmcore.figures.one_step import one_step_figure

        mean = [(name, sum(x or 0.0 for x in row) / len(row)) for name, row in stages]
        losses = (answer["before"]["loss"], answer["after"]["loss"])
        return one_step_figure(answer["targets"], *losses, mean, names, title)

    return draw
