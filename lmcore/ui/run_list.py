"""The visitor's runs: look at one, lay several over each other, star, rename, note, tag, share, delete."""

import streamlit as st

from lmcore.analysis import run_difference
from lmcore.runs.feed import model_label
from lmcore.runs.labels import NAME_MOST, NOTE_MOST, note_text, one_line, tags_of
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.run_filter import filtered
from lmcore.ui.server import engine
from lmcore.ui.visit import current_run, is_mine, run_name, select_run, t, visitor

MAX_COMPARED = 4
NOTE_SHOWN = 90  # characters of its first line in the list


def run_list_button(task: str) -> None:
    """Opens the list."""
    if st.button(t("runs.open", n=len(_listed(task))), type="tertiary", icon=":material/list:", key="runs"):
        run_list_dialog(task)


def _listed(task: str) -> list[RunRecord]:
    """Of the runs of experiments, which have views of their own, only those with a star and the one shown."""
    shown = st.session_state.get(f"run.{task}")
    runs = engine().store.runs(owner=visitor(), task=task)
    return [run for run in runs if run.experiment is None or run.starred or run.id == shown]


def compared(task: str) -> list[dict[str, str]]:
    """The runs whose curves are drawn beside the current one."""
    chosen = st.session_state.get(f"compare.{task}", [])
    current = current_run(task)
    known = {
        run.id: run for run in engine().store.runs(owner=visitor(), task=task) if comparable(run, current)
    }
    return [{"id": run_id, "name": known[run_id].name} for run_id in chosen if run_id in known]


def run_list_dialog(task: str) -> None:
    """All runs of a task that this visitor may see."""

    dialog_opened()

    @st.dialog(t("runs.title"), width="large", on_dismiss=dialog_closed)
    def dialog() -> None:
        for record in filtered(_listed(task)):
            with explained_errors():
                _row(record)
        if st.button(t("runs.done"), type="primary", key="runs_done"):
            dialog_closed()
            st.rerun()

    dialog()


def _row(record: RunRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"run_{record.id}"):
        _star(record)
        words = st.container(width="stretch")
        if st.button(t("runs.show"), key=f"show_{record.id}"):
            select_run(record)
            dialog_closed()
            st.rerun()
        _compare_toggle(record)
        if is_mine(record):
            _own_run_menu(record)
        words.markdown(_described(engine().store.run(record.id)))  # last, so that it says what is new


def _star(record: RunRecord) -> None:
    st.button(
        "★" if record.starred else "☆",
        type="tertiary",
        help=t("runs.unstar" if record.starred else "runs.star"),
        disabled=not is_mine(record),
        on_click=lambda: engine().star(record.id, not record.starred, owner=visitor()),
        key=f"star_{record.id}",
    )


def _described(record: RunRecord) -> str:
    """Name, tags, model, state, loss and the first line of the note, as Markdown."""
    loss = engine().store.evaluations(record.id)
    figures = f", {t('word.loss')} {loss[-1][1]:.2f}" if loss and loss[-1][1] is not None else ""
    tags = "".join(f" :gray-badge[{escaped(tag)}]" for tag in record.tags)
    lines = [f"**{escaped(run_name(record))}**{tags}"]
    lines.append(f":gray[{model_label(record)}, {t(f'status.{record.status}')}{figures}]")
    if record.note:
        first = record.note.splitlines()[0]
        lines.append(escaped(first if len(first) <= NOTE_SHOWN else f"{first[:NOTE_SHOWN]}…"))
    return "  \n".join(lines)


def comparable(record: RunRecord, other: RunRecord) -> bool:
    """Whether a loss of both is per the same kind of token of the same text."""
    if record.task == LANGUAGE_MODEL:
        return run_difference.comparable(record.spec.to_json(), other.spec.to_json())
    return (record.spec.corpus, record.spec.tokenizer) == (other.spec.corpus, other.spec.tokenizer)


def _compare_toggle(record: RunRecord) -> None:
    key = f"compare.{record.task}"
    chosen = st.session_state.setdefault(key, [])
    fits = comparable(record, current_run(record.task))
    on = st.toggle(
        t("runs.compare"),
        value=record.id in chosen and fits,
        disabled=not fits,
        help=None if fits else t("runs.compare.help"),
        key=f"compare_{record.id}",
    )
    if on and record.id not in chosen:
        st.session_state[key] = [*chosen, record.id][-MAX_COMPARED:]
    elif not on and record.id in chosen:
        st.session_state[key] = [run_id for run_id in chosen if run_id != record.id]


def _own_run_menu(record: RunRecord) -> None:
    with st.popover(t("runs.more"), key=f"menu_{record.id}"):
        _written_on(record)
        shared = st.toggle(
            t("runs.share"), record.shared, key=f"share_{record.id}", help=t("runs.share.help")
        )
        if shared != record.shared:
            engine().share(record.id, shared, owner=visitor())
        sure = st.checkbox(t("runs.sure"), key=f"sure_{record.id}")
        if st.button(
            t("runs.delete"), disabled=not sure, key=f"delete_{record.id}", icon=":material/delete:"
        ):
            engine().delete(record.id, owner=visitor())
            st.rerun(scope="fragment")


def _written_on(record: RunRecord) -> None:
    """Name, note and tags; what is refused is said here, and the run keeps what it had."""
    name = st.text_input(t("runs.name"), record.name, key=f"name_{record.id}", max_chars=NAME_MOST)
    note = st.text_area(t("runs.note"), record.note, key=f"note_{record.id}", max_chars=NOTE_MOST, height=90)
    tags = st.text_input(
        t("runs.tags"), ", ".join(record.tags), key=f"tags_{record.id}", help=t("runs.tags.help")
    )
    with explained_errors():
        _keep_writing(record, name or "", note or "", tags or "")


def _keep_writing(record: RunRecord, name: str, note: str, tags: str) -> None:
    """Store what is new; raises `RunError` for what cannot be kept."""
    if one_line(name) != record.name:
        engine().rename(record.id, name, owner=visitor())
    if note_text(note) != record.note:
        engine().note(record.id, note, owner=visitor())
    if tags_of(tags) != record.tags:
        engine().tag(record.id, tags, owner=visitor())
