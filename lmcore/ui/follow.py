"""Pages follow a run that trains: when it has a new snapshot, or ends, the page is drawn again."""

import streamlit as st

from lmcore.errors import RunError
from lmcore.i18n import notice_key
from lmcore.runs.store import RunRecord
from lmcore.ui.dialogs import dialog_is_open
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
    elif record.notice is None:
        st.markdown(f":gray[{t('follow.nothing', status=t(f'status.{record.status}'))}]")
    else:
        st.error(escaped(t(notice_key(record.notice["key"]), **record.notice["given"])))
    st.skeleton(height=430)


def _watch(run_id: str, seen: tuple) -> None:
    if dialog_is_open():
        return
    try:
        record = engine().store.run(run_id)
    except RunError:  # deleted: the page finds another run
        st.rerun()
    if (record.status, snapshots(record)[-1:]) != seen:
        st.rerun()
