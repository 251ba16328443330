"""Merge: byte pair encoding at work on the visitor's text, one merge at a time."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.link import keep_triggered, whole_number
from lmcore.ui.texts.reading import say
from lmcore.ui.texts.split import passage_input
from lmcore.ui.texts.units import unit_control, unit_of_link

UNITS = ("character", "byte")
MERGES = {"play": 600, "tune": 1_000, "all": 2_000}


def merge_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> None:
    """The merges that the text asks for, and what becomes of a passage."""
    with controls:
        passage = passage_input(spec)
        unit = unit_control("merge", UNITS, helped=True) if level != "play" else unit_of_link("merge", UNITS)
        message = st.container(key="message", gap="xsmall")
    answer = asked(
        "merge",
        message,
        corpus=spec.corpus,
        cleaning=spec.to_json()["cleaning"],
        passage=passage,
        unit=unit,
        n_merges=MERGES[level],
    )
    if answer is None:
        return
    with stage:
        at = whole_number("at", 0, len(answer["merges"]))
        show(
            "merge_player",
            on={"at": lambda: keep_triggered("merge_player", "at", "at", "at")},
            run=spec.corpus,
            at=at,
            **answer,
        )
    with message:
        last = answer["merges"][-1]["n_tokens"] if answer["merges"] else answer["n_tokens_start"]
        n_characters = answer["n_characters"]
        figures = {"n": len(answer["merges"]), "share": round(n_characters / max(1, last), 1)}
        reading = "reading_part" if answer["truncated"] else "reading"
        say(
            "merge",
            reading if answer["merges"] else "nothing",
            m=n_characters / 1e6,
            wan=n_characters / 1e4,
            **figures,
        )
