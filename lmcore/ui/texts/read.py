"""Read: the text as it is, its documents, and what a search finds in them."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import from_json
from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.corpora import corpus_name, told_of
from lmcore.ui.link import keep_triggered, whole_number
from lmcore.ui.messages import show_error
from lmcore.ui.server import engine
from lmcore.ui.texts.reading import say
from lmcore.ui.visit import t, visitor


def read_view(spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator) -> None:
    """Documents of the cleaned text, one of them in full, and the lines a search finds."""
    with controls:
        query = st.text_input(t("text.find"), key="find", bind="query-params", max_chars=200)
        regex = case = False
        if level != "play":
            with st.container(horizontal=True, gap="small", key="search_options"):
                regex = st.toggle(
                    t("text.regex"), key="regex", help=t("text.regex.help"), bind="query-params"
                )
                case = st.toggle(t("text.case"), key="case", bind="query-params")
        message = st.container(key="message", gap="xsmall")
    answer = asked(
        "read",
        message,
        corpus=spec.corpus,
        cleaning=spec.to_json()["cleaning"],
        query=query or "",
        regex=regex,
        case=case,
        document=whole_number("doc", 0),
        start=whole_number("from", 0),
        validation_share=spec.training.validation_share,
        test_share=spec.training.test_share,
    )
    if answer is None:
        return
    with stage:
        show(
            "text_reader",
            on={"document": _opened},
            run=spec.corpus,
            **answer | {"corpus": answer["corpus"] | _told(spec.corpus)},
        )
    found = answer["search"]
    with message:
        if answer["problem"] is not None:
            show_error(from_json(answer["problem"]))
        if found is not None:
            say("read", "found", n_hits=found["n_hits"], n_documents=found["n_documents"])
        else:
            given = {"corpus": spec.corpus, "cleaning": spec.to_json()["cleaning"]}
            counted = asked("words", message, **given)
            if counted is not None:
                n_characters = answer["corpus"]["n_characters"]
                say("read", "reading", n_characters=n_characters, n_words=counted["n_words"])


def _told(corpus: str) -> dict[str, Any]:
    """What its owner says of a text; of a built-in one, the same in the visitor's language."""
    info = engine().corpora.info(corpus, visitor())
    told = {"id": info.id, "language": info.language, "format": info.format, "encoding": info.encoding}
    licence, source = told_of(info)
    source = "" if info.constructed else source  # the picture says it in full
    constructed = {"constructed": info.constructed}
    return told | constructed | {"name": corpus_name(info), "licence": licence, "source": source}


def _opened() -> None:
    """Look at another document, or at another piece of a long one."""
    keep_triggered("text_reader", "document", "i", "doc")
    said = st.session_state.text_reader.get("document")
    if said and said.get("start"):
        st.query_params["from"] = str(said["start"])
    else:
        st.query_params.pop("from", None)
