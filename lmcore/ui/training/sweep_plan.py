"""The controls of a sweep: which settings vary, between what, and how many runs that makes."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lmcore.runs.sweeps import GRID, MOST_RUNS, MOST_VALUES, RANDOM, Plan, Swept, drawn, grid
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.settings import FIELDS, Field, belongs, options
from lmcore.ui.visit import t

AT_DEPTH = {"play": 2, "tune": 2, "all": 4}  # settings, as many as there is room for
FIRST = ("learning_rate", "batch_size", "d_model", "n_layers")  # what is offered before anything is chosen
FIXED = (  # what changes the measure itself, or how long it takes, or where
    "kind", "vocab_size", "steps", "seconds", "evaluate_every", "sample_length", "validation_share",
    "test_share", "device", "precision", "objective",
)  # fmt: skip
BY_FACTORS = ("learning_rate", "batch_size", "d_model", "d_hidden", "d_embedding", "table_rows")
STEPS = 200  # of every run, where the form asks for more
RUNS = 12  # at random, unless another number is asked for


@dataclass(frozen=True)
class Chosen:
    """What the controls say."""

    base: RunSpec
    fields: tuple[Field, ...]
    ranges: tuple[dict[str, Any], ...]
    way: str
    n_runs: int

    @property
    def swept(self) -> list[Swept]:
        """Raises `ConfigError` for a range that is none."""
        return [
            Swept(field.name, field.part, **given)
            for field, given in zip(self.fields, self.ranges, strict=True)
        ]

    def planned(self) -> "Planned":
        """Raises `ConfigError` for ranges that are none, or for too many runs."""
        swept = self.swept
        plan = grid(self.base, swept) if self.way == GRID else drawn(self.base, swept, self.n_runs)
        return Planned(tuple(swept), plan)

    def nothing(self) -> "Planned":
        return Planned((), Plan((), (), 0))


@dataclass(frozen=True)
class Planned:
    """The settings that vary, and the runs that this makes."""

    swept: tuple[Swept, ...]
    plan: Plan


def plan_controls(spec: RunSpec, level: str) -> Chosen:
    """Two settings, up to four at All; from Tune on a grid or random runs, and the steps of each."""
    can = [field for field in FIELDS[LANGUAGE_MODEL] if can_vary(field, spec)]
    fields: list[Field] = []
    ranges: list[dict[str, Any]] = []
    for i in range(AT_DEPTH[level]):
        field = _which(i, [one for one in can if one not in fields])
        if field is not None:
            fields.append(field)
            ranges.append(_range(field, spec, is_first=i == 0))
    way, n_runs, steps = GRID, RUNS, min(spec.training.steps, STEPS)
    if level != "play":
        way, n_runs, steps = _how_many(steps)
    base = replace(spec, training=replace(spec.training, steps=steps, seconds=0.0))
    return Chosen(base, tuple(fields), tuple(ranges), way, n_runs)


def can_vary(field: Field, spec: RunSpec) -> bool:
    """Whether runs that differ in this setting are measured alike."""
    return field.name not in FIXED and belongs(field, spec)


def _which(i: int, offered: list[Field]) -> Field | None:
    """The control that chooses the i-th setting; the third and fourth may be none."""
    first = next((k for k, field in enumerate(offered) if field.name in FIRST[i:]), 0)
    return st.selectbox(
        t("sweep.setting", n=i + 1),
        offered,
        index=first if i < 2 else None,
        placeholder=t("sweep.one_more"),
        format_func=lambda field: t(f"field.{field.name}"),
        label_visibility="collapsed",
        key=f"swept_{i}",
    )


def _range(field: Field, spec: RunSpec, *, is_first: bool) -> dict[str, Any]:
    """From, to and how many of a number; which of a choice. The first row names its columns."""
    seen = "visible" if is_first else "collapsed"
    if field.choices:
        chosen = st.multiselect(
            t("sweep.values"),
            options(field, spec),
            default=options(field, spec),
            format_func=said,
            label_visibility="collapsed",
            key=f"swept_choices_{field.name}",
        )
        return {"choices": tuple(chosen) or (field.read(spec),)}
    least, most = usual_range(field, spec)
    kind, form = (float, field.decimals) if field.decimals else (int, None)
    with st.container(horizontal=True, gap="xsmall", wrap=False, key=f"range_{field.name}"):
        given = [
            st.number_input(
                t(f"sweep.{name}"),
                min_value=kind(field.least),
                max_value=kind(field.most),
                value=kind(value),
                step=kind(field.step),
                format=form,
                label_visibility=seen,
                key=f"swept_{name}_{field.name}",
            )
            for name, value in (("from", least), ("to", most))
        ]
        count = st.number_input(
            t("sweep.count"), 1, MOST_VALUES, 3, label_visibility=seen, key=f"swept_count_{field.name}"
        )
    whole = not field.decimals
    step = int(field.step) if whole and field.name != "seed" else 1
    log = field.name in BY_FACTORS
    return {
        "least": given[0], "most": given[1], "count": count, "whole": whole, "step": step, "log": log,
    }  # fmt: skip


def usual_range(field: Field, spec: RunSpec) -> tuple[float, float]:
    """Around what the form has: by factors a third to three times as much, else half to double."""
    value = field.read(spec)
    factor = 3 if field.name in BY_FACTORS and field.decimals else 2
    least, most = max(field.least, value / factor), min(field.most, max(value * factor, field.step))
    if field.decimals:
        return float(f"{least:.2g}"), float(f"{most:.2g}")
    step = field.step if least >= field.step else 1
    return max(field.least, least // step * step), max(field.least, most // step * step)


def _how_many(steps: int) -> tuple[str, int, int]:
    with st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="bottom", key="how_many"):
        way = st.selectbox(
            t("sweep.way"), (GRID, RANDOM), format_func=lambda name: t(f"sweep.way.{name}"), key="sweep_way"
        )
        n_runs = RUNS
        if way == RANDOM:
            n_runs = st.number_input(t("sweep.runs"), 1, MOST_RUNS, n_runs, key="sweep_runs")
        steps = st.number_input(t("sweep.steps"), 1, 100_000, steps, 50, key="sweep_steps")
    return way, n_runs, steps


def said(value: Any) -> str:
    """A setting's value in words or figures."""
    if isinstance(value, bool):
        return t("choice.on" if value else "choice.off")
    if isinstance(value, str):
        return t(f"choice.{value}")
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def axis_of(name: str, part: str, spec: RunSpec) -> dict[str, Any]:
    """What the picture needs to know of a setting's axis."""
    field = next(one for one in FIELDS[LANGUAGE_MODEL] if (one.name, one.part) == (name, part))
    axis: dict[str, Any] = {"name": name, "label": t(f"field.{name}")}
    if field.choices:
        axis["choices"] = [{"value": choice, "label": said(choice)} for choice in field.choices]
    elif name in BY_FACTORS:
        axis["log"] = True
    return axis
