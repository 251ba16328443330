"""The Generation page's picture: what a run writes at one step, and what else it considered."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.runs.store import RunRecord
from lmcore.ui.attention import say_unknown
from lmcore.ui.components import show
from lmcore.ui.follow import follow, nothing_yet
from lmcore.ui.messages import show_error
from lmcore.ui.server import engine
from lmcore.ui.visit import t

FIRST_PART_S = 30.0


def sampling_controls(depth: str) -> dict[str, Any]:
    """How the next token is drawn: two sliders at Play, numbers to type at the other depths."""
    values = {control.name: control.usual for control in CONTROLS}
    if depth == "play":
        for control in CONTROLS[:2]:
            values[control.name] = control.slider()
        return values
    for pair in (CONTROLS[:2], CONTROLS[2:4], CONTROLS[4:]):
        with st.container(horizontal=True, gap="small", wrap=False, key=f"sampling_{pair[0].name}"):
            for control in pair:
                values[control.name] = control.number()
    return values


@dataclass(frozen=True)
class Control:
    """One setting of the sampler; its name is also its place in the URL."""

    name: str
    least: float
    most: float
    usual: float
    step: float

    def slider(self) -> float:
        """A dial for those who want to try."""
        return st.slider(step=self.step, **self._shared())

    def number(self) -> float:
        """A number for those who know."""
        return st.number_input(step=self.step, **self._shared()) or self.least

    def _shared(self) -> dict[str, Any]:
        return {
            "label": t(f"field.{self.name}"),
            "min_value": self.least,
            "max_value": self.most,
            "value": self.usual,
            "help": t(f"field.{self.name}.help"),
            "key": self.name,
            "bind": "query-params",
        }


CONTROLS = (
    Control("temperature", 0.0, 2.0, 0.8, 0.05),
    Control("top_p", 0.05, 1.0, 0.9, 0.05),
    Control("top_k", 0, 100_000, 0, 1),
    Control("seed", 0, 2**31 - 1, 1, 1),
    Control("n_tokens", 1, 2_000, 40, 10),
)


def token_picture(
    record: RunRecord,
    step: int | None,
    prompt: str,
    settings: dict[str, Any],
    again: bool,
    message: DeltaGenerator,
) -> None:
    """The text and its candidates; written anew for every new step, prompt or setting."""
    follow(record)
    if step is None:
        nothing_yet(record)
        return
    if again:
        st.session_state.again = st.session_state.get("again", 0) + 1
    drawn = settings | {"seed": settings["seed"] + st.session_state.get("again", 0)}
    try:
        request, first = _request(record, step, prompt, drawn)
    except LmcoreError as error:
        with message:
            show_error(error)
        request, first = st.session_state.get("generation", (None, None, None))[1:]
    if first is not None:
        say_unknown(first["unknown"], message)
    show(
        "token_stream",
        run=record.id,
        request=request,
        prompt=prompt,
        prompt_tokens=first["prompt_tokens"] if first else [],
        n_tokens=drawn["n_tokens"],
        temperature=drawn["temperature"],
        top_p=drawn["top_p"],
        top_k=drawn["top_k"],
    )


def _request(
    record: RunRecord, step: int, prompt: str, settings: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Id and first part, the prompt's tokens, of the generation with these settings."""
    key = (record.id, record.revision, step, prompt, tuple(settings.items()))
    known = st.session_state.get("generation")
    if known is not None and known[0] == key and engine().reply(known[1]) is not None:
        return known[1:]
    if known is not None:
        engine().cancel(known[1])
    reply = engine().open("generation", run=record.id, step=step, prompt=prompt, **settings)
    first = reply.wait(FIRST_PART_S)
    st.session_state.generation = (key, reply.id, first)
    return reply.id, first
