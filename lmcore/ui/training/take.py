"""Taking a run home: its weights, its curves, or a script that trains it again."""

import re
import time
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError, TextError
from lmcore.runs.replies import Reply
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.forms import OF_A_STEP, SUFFIXES, forms_of
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import escaped, show_error
from lmcore.ui.server import API, engine
from lmcore.ui.visit import run_name, step_to_show, t, visitor

LOOK_S = 0.1
LONGEST_S = 300.0


def take_menu(record: RunRecord) -> None:
    """The button, which opens a dialog with the forms that there are for this run."""
    if st.button(t("take.open"), icon=":material/download:", type="tertiary", key="take_home"):
        take_dialog(record, step_to_show(record))


def take_dialog(record: RunRecord, step: int | None) -> None:
    """Choose a form; the file is written by a worker, then it can be downloaded."""
    dialog_opened()

    @st.dialog(t("take.title"), on_dismiss=dialog_closed)
    def dialog() -> None:
        take_form(record, step)

    dialog()


def take_form(record: RunRecord, step: int | None) -> None:
    """What the dialog holds; without a `step` the forms of a snapshot are left out."""
    hidden = () if step is not None else OF_A_STEP
    hidden = hidden if _may_have_the_text(record) else (*hidden, "script")
    forms = [form for form in forms_of(record.spec) if form not in hidden]
    chosen = st.selectbox(
        t("take.form"), forms, format_func=lambda form: t(f"take.form.{form}"), key="take_home_form"
    )
    form = chosen or forms[0]
    st.markdown(t(f"take.form.{form}.about"))
    when = t("take.at_step", step=step) if form in OF_A_STEP else t("take.whole", step=record.step)
    st.markdown(f":gray[{when}]")
    _file(record, step or 0, form)


def _may_have_the_text(record: RunRecord) -> bool:
    """Whether the visitor may have the run's text, which the script brings along as numbers."""
    try:
        info = engine().corpora.info(record.spec.corpus, visitor())
    except TextError:
        return False
    return info.built_in or info.owner == visitor()


def _file(record: RunRecord, step: int, form: str) -> None:
    """The button that has the file written, and, once it is there, the one that downloads it."""
    key = f"taken_home.{record.id}.{record.revision}.{step}.{record.step}.{form}"
    message = st.container(key="writing_run")
    if (taken := _there(key)) is None:
        label = t("take.log") if form == "mlflow" else t("take.write")
        if not st.button(label, type="primary", key="write_run", width="stretch"):
            return
        taken = st.session_state[key] = _asked(message, record, step, form)
        if taken is None:
            return
        st.rerun(scope="fragment")
    if "logged" in taken:
        logged = taken["logged"]
        said = "take.logged" if logged["weights"] else "take.logged_without_weights"
        st.success(t(said, experiment=escaped(logged["experiment"]), run=logged["run"]))
        return
    name = file_name(run_name(record), form, step if form in OF_A_STEP else record.step)
    st.link_button(
        t("take.download", size=f"{taken['size'] / 1e6:,.1f}"),
        f"{API}/exported/{taken['file']}?{urlencode({'name': name})}",
        icon=":material/download:",
        type="primary",
        width="stretch",
        key=f"download_{form}",
    )


def _there(key: str) -> dict[str, Any] | None:
    """What was written for this visitor, as long as it is kept."""
    taken = st.session_state.get(key)
    if not taken or "logged" in taken:
        return taken
    return taken if (engine().home.exported / taken["file"]).is_file() else None


def _asked(message: DeltaGenerator, record: RunRecord, step: int, form: str) -> dict[str, Any] | None:
    """The worker's answer; None after an error, which `message` tells."""
    reply = engine().open("take_home", run=record.id, step=step, form=form)
    try:
        _wait(reply, message.empty())
        return reply.answer(LOOK_S)
    except LmcoreError as error:
        with message:
            show_error(error)
        return None


def _wait(reply: Reply, bar: DeltaGenerator) -> None:
    end = time.monotonic() + LONGEST_S
    while not reply.settled(LOOK_S) and time.monotonic() < end:
        bar.progress(reply.progress, t("asking.working"))
    bar.empty()


def file_name(name: str, form: str, step: int) -> str:
    """A name for the file that every system accepts.

    >>> file_name("A small world/№ 1", "script", 250)
    'A_small_world_1-script-step250.zip'
    """
    plain = re.sub(r"[^\w.-]+", "_", name).strip("_.")[:60] or "run"
    return f"{plain}-{form}-step{step}{SUFFIXES[form]}"
