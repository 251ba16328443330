"""Branch off a run: from the step on the dock, with one setting changed."""

from typing import Any

import streamlit as st

from lmcore.runs.fork import CHANGEABLE, settings_at
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import explained_errors
from lmcore.ui.server import engine
from lmcore.ui.settings import FIELDS, Field, belongs, options
from lmcore.ui.visit import run_name, select_run, step_to_show, t, visitor

FIELD = {field.name: field for field in FIELDS[LANGUAGE_MODEL] if field.part in ("training", "model")}


def fork_button(record: RunRecord) -> None:
    """Opens the dialog, once there is a snapshot to start from."""
    step = step_to_show(record)
    pressed = st.button(
        t("fork.open"),
        type="tertiary",
        icon=":material/call_split:",
        help=t("fork.help"),
        disabled=step is None,
        key="fork",
    )
    if pressed and step is not None:
        fork_dialog(record, step)


def fork_dialog(record: RunRecord, step: int) -> None:
    """One setting and its new value."""
    dialog_opened()
    spec = settings_at(record.spec, engine().store.marks(record.id), step)

    @st.dialog(t("fork.title", n=step), on_dismiss=dialog_closed)
    def dialog() -> None:
        st.markdown(f":gray[{t('fork.about', n=step)}]")
        with st.container(horizontal=True, gap="small", key="fork_change"):
            field = FIELD[_setting(spec, step)]
            value = _value(field, spec, step)
        same = value == field.read(spec)
        start = st.button(t("fork.start"), type="primary", disabled=same, key="fork_start")
        if same:
            st.markdown(f":gray[{t('fork.same')}]")
        if start:
            with explained_errors():
                name = fork_name(record, step, field.name, value)
                _select_fork(record, step, field.name, value, name)

    dialog()


def _select_fork(record: RunRecord, step: int, setting: str, value: Any, name: str) -> None:
    run_id = engine().fork(record.id, step, setting, value, owner=visitor(), name=name)
    select_run(engine().store.run(run_id))
    dialog_closed()
    st.rerun()


def fork_name(record: RunRecord, step: int, setting: str, value: Any) -> str:
    """Such as "news 2 @400, learning rate 0.001": the parent, the step, and what is new."""
    parent = run_name(record)
    what = _field_name(setting)
    change = f" @{step:,}, {what[:1].lower()}{what[1:]} {_shown(FIELD[setting], value)}"
    return parent[: max(8, 80 - len(change))] + change


def _setting(spec: RunSpec, step: int) -> str:
    """Which setting; when the run ends here, only a later end makes sense."""
    at_end = not spec.training.seconds and step >= spec.training.steps
    offered = [name for name in CHANGEABLE if belongs(FIELD[name], spec)]
    return st.selectbox(
        t("fork.setting"),
        ["steps"] if at_end else offered,
        format_func=_field_name,
        key="fork_setting",
    )


def _field_name(name: str) -> str:
    return t(f"field.{name}")


def _value(field: Field, spec: RunSpec, step: int) -> Any:
    now = field.read(spec)
    label = t("fork.value", now=_shown(field, now))
    key = f"fork_value_{field.name}"
    if field.choices:
        offered = options(field, spec)
        return st.selectbox(
            label,
            offered,
            index=offered.index(now),
            format_func=lambda choice: _shown(field, choice),
            key=key,
        )
    kind = float if field.decimals else int
    return st.number_input(
        label,
        min_value=kind(step + 1 if field.name == "steps" else field.least),
        max_value=kind(field.most),
        value=kind(_proposed(field, now, step)),
        step=kind(field.step),
        format=field.decimals,
        key=key,
    )


def _proposed(field: Field, now: float, step: int) -> float:
    """A first value to try that is not the one of now: a third of the rate, twice the length."""
    if field.name == "learning_rate":
        return round(now / 3, 4)
    if field.name == "steps":
        return min(field.most, max(2 * now, step + 1))
    return now


def _shown(field: Field, value: Any) -> str:
    if field.choices:
        return t(f"choice.{value}")
    return f"{value:g}" if field.decimals else f"{value:,}"
