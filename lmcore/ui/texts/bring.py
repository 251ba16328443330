"""Bringing a text: pasted, or a file of any kind, which is looked at before it is taken in."""

from typing import Any

import streamlit as st

from lmcore.text import uploads
from lmcore.text.corpus import CorpusInfo
from lmcore.text.reading.draft import NO_LABELS
from lmcore.ui.asking import asked
from lmcore.ui.corpora import choose_corpus
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.server import engine
from lmcore.ui.texts.staging import staged
from lmcore.ui.visit import t, visitor

PREVIEW_CHARACTERS = 300
SAMPLE_CHARACTERS = 24


def own_text_dialog() -> None:
    """Paste or upload; the text is kept on this machine."""

    dialog_opened()

    @st.dialog(t("corpus.own"), width="medium", on_dismiss=dialog_closed)
    def dialog() -> None:
        pasted = st.text_area(t("corpus.paste"), height=72, key="paste")
        uploaded = st.file_uploader(t("corpus.upload"), key="upload", max_upload_size=50)
        draft = None
        if uploaded is not None:
            with explained_errors():
                draft = _looked_at(staged(uploaded), uploaded.name)
        name, licence, source = _described(uploaded.name if uploaded is not None else "")
        ready = draft is not None if uploaded is not None else bool(pasted)
        label = t("corpus.add")
        if not st.button(label, type="primary", key="add_corpus", width="stretch", disabled=not ready):
            return
        with explained_errors():
            if draft is not None:
                _take_in(draft, name or uploads.shown_name(draft["file"]), licence, source)
            else:
                title = name or t("corpus.pasted")
                _use(
                    engine().corpora.add(title, pasted or "", owner=visitor(), licence=licence, source=source)
                )

    dialog()


def _described(file_name: str) -> tuple[str, str, str]:
    """Name, licence and source as the visitor gives them."""
    name = st.text_input(t("corpus.name"), key="corpus_name", max_chars=60, placeholder=file_name[:60])
    with st.container(horizontal=True, gap="small", wrap=False, key="described"):
        licence = st.text_input(t("about.licence_field"), key="corpus_licence", max_chars=80)
        source = st.text_input(t("about.source_field"), key="corpus_source", max_chars=300)
    return name or "", licence or "", source or ""


def _looked_at(upload: str, name: str) -> dict[str, Any] | None:
    """What a worker sees in the file; the visitor may correct its encoding and its columns."""
    choices = st.session_state.get(f"choices.{upload}", {})
    message = st.container(key="looked_at", gap="xsmall")
    draft = asked("look", message, cancellable=False, corpus=upload, file=name, choices=choices)
    if draft is None:
        return None
    with message:
        given = {"format": draft["format"].upper(), "encoding": draft["encoding"], "n": draft["n_documents"]}
        st.markdown(f"**{t('bring.found', **given)}**  \n:gray[{t('bring.size', n=draft['n_characters'])}]")
        chosen = choices | _encoding(draft, upload) | _columns(draft, upload)
        for note in draft["notes"]:
            st.markdown(f":orange[{escaped(t(note['key'], **note['given']))}]")
        preview = " ".join(draft["preview"].split())  # one line, or Markdown would see lists and code
        st.markdown(f":gray[{escaped(preview[:PREVIEW_CHARACTERS])}]")
    if chosen != choices:
        st.session_state[f"choices.{upload}"] = chosen
        st.rerun(scope="fragment")
    return draft | {"upload": upload, "file": name, "choices": choices}


def _encoding(draft: dict[str, Any], upload: str) -> dict[str, str]:
    """The encodings that fit, each with what the text would look like."""
    guesses = {guess["encoding"]: guess for guess in draft["guesses"]}
    chosen_before = "encoding" in st.session_state.get(f"choices.{upload}", {})
    if len(guesses) < 2 or (draft["certain"] and not chosen_before):
        return {}
    chosen = st.selectbox(
        t("bring.encoding"),
        list(guesses),
        index=list(guesses).index(draft["encoding"]) if draft["encoding"] in guesses else 0,
        format_func=lambda name: f"{name}: {' '.join(guesses[name]['preview'].split())[:60]}",
        help=t("bring.encoding.help"),
        key=f"encoding_{upload}",
    )
    return {"encoding": chosen} if chosen and chosen != draft["encoding"] else {}


def _columns(draft: dict[str, Any], upload: str) -> dict[str, str]:
    """Which column of a table holds the text, and which the label."""
    columns = draft["columns"]
    if not columns:
        return {}
    none = t("bring.no_label")
    samples = dict(zip(columns, draft["rows"][0], strict=False)) if draft["rows"] else {}

    def named(column: str) -> str:
        sample = " ".join(samples.get(column, "").split())[:SAMPLE_CHARACTERS]
        return f"{column}: {sample}" if sample else column

    with st.container(horizontal=True, gap="small", wrap=False, key="columns_of_table"):
        text = st.selectbox(
            t("bring.text_column"),
            columns,
            index=columns.index(draft["text_column"]),
            key=f"text_column_{upload}",
            format_func=named,
        )
        options = [none, *(column for column in columns if column != text)]
        label = draft["label_column"]
        label = st.selectbox(
            t("bring.label_column"),
            options,
            index=options.index(label) if label in options else 0,
            key=f"label_column_{upload}",
            format_func=named,
        )
    label = "" if label in (none, None) else label
    if (text, label) == (draft["text_column"], draft["label_column"]):
        return {}
    return {"text_column": text or "", "label_column": label or NO_LABELS}


def _take_in(draft: dict[str, Any], name: str, licence: str, source: str) -> None:
    """Make a corpus of the file, in a worker."""
    answer = asked(
        "take_in",
        st.container(key="taking_in"),
        cancellable=False,
        corpus=draft["upload"],
        file=draft["file"],
        choices=draft["choices"],
        title=name,
        owner=visitor(),
        licence=licence,
        origin=source,
    )
    if answer is not None:
        _use(CorpusInfo(**answer["info"]))


def _use(info: CorpusInfo) -> None:
    choose_corpus(info)
    st.rerun()
