"""Count: what the words of a text have in common with the words of every text."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.link import keep_triggered
from lmcore.ui.pictures import Draw, text_figure
from lmcore.ui.visit import t

PICTURES = ("zipf", "heaps", "coverage", "words", "ngrams", "together", "lengths")


def count_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> Draw | None:
    """Small pictures of all, one of them large; gives what draws that one to take home."""
    with controls:
        n, lower = 2, True
        if level != "play":
            n = st.number_input(t("text.count.n"), 2, 5, 2, key="ngram", bind="query-params")
            lower = not st.toggle(t("text.count.case"), key="count_case", bind="query-params")
        message = st.container(key="message", gap="xsmall")
    answer = asked(
        "count", message, corpus=spec.corpus, cleaning=spec.to_json()["cleaning"], n=int(n), lower=lower
    )
    if answer is None:
        return None
    asked_for = st.query_params.get("picture", "")
    chosen = asked_for if asked_for in PICTURES else PICTURES[0]
    with stage:
        show(
            "text_pictures",
            on={"chosen": lambda: keep_triggered("text_pictures", "chosen", "name", "picture")},
            run=spec.corpus,
            chosen=chosen,
            pictures=answer["pictures"],
        )
    with message:
        st.markdown(t("text.count.reading", n_words=answer["n_words"], n_distinct=answer["n_distinct"]))
    return text_figure(chosen, answer["pictures"][chosen])
