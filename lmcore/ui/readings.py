"""What the curve says, in words, and the button that mends what went wrong."""

import streamlit as st

from lmcore.analysis.findings import Finding
from lmcore.analysis.reading import Reading, read_curve
from lmcore.errors import RunError
from lmcore.i18n import notice_key
from lmcore.runs.rate_tests import is_rate_test
from lmcore.runs.store import CRASHED, DIVERGED, INTERRUPTED, RunRecord
from lmcore.ui.dialogs import dialog_is_open
from lmcore.ui.doctor import findings_of, show_briefly, show_folded
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.server import engine
from lmcore.ui.visit import is_mine, t, visitor

EVERY_S = 2.0


def reading_panel(record: RunRecord, *, only_trouble: bool = False, doctor: bool = True) -> None:
    """One reading of the run, kept up to date; `only_trouble` is silent while all goes well.

    `doctor`: whether there is room for what the run doctor found.
    """
    again = EVERY_S if record.active else None
    st.fragment(_reading, run_every=again)(record.id, record.active, only_trouble, doctor)


def _reading(run_id: str, was_active: bool, only_trouble: bool, doctor: bool) -> None:
    try:
        record = engine().store.run(run_id)
    except RunError:  # deleted: the page finds another run
        st.rerun()
    if was_active and not record.active and not dialog_is_open():
        st.rerun()
    if record.status in (DIVERGED, CRASHED, INTERRUPTED) and not is_rate_test(record):
        _trouble(record)
    elif doctor and (findings := findings_of(record)):
        _found(record, findings, only_trouble)
    elif not only_trouble:
        reading = _read(record)
        head, rest = (
            t(f"reading.{reading.headline}", **reading.given),
            t(f"reading.{reading.rest}", **reading.given),
        )
        st.markdown(f"**{head}**  \n:gray[{rest}]")


def _found(record: RunRecord, findings: list[Finding], only_trouble: bool) -> None:
    """At Play the gravest finding with its remedy; where there is no room, all of them folded."""
    if only_trouble:
        show_folded(record, findings, t("doctor.open", n=len(findings)))
        return
    show_briefly(record, findings)


def _read(record: RunRecord) -> Reading:
    store = engine().store
    references = {name: loss for name, loss, _ in store.references(record.id)}
    recent = [
        row["loss"] for row in store.metrics_since(record.id, record.step - 20) if row["loss"] is not None
    ]
    training = sum(recent) / len(recent) if recent else None
    return read_curve(store.evaluations(record.id), references, training)


def _trouble(record: RunRecord) -> None:
    notice = record.notice or {"key": "interrupted", "given": {}}
    with st.container(key="trouble"):
        st.error(escaped(t(notice_key(notice["key"]), **notice["given"])))
        if record.details:
            with st.expander(t("readings.details")):
                st.code(record.details, language=None)
    if is_mine(record):
        label = t("remedy.lower_rate") if record.status == DIVERGED else t("remedy.continue")
        if st.button(label, width="stretch", key="mend"):
            with explained_errors():
                if record.status == DIVERGED:
                    engine().mend(record.id, owner=visitor())
                else:
                    engine().command(record.id, "resume", owner=visitor())
                st.rerun()
