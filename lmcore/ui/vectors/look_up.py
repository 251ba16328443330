"""Look up: neighbours of a word, sums of words, who does not belong, all with all, the vectors themselves."""

import re
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.follow import follow, nothing_yet
from lmcore.ui.link import keep_triggered, one_of
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.vectors.usual_words import UsualWords, usual_words
from lmcore.ui.vectors.words import picked_word, word_field
from lmcore.ui.visit import step_to_show, t

PANELS = ("near", "sum", "odd", "matrix", "strip")
MEASURES = ("cosine", "euclidean")
MOST_STRIPS = 8
LONGEST = 500
_BETWEEN = re.compile(r"[,，、;；\s]+")


def look_up_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """What is asked, and the answers at the dock's step; the neighbours follow the dock by themselves."""
    usual, step = usual_words(record), step_to_show(record)
    with controls:
        word = word_field()
        expression = _field("expression", usual.expression if usual else "")
        words = words_of(_field("look_words", ", ".join(usual.words) if usual else ""))
        measure = _measure() if level != "play" else one_of("measure", MEASURES)
        message = st.container(key="message", gap="xsmall")
    follow(record)
    if usual is None or step is None:
        with stage:
            nothing_yet(record)
        return None
    typed = bool(st.session_state.get("look_words"))
    answers = _answers(record, step, message, expression, words, usual if not typed else None)
    with stage:
        show(
            "look_up",
            on={
                "word": lambda: picked_word("look_up"),
                "panel": lambda: keep_triggered("look_up", "panel", "panel", "panel"),
            },
            run=record.id,
            word=word or usual.word,
            measure=measure,
            panel=one_of("panel", PANELS),
            expression=expression,
            **answers,
        )
    if level == "play":
        controls.markdown(f":gray[{t('vectors.look_up.limit')}]")
    return None


def _field(name: str, usual: str) -> str:
    """A field whose grey text is what is asked when nothing is typed; the link keeps what is."""
    label = t(f"vectors.look_up.{name}")
    typed = st.text_input(label, key=name, bind="query-params", placeholder=usual, max_chars=LONGEST)
    return (typed or "").strip().lower() or usual


def _measure() -> str:
    usual = one_of("measure", MEASURES)
    chosen = st.segmented_control(
        t("vectors.look_up.measure"),
        MEASURES,
        default=usual,
        required=True,
        format_func=lambda name: t(f"vectors.look_up.measure.{name}"),
        width="stretch",
        key="measure_control",
    )
    st.query_params["measure"] = chosen or usual
    return chosen or usual


def words_of(typed: str) -> list[str]:
    """Words as people separate them, each once.

    >>> words_of("King, queen；国王、king")
    ['king', 'queen', '国王']
    """
    return list(dict.fromkeys(word[:60] for word in _BETWEEN.split(typed.lower()) if word))


def _answers(
    record: RunRecord,
    step: int,
    message: DeltaGenerator,
    expression: str,
    words: list[str],
    usual: UsualWords | None,
) -> dict[str, Any]:
    """The four answers that stand beside the neighbours; one that fails says why, the others stay."""

    def ask(name: str, **arguments: Any) -> dict[str, Any] | None:
        return asked(name, message, source=engine().vectors, run=record.id, step=step, **arguments)

    odd = list(usual.odd) if usual else words
    return {
        "sum": ask("arithmetic", expression=expression, n=10),
        "matrix": ask("matrix", words=words),
        "odd": ask("odd_one_out", words=odd) if len(odd) > 2 else None,
        "strip": ask("strip", words=words[:MOST_STRIPS]) if words else None,
    }
