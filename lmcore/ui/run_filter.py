"""Finding runs in a long list: by what is written on them, by tag, by star."""

from dataclasses import dataclass

import streamlit as st

from lmcore.runs.feed import model_label
from lmcore.runs.store import RunRecord
from lmcore.ui.visit import run_name, t

FEW = 6  # runs that need no filter


@dataclass(frozen=True)
class Wanted:
    """What a run must have; empty for no condition."""

    text: str = ""
    tag: str = ""
    starred: bool = False


def matching(records: list[RunRecord], wanted: Wanted) -> list[RunRecord]:
    """The runs that have all that is wanted, in their order; every word of the text must be there."""
    words = wanted.text.casefold().split()
    return [
        record
        for record in records
        if (not wanted.starred or record.starred)
        and (not wanted.tag or wanted.tag in record.tags)
        and all(word in _written(record) for word in words)
    ]


def _written(record: RunRecord) -> str:
    parts = (run_name(record), model_label(record), record.note, *record.tags)
    return "\n".join(parts).casefold()


def tags_in(records: list[RunRecord]) -> list[str]:
    """All tags of the runs, the most used first."""
    counts: dict[str, int] = {}
    for record in records:
        for tag in record.tags:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))


def filtered(records: list[RunRecord]) -> list[RunRecord]:
    """The runs to show; with more than a few there are controls that choose among them."""
    if len(records) <= FEW:
        return records
    tags = tags_in(records)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="run_filter"):
        text = st.text_input(
            t("runs.find"), placeholder=t("runs.find.example"), max_chars=80, key="runs_find", width="stretch"
        )
        tag = st.selectbox(
            t("runs.tag"),
            tags,
            index=None,
            placeholder=t("runs.tag.any"),
            disabled=not tags,
            key="runs_tag",
            width=180,
        )
        starred = st.toggle(t("runs.starred"), key="runs_starred")
    found = matching(records, Wanted(text or "", tag or "", starred))
    if not found:
        st.markdown(f":gray[{t('runs.none')}]")
    return found
