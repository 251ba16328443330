"""Pages follow a run that trains: when it has a new snapshot, or ends, the page is drawn again."""

import streamlit as st

from lmcore.i18n import notice_key
from lmcore.runs.store import RunRecord
from lmcore.ui.messages import escaped
from lmcore.ui.server import engine
from lmcore.ui.visit import snapshots, t

EVERY_S = 1.0


def follow(record: RunRecord) -> None:
    """Watch `record` while it is active; does nothing for a run that has ended."""
    if record.active:
        seen = (record.status, snapshots(record)[-1:])
        st.fragment(_watch, run_every=EVERY_S)(record.id, seen)


def nothing_yet(record: RunRecord) -> None:
    """In place of a picture that has no snapshot to be made of: why, and the picture's shape."""
    if record.active:
        st.markdown(f":gray[{t('follow.waiting')}]")
    else:
        notice = record.notice or {"key": "interrupted", "given": {}}
        st.error(escaped(t(notice_key(notice["key"]), **notice["given"])))
    st.skeleton(height=430)


def _watch(run_id: str, seen: tuple) -> None:
    record = engine().store.run(run_id)
    if (record.status, snapshots(record)[-1:]) != seen:
        st.rerun()
