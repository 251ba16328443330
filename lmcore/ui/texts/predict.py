"""Predict: what a model that only counts can do, which is what every trained model must beat."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.corpora import opening
from lmcore.ui.link import keep_triggered, whole_number
from lmcore.ui.pictures import Draw, floor_figure
from lmcore.ui.settings import FIELDS, Field, keep_spec
from lmcore.ui.texts.reading import say
from lmcore.ui.texts.units import unit_control, unit_of_link
from lmcore.ui.visit import t

UNITS = ("character", "word")
HELD_BACK = ("validation_share", "test_share")
MOST_ORDERS = 6


def predict_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> Draw | None:
    """n-gram models of every order, counted on the training part, measured on the held-back one."""
    with controls:
        usual = opening(spec.corpus, 3)
        prompt = st.text_input(t("generation.prompt"), usual, key="begin", bind="query-params", max_chars=200)
        unit = unit_of_link("predict", UNITS)
        if level != "play":
            unit = unit_control("predict", UNITS)
            spec = _held_back(spec)
        message = st.container(key="message", gap="xsmall")
    answer = asked(
        "predict",
        message,
        corpus=spec.corpus,
        cleaning=spec.to_json()["cleaning"],
        unit=unit,
        prompt=prompt or "",
        order=whole_number("order", 0, MOST_ORDERS),
        validation_share=spec.training.validation_share,
        test_share=spec.training.test_share,
        seed=spec.seed,
    )
    if answer is None:
        return None
    with stage:
        show(
            "counting_floor",
            on={"order": lambda: keep_triggered("counting_floor", "order", "order", "order")},
            run=spec.corpus,
            **answer,
        )
    with message:
        best = next(row for row in answer["orders"] if row["order"] == answer["best"])
        seen = t(f"text.predict.seen_{answer['unit']}", n=best["order"] - 1)
        say("predict", "reading", seen=seen, bits=round(best["bits_per_byte"], 2))
    return floor_figure(answer)


def _held_back(spec: RunSpec) -> RunSpec:
    """Shares of the text that are not counted, as every training leaves them out too."""
    fields: list[Field] = [field for field in FIELDS[spec.task] if field.name in HELD_BACK]
    values = {}
    with st.container(horizontal=True, gap="small", wrap=False, key="held_back"):
        for field in fields:
            values[field] = st.number_input(
                t(f"field.{field.name}"),
                float(field.least),
                float(field.most),
                float(field.read(spec)),
                step=float(field.step),
                format=field.decimals,
                help=t(f"field.{field.name}.help"),
                key=f"floor_{field.name}",
            )
    changed = {field: value for field, value in values.items() if value != field.read(spec)}
    for field, value in changed.items():
        spec = field.write(spec, value)
    if changed:
        keep_spec(spec)
    return spec
