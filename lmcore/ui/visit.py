"""Who is visiting, in which language, and which run and step they look at. The URL says all of it."""

import secrets
from collections.abc import Iterable

import streamlit as st

from lmcore.errors import RunError
from lmcore.i18n import LANGUAGES, translate
from lmcore.runs.showcase import stored_id
from lmcore.runs.store import RunRecord
from lmcore.ui.server import COOKIE, engine


def visitor() -> str:
    """A name that outlives a reload: the browser's cookie, or this session where there are no cookies."""
    if "visitor" not in st.session_state:
        st.session_state.visitor = st.context.cookies.get(COOKIE) or secrets.token_urlsafe(18)
    return st.session_state.visitor


def language() -> str:
    """`?lang=` of the URL, else what was chosen before, else the browser's."""
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        st.session_state.language = asked
    if "language" not in st.session_state:
        st.session_state.language = "zh" if (st.context.locale or "").startswith("zh") else "en"
    return st.session_state.language


def t(key: str, **values: object) -> str:
    """The text for `key` in the visitor's language."""
    return translate(key, language(), **values)


def other_language() -> str:
    return "en" if language() == "zh" else "zh"


def change_language() -> None:
    """Show everything in the other language."""
    st.query_params["lang"] = st.session_state.language = other_language()


def current_run(task: str) -> RunRecord:
    """The run to look at: the URL's, else the last one looked at, else the newest own, else the stored one.

    A run id that nobody knows leaves a notice in the session, which the page shows.
    """
    st.session_state.pop("notice", None)
    for run_id in (st.query_params.get("run"), st.session_state.get(f"run.{task}")):
        if run_id and (record := _known(run_id)) is not None and record.task == task:
            return select_run(record)
    own = standing_alone(run for run in engine().store.runs(owner=visitor(), task=task) if is_mine(run))
    return select_run(own[0] if own else engine().store.run(stored_id(task)))


def standing_alone(runs: Iterable[RunRecord]) -> list[RunRecord]:
    """Without the runs of experiments, which are looked at only when they are chosen."""
    return [run for run in runs if run.experiment is None]


def run_beside(task: str) -> RunRecord:
    """A run of another task than the page's: the last looked at, else the newest own, else the stored one.

    The link and what the visitor looks at stay as they are.
    """
    known = {run.id: run for run in engine().store.runs(owner=visitor(), task=task)}
    seen = known.get(st.session_state.get(f"run.{task}", ""))
    own = standing_alone(run for run in known.values() if run.owner == visitor())
    return seen or (own[0] if own else engine().store.run(stored_id(task)))


def _known(run_id: str) -> RunRecord | None:
    try:
        return engine().store.run(run_id)
    except RunError as error:
        st.session_state.notice = error
        st.query_params.pop("run", None)
        return None


def select_run(record: RunRecord) -> RunRecord:
    """Look at this run from now on, and say so in the URL."""
    task = record.task
    before = st.session_state.get(f"run.{task}")
    if before != record.id:
        st.session_state[f"run.{task}"] = record.id
        st.session_state.pop(f"step.{task}", None)
        if before is not None:
            st.query_params.pop("step", None)  # a step of the other run
    if record.stored:
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = record.id
    return record


def snapshots(record: RunRecord) -> list[int]:
    """Steps at which the run can be looked into."""
    return [artifact.step for artifact in engine().store.artifacts(record.id, "snapshot")]


def chosen_step(record: RunRecord) -> int | None:
    """The step the visitor went back to, or None to follow the run. `?step=` of the first visit counts."""
    key = f"step.{record.task}"
    if key not in st.session_state:
        text = st.query_params.get("step", "")
        st.session_state[key] = int(text) if text.isdecimal() and len(text) < 9 else None
    asked, steps = st.session_state[key], snapshots(record)
    return min(steps, key=lambda step: abs(step - asked)) if steps and asked is not None else None


def choose_step(record: RunRecord, step: int | None) -> None:
    """Look at this step from now on; None follows the run."""
    st.session_state[f"step.{record.task}"] = step
    if step is None:
        st.query_params.pop("step", None)
    else:
        st.query_params["step"] = str(step)


def step_to_show(record: RunRecord) -> int | None:
    """The snapshot that pictures are made of: the chosen one, else the newest; None before the first."""
    steps = snapshots(record)
    chosen = chosen_step(record)
    return chosen if chosen is not None else (steps[-1] if steps else None)


def run_name(record: RunRecord) -> str:
    """The name to show; stored runs are named after their text in the visitor's language."""
    return t(f"corpus.{record.spec.corpus}") if record.stored else record.name


def hardware() -> str:
    """What trains here, as soon as the first worker has looked."""
    if not engine().device_label:
        return t("home.waking")
    return t("device.cpu") if engine().device == "cpu" else engine().device_label


def is_mine(record: RunRecord) -> bool:
    """Whether this visitor may command the run."""
    return record.owner == visitor() and not record.stored
