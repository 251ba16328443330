"""Compare: two runs, or two steps of one, side by side, and the words that stand elsewhere."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.feed import model_label
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.link import whole_number
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.vectors.words import picked_word, word_field
from lmcore.ui.visit import run_name, snapshots, step_to_show, t, visitor

MOVED = 30
FIRST_GUESS = (
    0.2  # of the way: early enough for words to stand elsewhere, late enough for them to mean something
)


def compare_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The run at the dock's step on the right, what it is compared with on the left."""
    step = step_to_show(record)
    with controls:
        word = word_field()
        other = _other_run(record)
        other_step = _other_step(other, record)
        message = st.container(key="message", gap="xsmall")
    if step is None or other_step is None:
        message.markdown(f":gray[{t('vectors.compare.waiting')}]")
        return None
    answer = asked(
        "moved",
        message,
        source=engine().vectors,
        run=record.id,
        step=step,
        other_run=other.id,
        other_step=other_step,
        n=MOVED,
    )
    if answer is None:
        return None
    with stage:
        show(
            "word_compare",
            on={"word": lambda: picked_word("word_compare")},
            run=record.id,
            left={"run": other.id, "step": other_step, "title": _title(other)},
            right={"run": record.id, "step": step, "title": _title(record)},
            follow="right",
            word=word,
            moved=answer["rows"],
            stable=answer["least"],
            mean_overlap=answer["mean_overlap"],
        )
    with message:
        st.markdown(
            t("vectors.compare.reading", n=answer["n_shared"], share=round(100 * answer["mean_overlap"]))
        )
        st.markdown(f":gray[{t('vectors.compare.limit')}]")
    return None


def _other_run(record: RunRecord) -> RunRecord:
    """What to compare with: the same run at another step, unless another is chosen; the link keeps it."""
    seen = [run for run in engine().store.runs(owner=visitor(), task=WORD_VECTORS) if run.id != record.id]
    runs = {run.id: run for run in (record, *seen)}
    asked_for = st.query_params.get("other", record.id)
    chosen = st.selectbox(
        t("vectors.compare.other"),
        list(runs),
        index=list(runs).index(asked_for) if asked_for in runs else 0,
        format_func=lambda run_id: t("vectors.compare.same") if run_id == record.id else _title(runs[run_id]),
        key="other_run",
    )
    if chosen == record.id:
        st.query_params.pop("other", None)
    else:
        st.query_params["other"] = chosen
    return runs[chosen]


def _other_step(other: RunRecord, record: RunRecord) -> int | None:
    """The step of the other side; None before its first snapshot."""
    steps = snapshots(other)
    if not steps:
        return None
    usual = steps[-1] if other.id != record.id else round(FIRST_GUESS * steps[-1])
    asked_for = whole_number("other_step", usual)
    chosen = min(steps, key=lambda step: abs(step - asked_for))
    if len(steps) > 1:
        label = t("vectors.compare.step")
        chosen = st.select_slider(label, steps, value=chosen, key=f"other_step_{other.id}")
    st.query_params["other_step"] = str(chosen)
    return chosen


def _title(record: RunRecord) -> str:
    return f"{run_name(record)}, {model_label(record)}"
