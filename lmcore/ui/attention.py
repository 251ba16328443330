"""The Attention page's picture: every head of a run at one step, over the visitor's text."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.models.configs.base import TransformerConfig
from lmcore.runs.store import RunRecord
from lmcore.ui.components import show
from lmcore.ui.follow import follow, nothing_yet
from lmcore.ui.messages import escaped, show_error
from lmcore.ui.pictures import Draw, attention_figure
from lmcore.ui.server import engine
from lmcore.ui.visit import t


def pinned() -> dict[str, Any]:
    """Layer, head and row that the visitor holds on to; kept in the URL as `?pin=layer.head.row`."""
    parts = st.query_params.get("pin", "").split(".")
    if len(parts) == 3 and all(part.isdecimal() and len(part) < 5 for part in parts):
        return dict(zip(("layer", "head", "row"), map(int, parts), strict=True))
    return {}


def _pin() -> None:
    pin = st.session_state.attention_view.get("pin")
    if pin and pin.get("row") is not None:
        st.query_params["pin"] = f"{pin['layer']}.{pin['head']}.{pin['row']}"
    else:
        st.query_params.pop("pin", None)


def heads_off_control(record: RunRecord, depth: str) -> list[list[int]]:
    """Heads to switch off: the pinned one at Play, any of them at the other depths."""
    model = record.spec.model
    if not isinstance(model, TransformerConfig):
        return []
    if depth == "play":
        pin = pinned()
        head = (pin.get("layer", model.n_layers - 1), pin.get("head", 0))
        name = t("attention.head_name", layer=head[0], head=head[1])
        off = st.toggle(t("attention.off", head=name), help=t("attention.off.help"), key="off")
        return [list(head)] if off else []
    heads = [(layer, head) for layer in range(model.n_layers) for head in range(model.n_heads)]

    def named(head: tuple[int, int]) -> str:
        return t("attention.head_name", layer=head[0], head=head[1])

    label, help_text = t("attention.off_many"), t("attention.off.help")
    return [
        list(head)
        for head in st.multiselect(
            label, heads, format_func=named, help=help_text, key="off_many", placeholder=t("attention.all_on")
        )
    ]


def shown_head(record: RunRecord) -> Draw | None:
    """Draws the head that is shown, for saving; None before the first picture."""
    answer = st.session_state.get(f"attention.{record.id}")
    if answer is None:
        return None
    pin = pinned()
    layer, head = pin.get("layer", answer["L"] - 1), pin.get("head", 0)
    return attention_figure(answer, min(layer, answer["L"] - 1), min(head, answer["H"] - 1))


def attention_picture(
    record: RunRecord, step: int | None, text: str, switched_off: list[list[int]], message: DeltaGenerator
) -> None:
    """Heads over `text`; what is wrong with the text is said in `message`, and the last picture stays."""
    follow(record)
    key = f"attention.{record.id}"
    stale = False
    if step is not None:
        try:
            answer = engine().ask("attention", run=record.id, step=step, text=text, switched_off=switched_off)
            st.session_state[key] = answer
            say_unknown(answer["unknown"], message)
        except LmcoreError as error:
            stale = True
            with message:
                show_error(error)
    answer = st.session_state.get(key)
    if answer is None:
        nothing_yet(record)
        return
    pin = pinned()
    head = {"layer": pin["layer"], "head": pin["head"]} if pin else None
    picture = {name: value for name, value in answer.items() if name != "unknown"}
    show(
        "attention_view",
        on={"pin": _pin},
        run=record.id,
        step=step,
        head=head,
        row=pin.get("row"),
        switched_off=switched_off,
        stale=stale,
        **picture,
    )


def say_unknown(unknown: list[str], message: DeltaGenerator) -> None:
    """Which characters of a prompt the model has never seen."""
    if unknown:
        characters = escaped(" ".join(unknown[:12]))
        message.markdown(f":orange[{t('prompt.unknown', characters=characters)}]")
