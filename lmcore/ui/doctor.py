"""The run doctor on the page: the gravest finding with its remedy, the others folded."""

import json
from functools import lru_cache

import streamlit as st

from lmcore.analysis.doctor import diagnose, suspects_leak
from lmcore.analysis.findings import MEND, Curves, Finding, Look
from lmcore.analysis.seen_before import seen_share
from lmcore.errors import LmcoreError
from lmcore.runs.store import DIVERGED, RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.server import engine
from lmcore.ui.settings import FIELDS, written
from lmcore.ui.start import start
from lmcore.ui.visit import is_mine, t, visitor

TAIL = 200  # training losses that are looked at
LOOKS = 3  # into the model


def findings_of(record: RunRecord) -> list[Finding]:
    """What is wrong with a run, the gravest first; nothing is said of word vectors."""
    if record.task != LANGUAGE_MODEL:
        return []
    curves = _curves(record)
    if suspects_leak(curves, record.spec):
        training = record.spec.training
        seen = _seen_share(record.spec.corpus, training.validation_share, training.test_share)
        curves = _curves(record, seen)
    return diagnose(curves, record.spec)


def _curves(record: RunRecord, seen: float | None = None) -> Curves:
    store = engine().store
    rows = store.metrics_since(record.id, record.step - TAIL)
    return Curves(
        training=[(row["step"], row["loss"], row["gradient_norm"]) for row in rows],
        validation=store.evaluations(record.id),
        references={name: loss for name, loss, _ in store.references(record.id)},
        looks=[_look(text) for _, text in store.layers_since(record.id, -1)[-LOOKS:]],
        planned_steps=record.planned_steps,
        diverged=record.status == DIVERGED,
        seen_share=seen,
    )


def _look(text: str) -> Look:
    seen = json.loads(text)
    return Look(seen["step"], seen["names"], seen["gradient_norms"], seen["dead_shares"])


@lru_cache(maxsize=32)
def _seen_share(corpus: str, validation_share: float, test_share: float) -> float | None:
    """Of a text in the library; None for one that was removed since."""
    try:
        text = engine().corpora.get(corpus).text
    except LmcoreError:
        return None
    return seen_share(text, validation_share, test_share)


def show_finding(record: RunRecord, finding: Finding, *, with_button: bool = True) -> None:
    """What is wrong in bold, then why, then the button that applies the remedy."""
    given = {name: _said_plainly(value) for name, value in finding.given.items()}
    head, rest = t(f"doctor.{finding.key}", **given), t(f"doctor.{finding.key}.rest", **given)
    st.markdown(f"**{escaped(head)}**  \n:gray[{escaped(rest)}]")
    if with_button and finding.remedy is not None:
        _remedy_button(record, finding.key, *finding.remedy)


def show_briefly(record: RunRecord, findings: list[Finding]) -> None:
    """The gravest in one line with its remedy below; why, and the others, fold out beside that."""
    first = findings[0]
    given = {name: _said_plainly(value) for name, value in first.given.items()}
    st.markdown(f"**{escaped(t(f'doctor.{first.key}', **given))}**")
    with st.container(horizontal=True, gap="xsmall", wrap=False, key="doctor_row"):
        if first.remedy is not None:
            _remedy_button(record, first.key, *first.remedy)
        label = t("doctor.why") if len(findings) == 1 else t("doctor.why_and_more", n=len(findings) - 1)
        with st.popover(label, key="doctor"):
            for i, finding in enumerate(findings):
                show_finding(record, finding, with_button=i > 0)


def show_folded(record: RunRecord, findings: list[Finding], label: str) -> None:
    """Findings in a popover; nothing where there are none."""
    if not findings:
        return
    with st.popover(label, type="tertiary", icon=":material/stethoscope:", key="doctor"):
        for finding in findings:
            show_finding(record, finding)


def _remedy_button(record: RunRecord, key: str, name: str, value: object) -> None:
    if name == MEND:
        if is_mine(record) and st.button(t("doctor.apply_mend"), width="stretch", key="mend"):
            with explained_errors():
                engine().mend(record.id, owner=visitor())
                st.rerun()
        return
    label = t("doctor.apply", setting=t(f"field.{name}"), value=_said(value))
    if st.button(label, width="stretch", key=f"remedy_{key}"):
        with explained_errors():
            start(changed(record.spec, name, value))


def changed(spec: RunSpec, name: str, value: object) -> RunSpec:
    """The same run with one setting changed; raises `ConfigError`."""
    field = next(field for field in FIELDS[spec.task] if field.name == name)
    return written(spec, {field: value})


def _said(value: object) -> str:
    """A setting as its control has it."""
    return t(f"choice.{value}") if isinstance(value, str) else _said_plainly(value)


def _said_plainly(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
