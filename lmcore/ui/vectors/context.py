"""In context: one word in many sentences, inside a language model; a word vector beside it."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.runs.feed import model_label
from lmcore.runs.showcase import stored_id
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.components import show
from lmcore.ui.follow import nothing_yet
from lmcore.ui.link import keep_triggered
from lmcore.ui.messages import escaped, show_error
from lmcore.ui.pictures import Draw, context_figure
from lmcore.ui.server import engine
from lmcore.ui.vectors.words import picked_word, word_field
from lmcore.ui.visit import run_beside, run_name, snapshots, step_to_show, t, visitor

PLACES = 24
NEIGHBOURS = 5
KEPT = "last.contextual"


def context_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """A map of the places of a word for every layer of a language model, and the neighbours of its vector."""
    with controls:
        model = _model_control()
        word = word_field() or ""
        sentences = st.text_area(
            t("vectors.context.sentences"),
            height=88,
            max_chars=40_000,
            key="sentences",
            placeholder=t("vectors.context.sentences.example"),
            help=t("vectors.context.sentences.help"),
        )
        n = PLACES
        if level != "play":
            n = st.slider(t("vectors.context.places"), 8, 200, PLACES, 8, key="context_places")
        message = st.container(key="message", gap="xsmall")
    answer, is_stale = _answer(model, word, sentences or "", n, message)
    with stage:
        if answer is None:
            if not snapshots(model):
                nothing_yet(model)
            return None
        show(
            "context_map",
            on={
                "word": lambda: picked_word("context_map"),
                "layer": lambda: keep_triggered("context_map", "layer", "layer", "layer"),
            },
            run=record.id,
            layer=_layer(len(answer["layers"]) - 1),
            neighbours=_neighbours(record, answer["word"]),
            stale=is_stale,
            **answer,
        )
    with message:
        _say_more(answer)
    return context_figure(answer, _layer(len(answer["layers"]) - 1))


def _model_control() -> RunRecord:
    """Which language model; the link keeps it as `?model=`, beside the run of the page."""
    runs = [run for run in engine().store.runs(owner=visitor(), task=LANGUAGE_MODEL) if not run.stored]
    runs.append(engine().store.run(stored_id(LANGUAGE_MODEL)))
    known = {run.id: run for run in runs}
    asked = st.query_params.get("model", "")
    usual = asked if asked in known else run_beside(LANGUAGE_MODEL).id
    chosen = st.selectbox(
        t("vectors.context.model"),
        list(known),
        index=list(known).index(usual) if usual in known else 0,
        format_func=lambda run_id: f"{run_name(known[run_id])}, {model_label(known[run_id])}",
        key="context_model",
    )
    if chosen == run_beside(LANGUAGE_MODEL).id:
        st.query_params.pop("model", None)
    else:
        st.query_params["model"] = chosen
    return known[chosen]


def _answer(
    model: RunRecord, word: str, sentences: str, n: int, message: DeltaGenerator
) -> tuple[dict[str, Any] | None, bool]:
    """The map, or the last one of this model (and True) with a sentence on why there is no other."""
    last_model, last = st.session_state.get(KEPT, ("", None))
    if not snapshots(model):
        return None, False
    try:
        answer = _ask(model, word=word, sentences=sentences, n=n)
    except LmcoreError as error:
        with message:
            show_error(error)
        return (last if last_model == model.id else _any_word(model)), True
    st.session_state[KEPT] = (model.id, answer)
    return answer, False


def _ask(model: RunRecord, **given: Any) -> dict[str, Any]:
    cleaning = model.spec.to_json()["cleaning"]
    place = {"run": model.id, "step": snapshots(model)[-1], "corpus": model.spec.corpus}
    return engine().ask("contextual", **place, cleaning=cleaning, **given)


def _any_word(model: RunRecord) -> dict[str, Any] | None:
    """A word of the model's text, so that the stage is not empty beside an error."""
    try:
        return _ask(model, word="", sentences="", n=PLACES)
    except LmcoreError:  # such as a text that was removed, which the other question has said
        return None


def _neighbours(record: RunRecord, word: str) -> dict[str, Any] | None:
    """What the word vectors of the page say of the word; None where they have not learned it."""
    step = step_to_show(record)
    if step is None:
        return None
    given = {"run": record.id, "step": step, "word": word.lower(), "n": NEIGHBOURS}
    try:
        return engine().vectors.ask("neighbours", **given)
    except LmcoreError:  # it is said on the stage that they do not know it
        return None


def _layer(last: int) -> int | None:
    """The layer of the link; None for the last one."""
    text = st.query_params.get("layer", "")
    return min(int(text), last) if text.isdecimal() and len(text) < 4 else None


def _say_more(answer: dict[str, Any]) -> None:
    """What was left out, and which characters the model does not know."""
    drawn = len(answer["places"])
    if answer["typed"] and answer["n_found"] > drawn:
        st.markdown(f":orange[{t('vectors.context.first', n=drawn, found=answer['n_found'])}]")
    if answer["unknown"]:
        characters = escaped(" ".join(answer["unknown"][:12]))
        st.markdown(f":orange[{t('prompt.unknown', characters=characters)}]")
