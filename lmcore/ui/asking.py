"""Asking a worker while the page goes on living: the old picture stays, a bar says how long."""

import time
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.runs.questions import Questions
from lmcore.runs.replies import Reply
from lmcore.ui.amounts import duration
from lmcore.ui.messages import show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import t

AT_ONCE_S = 0.15  # an answer that comes within this time needs no sign of waiting
BAR_S = 1.5
LOOK_S = 0.1
LEAST_PROGRESS = 0.05  # before that, nothing can be said of the time left


def asked(
    request: str,
    message: DeltaGenerator,
    *,
    source: Questions | None = None,
    cancellable: bool = True,
    **arguments: Any,
) -> dict[str, Any] | None:
    """The answer to a question of `lmcore.runs.texts.requests`, or of `lmcore.runs.vectors.requests`.

    `source` is `engine().texts`, or `engine().vectors`. Where there is no answer, `message` says why, an
    error or that the visitor has cancelled, and the last answer about the same text (or run) is given, so
    that its picture stays; else None. Not `cancellable` in a dialog: Streamlit does not hear a click there
    before the fragment has ended, and there is no picture to stay.
    """
    source = source or engine().texts
    last, about = f"last.{request}", arguments[source.subject]
    question = repr((request, sorted(arguments.items())))
    if st.session_state.get("cancelled") == question:
        _offer_again(message)
        return _last_of(last, about)
    reply = source.open(request, **arguments)
    try:
        if not reply.settled(AT_ONCE_S):
            _wait(reply, request, question, message.container(), cancellable)
        answer = reply.answer(LOOK_S)
    except LmcoreError as error:
        with message:
            show_error(error)
        return _last_of(last, about) if cancellable else None
    finally:
        source.leave(reply)
    if cancellable:
        st.session_state[last] = (about, answer)
    return answer


def _last_of(last: str, about: str) -> dict[str, Any] | None:
    """The last answer of a kind, if it was about this text or run."""
    subject, answer = st.session_state.get(last, ("", None))
    return answer if subject == about else None


def _wait(reply: Reply, request: str, question: str, message: DeltaGenerator, cancellable: bool) -> None:
    """Until the answer is there; every write to the page is a place where a click of the visitor is heard."""
    began = time.monotonic()
    bar, cancel = message.empty(), message.empty()
    while not reply.settled(LOOK_S) and time.monotonic() - began < BAR_S:
        bar.markdown(f":gray[{t('asking.working')}]")
    if cancellable and not reply.done:
        label = t("asking.cancel")
        key = f"cancel_{request}"  # a page may wait for one answer after the other
        cancel.button(label, key=key, on_click=_cancel, args=(question,), width="stretch")
    while not reply.settled(LOOK_S):
        bar.progress(reply.progress, _time_left(reply.progress, time.monotonic() - began))
    bar.empty()
    cancel.empty()


def _time_left(progress: float, passed: float) -> str:
    if progress < LEAST_PROGRESS:
        return t("asking.working")
    return t("asking.left", time=duration(passed / progress * (1 - progress)))


def _cancel(question: str) -> None:
    st.session_state.cancelled = question


def _offer_again(message: DeltaGenerator) -> None:
    with message:
        st.markdown(f":gray[{t('asking.cancelled')}]")
        if st.button(t("asking.again"), width="stretch", key="again"):
            del st.session_state["cancelled"]
            st.rerun()
