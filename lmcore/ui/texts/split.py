"""Split: the same text through several tokenizers."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import KINDS
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.corpora import opening
from lmcore.ui.messages import show_error
from lmcore.ui.server import engine
from lmcore.ui.texts.reading import say
from lmcore.ui.texts.staging import staged
from lmcore.ui.visit import t

MOST = 4  # tokenizers beside each other
USUAL = ("character", "word", "byte_bpe", "unigram")
USUAL_SIZES = {"en": 2_000, "zh": 8_000}  # of every vocabulary, so that they can be compared
FEW_UNKNOWN = 0.02  # share of the tokens: a tokenizer that loses more has not said much with the others
SAMPLE_CHARACTERS = 2_000
SEPARATOR = "."


def split_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> None:
    """A passage as the tokens of up to four tokenizers, each trained on the whole text."""
    with controls:
        passage = passage_input(spec)
        usual = USUAL_SIZES[engine().corpora.info(spec.corpus).language]
        asked_for: list[dict[str, Any]] = [{"kind": kind, "vocab_size": usual} for kind in USUAL[:3]]
        if level != "play":
            asked_for = _tokenizers(level, usual)
        message = st.container(key="message", gap="xsmall")
    answer = asked(
        "split",
        message,
        corpus=spec.corpus,
        cleaning=spec.to_json()["cleaning"],
        passage=passage,
        tokenizers=asked_for,
    )
    if answer is None:
        return
    with stage:
        rows = [_named(row) for row in answer["rows"]]
        show("token_rows", run=spec.corpus, text=answer["text"], rows=rows)
    with message:
        known = [row for row in answer["rows"] if row["unknown_share"] < FEW_UNKNOWN] or answer["rows"]
        fewest = min(known, key=lambda row: row["n_tokens"])
        name, length = t(f"choice.{fewest['kind']}"), fewest["characters_per_token"] or 0
        say("split", "reading", name=name, n=round(length, 1))


def passage_input(spec: RunSpec) -> str:
    """A few lines to look at, the beginning of the text unless the visitor types others."""
    return (
        st.text_area(
            t("text.passage"),
            opening(spec.corpus, 60),
            height=88,
            key="passage",
            bind="query-params",
            max_chars=SAMPLE_CHARACTERS,
        )
        or ""
    )


def _tokenizers(level: str, usual: int) -> list[dict[str, Any]]:
    """Up to four kinds with one vocabulary size, and perhaps one that the visitor brings."""
    with st.popover(t("text.tokenizers"), width="stretch", key="choose_tokenizers"):
        kinds = _kinds()
        label, help_text = t("field.vocab_size"), t("field.vocab_size.help")
        size = st.number_input(label, 256, 100_000, usual, 64, help=help_text, key="split_size")
        own = _own_tokenizer() if level == "all" else None
    asked_for: list[dict[str, Any]] = [{"kind": kind, "vocab_size": int(size)} for kind in kinds]
    return asked_for if own is None else [*asked_for[: MOST - 1], own]


def _kinds() -> list[str]:
    """The tokenizers that the visitor has chosen, which the link keeps."""
    asked_for = st.query_params.get("tokens", "").split(SEPARATOR)
    known = [kind for kind in asked_for if kind in KINDS][:MOST]
    chosen = st.multiselect(
        t("text.tokenizers"),
        KINDS,
        known or list(USUAL),
        format_func=lambda kind: t(f"choice.{kind}"),
        max_selections=MOST,
        key="tokenizers",
        help=t("text.tokenizers.help"),
    )
    st.query_params["tokens"] = SEPARATOR.join(chosen)
    return list[str](chosen) or list(USUAL[:1])


def _own_tokenizer() -> dict[str, Any] | None:
    uploaded = st.file_uploader(
        t("text.own_tokenizer"), key="own_tokenizer", help=t("text.own_tokenizer.help")
    )
    if uploaded is None:
        return None
    try:
        return {"kind": "pretrained", "vocab_size": 0, "upload": staged(uploaded), "name": uploaded.name}
    except LmcoreError as error:
        show_error(error)
        return None


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its name, and why it does not give every text back, in the visitor's language."""
    why = t(row["why_not_exact"]) if row["why_not_exact"] else None
    return row | {"name": row["name"] or t(f"choice.{row['kind']}"), "not_exact": why}
