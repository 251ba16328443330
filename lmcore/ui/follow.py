"""Pages follow a run that trains: when it has a new snapshot, or ends, the page is drawn again."""

import streamlit as st

from lmcore.runs.store import RunRecord
from lmcore.ui.server import engine
from lmcore.ui.visit import snapshots

EVERY_S = 1.0


def follow(record: RunRecord) -> None:
    """Watch `record` while it is active; does nothing for a run that has ended."""
    if record.active:
        seen = (record.status, snapshots(record)[-1:])
        st.fragment(_watch, run_every=EVERY_S)(record.id, seen)


def _watch(run_id: str, seen: tuple) -> None:
    record = engine().store.run(run_id)
    if (record.status, snapshots(record)[-1:]) != seen:
        st.rerun()
