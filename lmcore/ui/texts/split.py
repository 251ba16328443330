"""Split: the same text through several tokenizers."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import FIXED_KINDS, KINDS
from lmcore.ui.components import show
from lmcore.ui.corpora import opening
from lmcore.ui.messages import show_error
from lmcore.ui.texts.asking import asked
from lmcore.ui.texts.reading import say
from lmcore.ui.texts.staging import staged
from lmcore.ui.visit import t

MOST = 4  # tokenizers beside each other
SAMPLE_CHARACTERS = 2_000
SEPARATOR = "."


def split_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> None:
    """A passage as the tokens of up to four tokenizers, each trained on the whole text."""
    with controls:
        passage = passage_input(spec)
        kinds = _kinds(spec, level)
        size = spec.tokenizer.vocab_size
        if level != "play":
            label, help_text = t("field.vocab_size"), t("field.vocab_size.help")
            size = st.number_input(label, 256, 100_000, size, 64, help=help_text, key="split_size")
        asked_for: list[dict[str, Any]] = [{"kind": kind, "vocab_size": size} for kind in kinds]
        if level == "all" and (own := _own_tokenizer()) is not None:
            asked_for = [*asked_for[: MOST - 1], own]
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
        show("token_rows", run=spec.corpus, text=passage, rows=[_named(row) for row in answer["rows"]])
    with message:
        rows = {row["kind"]: row for row in answer["rows"]}
        fewest = min(rows.values(), key=lambda row: row["n_tokens"])
        say("split", "reading", name=t(f"choice.{fewest['kind']}"), n=fewest["characters_per_token"])


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


def _kinds(spec: RunSpec, level: str) -> list[str]:
    asked_for = st.query_params.get("tokens", "").split(SEPARATOR)
    known = [kind for kind in asked_for if kind in KINDS][:MOST]
    usual = (
        ["character", "word", "byte_bpe"] if level == "play" else ["character", "word", "byte_bpe", "unigram"]
    )
    chosen = st.multiselect(
        t("text.tokenizers"),
        KINDS,
        known or usual,
        format_func=lambda kind: t(f"choice.{kind}"),
        max_selections=MOST,
        key="tokenizers",
        help=t("text.tokenizers.help"),
    )
    st.query_params["tokens"] = SEPARATOR.join(chosen)
    return list[str](chosen) or [spec.tokenizer.kind]


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
    kind = row["kind"]
    why = None if row["exact"] else t(f"tokenizer.{kind}.not_exact")
    size = "" if kind in FIXED_KINDS else f" {row['vocab_size']:,}"
    return row | {"name": row.get("name") or f"{t(f'choice.{kind}')}{size}", "not_exact": why}
