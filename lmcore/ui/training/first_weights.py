"""What the next run begins with: random weights, or those of an earlier run or of a folder."""

import json
from dataclasses import replace
from typing import Any

import streamlit as st

from lmcore.models.configs.initial import MODELS, InitialConfig
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.messages import escaped
from lmcore.ui.server import engine
from lmcore.ui.settings import keep_spec
from lmcore.ui.visit import run_name, snapshots, t, visitor

RANDOM = ""
MOST_RUNS = 30


def first_weights_control(spec: RunSpec) -> RunSpec:
    """A choice of where the weights come from, kept in the link as `?from=`; gives the settings."""
    sources = _sources()
    asked = st.query_params.get("from", RANDOM)
    chosen = st.selectbox(
        t("first_weights.label"),
        list(sources),
        index=list(sources).index(asked) if asked in sources else 0,
        format_func=lambda key: sources[key],
        help=t("first_weights.help"),
        key=f"first_weights_{st.session_state.get('form', 0)}",
    )
    initial = _initial(spec.initial.scheme, chosen)
    if chosen:
        st.query_params["from"] = chosen
    else:
        st.query_params.pop("from", None)
    if initial != spec.initial:
        spec = replace(spec, initial=initial)
        keep_spec(spec)
    return spec


def load_report(record: RunRecord) -> None:
    """What a run took from another model, with every tensor that did not come whole."""
    path = engine().home.run_folder(record.id) / "initial.json"
    if not path.is_file():
        return
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    counts = {kind: len(report[kind]) for kind in ("taken", "grown", "new", "unused")}
    st.markdown(t("first_weights.report", **counts))
    for kind in ("grown", "new", "unused"):
        if rows := report[kind]:
            names = ", ".join(f"`{escaped(str(row[0]))}`" for row in rows)
            st.markdown(f":gray[{t(f'first_weights.{kind}')}: {names}]")


def _sources() -> dict[str, str]:
    """What there is to begin with, and what it is called: random weights first."""
    found = {RANDOM: t("first_weights.random")}
    runs = [run for run in engine().store.runs(owner=visitor(), task=LANGUAGE_MODEL) if snapshots(run)]
    for run in runs[:MOST_RUNS]:
        found[f"run.{run.id}"] = f"{run_name(run)}, {run.spec.model.label}"
    folder = engine().home.folder / MODELS
    if folder.is_dir():
        names = sorted(path.name for path in folder.iterdir() if (path / "config.json").is_file())
        found |= {f"folder.{name}": name for name in names}
    return found


def _initial(scheme: str, source: str) -> InitialConfig:
    kind, _, name = source.partition(".")
    if kind == "run":
        return InitialConfig(scheme, run=name, step=snapshots(engine().store.run(name))[-1])
    return InitialConfig(scheme, folder=name)
