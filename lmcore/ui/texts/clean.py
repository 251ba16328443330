"""Clean: the steps between a file and a text, each with what it changes in the visitor's own text."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.tasks.spec import RunSpec
from lmcore.text.config import STEPS, CleaningConfig, step_order
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.corpora import recommended_for
from lmcore.ui.server import engine
from lmcore.ui.settings import FIELDS, chosen_spec, replace_spec
from lmcore.ui.texts.reading import say
from lmcore.ui.visit import t, visitor


def clean_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> None:
    """All steps in order, those that are on and what the others would do."""
    with controls:
        if level != "play":
            _lengths(spec.cleaning)
        message = st.container(key="message", gap="xsmall")
    answer = asked("clean", message, corpus=spec.corpus, cleaning=spec.to_json()["cleaning"])
    if answer is not None:
        with stage:
            info = engine().corpora.info(spec.corpus, visitor())
            encoding = {"name": info.encoding.upper(), "certain": info.certain}
            show(
                "cleaning_steps",
                on={"toggle": _toggled, "move": _moved},
                run=spec.corpus,
                encoding=encoding,
                **answer,
            )
    with message:
        if answer is not None:
            totals = answer["totals"]
            removed = totals["characters_before"] - totals["characters_after"]
            reading = "reading" if spec.cleaning.steps else "as_it_is"
            say("clean", reading, n_removed=removed, n_on=len(spec.cleaning.steps))
        if spec.cleaning != recommended_for(spec.corpus) and st.button(
            t("text.clean.reset"), width="stretch", key="reset_cleaning", icon=":material/restart_alt:"
        ):
            clean_with(recommended_for(spec.corpus))
            st.rerun()


def clean_with(config: CleaningConfig) -> None:
    """Use these steps from now on, whatever is trained."""
    for task in FIELDS:
        replace_spec(replace(chosen_spec(task), cleaning=config))


def _lengths(config: CleaningConfig) -> None:
    with st.container(horizontal=True, gap="small", wrap=False, key="lengths"):
        form = st.session_state.get("form", 0)
        given = {
            name: st.number_input(
                t(f"field.{name}"),
                0,
                10**9,
                getattr(config, name),
                step=10,
                help=t(f"field.{name}.help"),
                key=f"field_{name}_{form}",
            )
            for name in ("shortest", "longest")
        }
    if any(given[name] != getattr(config, name) for name in given):
        steps = config.steps if "length" in config.steps else (*config.steps, "length")
        clean_with(replace(config, steps=steps, **given))  # type: ignore[arg-type]
        st.rerun()


def _toggled() -> None:
    said = st.session_state.cleaning_steps.get("toggle")
    if not said or said["name"] not in STEPS:
        return
    config = _config()
    steps = [step for step in step_order(config) if step in config.steps or step == said["name"]]
    clean_with(replace(config, steps=tuple(s for s in steps if s != said["name"] or said["on"])))


def _moved() -> None:
    said = st.session_state.cleaning_steps.get("move")
    if not said or said["name"] not in STEPS:
        return
    config = _config()
    order = [step for step in step_order(config) if step != said["name"]]
    order.insert(max(0, min(int(said["to"]), len(order))), said["name"])
    clean_with(replace(config, steps=tuple(step for step in order if step in config.steps)))


def _config() -> CleaningConfig:
    return chosen_spec(next(iter(FIELDS))).cleaning
