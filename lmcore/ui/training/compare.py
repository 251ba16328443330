"""Compare: runs side by side, what came out of each and the settings in which they differ."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.feed import model_label
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.components import show
from lmcore.ui.pictures import Draw, loss_figure
from lmcore.ui.run_list import MAX_COMPARED, comparable
from lmcore.ui.server import engine
from lmcore.ui.training.compare_rows import outcome_rows, setting_sections
from lmcore.ui.visit import run_name, standing_alone, t, visitor

EVERY_S = 3.0
BESIDE = "with"  # the other runs in the link: `?with=ID.ID`
OVERLAID = f"compare.{LANGUAGE_MODEL}"  # what the run list keeps, too


def compare_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The run that is looked at, and up to four others."""
    with controls:
        others = _others(record)
        _overlay_button(record, others)
        st.markdown(f":gray[{t('compare.limit')}]")
    runs = [record, *others]
    again = EVERY_S if any(run.active for run in runs) else None
    with stage:
        st.fragment(_table, run_every=again)([run.id for run in runs])
    return loss_figure(record)


def _table(run_ids: list[str]) -> None:
    """The table, kept up to date while one of its runs trains."""
    known = {run.id: run for run in engine().store.runs()}
    runs = [known[run_id] for run_id in run_ids if run_id in known]
    if not runs:  # deleted: the page finds another run
        st.rerun()
    sections = setting_sections(runs)
    show(
        "run_table",
        run=runs[0].id,
        runs=[{"name": run_name(run), "model": model_label(run)} for run in runs],
        sections=[{"title": "", "rows": outcome_rows(runs)}, *sections],
        notes=_notes(runs, alike=not sections),
    )


def _others(record: RunRecord) -> list[RunRecord]:
    """The runs chosen beside `record`; the link keeps them."""
    store = engine().store
    known = {run.id: run for run in store.runs(owner=visitor(), task=LANGUAGE_MODEL) if run.id != record.id}
    asked = [run_id for run_id in _asked(known) if run_id in known][:MAX_COMPARED]
    offered = dict.fromkeys([*asked, *(run.id for run in standing_alone(known.values()))])
    chosen = st.multiselect(
        t("compare.with"),
        list(offered),
        default=asked,
        max_selections=MAX_COMPARED,
        format_func=lambda run_id: f"{run_name(known[run_id])}, {model_label(known[run_id])}",
        placeholder=t("compare.choose"),
        key=f"compare_with_{record.id}",
    )
    if chosen:
        st.query_params[BESIDE] = ".".join(chosen)
    else:
        st.query_params.pop(BESIDE, None)
    st.session_state[BESIDE] = chosen
    return [known[run_id] for run_id in chosen]


def _asked(known: dict[str, RunRecord]) -> list[str]:
    """Of the link, else what was chosen before, else what lies over the curve, else the newest."""
    if asked := st.query_params.get(BESIDE):
        return asked[:200].split(".")
    if BESIDE in st.session_state:
        return st.session_state[BESIDE]
    return st.session_state.get(OVERLAID) or [run.id for run in standing_alone(known.values())][:1]


def _overlay_button(record: RunRecord, others: list[RunRecord]) -> None:
    """Lay the curves over each other on the view that draws curves."""
    fitting = [run.id for run in others if comparable(run, record)]

    def overlay() -> None:
        st.session_state[OVERLAID] = fitting
        st.session_state.training_view_control = "curve"

    st.button(
        t("compare.overlay"),
        width="stretch",
        icon=":material/show_chart:",
        disabled=not fitting,
        on_click=overlay,
        key="overlay",
    )


def _notes(runs: list[RunRecord], alike: bool) -> list[str]:
    """What the table does not say by itself."""
    if len(runs) == 1:
        return [t("compare.alone")]
    foreign = [run_name(run) for run in runs[1:] if not comparable(run, runs[0])]
    notes = [t("compare.foreign", names=", ".join(foreign))] if foreign else []
    return [*notes, t("compare.alike")] if alike else notes
