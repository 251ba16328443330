"""Choosing a text, and bringing one's own."""

from dataclasses import replace

import streamlit as st

from lmcore.errors import LmcoreError
from lmcore.tasks.spec import RunSpec
from lmcore.text import downloads, uploads
from lmcore.text.corpora import CorpusInfo
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import escaped, explained_errors, show_error
from lmcore.ui.server import engine
from lmcore.ui.settings import FIELDS, chosen_spec, replace_spec
from lmcore.ui.visit import t, visitor

(SHAKESPEARE,) = downloads.CATALOGUE


def visible_corpora() -> list[CorpusInfo]:
    """Built-in texts and the visitor's own."""
    return [corpus for corpus in engine().corpora.list() if corpus.built_in or corpus.owner == visitor()]


def corpus_label(corpus: CorpusInfo) -> str:
    """Name and size."""
    name = t("corpus.news") if corpus.id == "news" else corpus.name
    return f"{name}, {max(corpus.n_characters / 1e6, 0.1):.1f} MB"


OWN = "own"  # the last choice: bring another text


def corpus_picker(spec: RunSpec) -> RunSpec:
    """A choice among the texts, and the way to one's own."""
    corpora = {corpus.id: corpus for corpus in visible_corpora()}
    current = spec.corpus if spec.corpus in corpora else next(iter(corpora))

    def label(choice: str) -> str:
        return t("corpus.own") if choice == OWN else corpus_label(corpora[choice])

    options = [*corpora, OWN]
    key = f"corpus_choice_{st.session_state.get('form', 0)}"
    help_text = _source(corpora[current])
    chosen = st.selectbox(
        t("field.corpus"), options, index=options.index(current), format_func=label, help=help_text, key=key
    )
    if chosen == OWN:
        replace_spec(spec)  # the choice goes back to the text that is used
        own_text_dialog()
    elif chosen != spec.corpus:
        choose_corpus(corpora[chosen])
        st.rerun()
    return spec


def _source(corpus: CorpusInfo) -> str:
    if corpus.id == "news":
        return t("corpus.news.source")
    return escaped(corpus.source or t("corpus.given", n=corpus.n_characters))


def own_text_dialog() -> None:
    """Paste, upload or download a text; it is kept on this machine."""

    dialog_opened()

    @st.dialog(t("corpus.own"), on_dismiss=dialog_closed)
    def dialog() -> None:
        pasted = st.text_area(t("corpus.paste"), height=140, key="paste")
        uploaded = st.file_uploader(t("corpus.upload"), type=["txt", "md"], key="upload", max_upload_size=50)
        name = st.text_input(t("corpus.name"), key="corpus_name", max_chars=60)
        if st.button(t("corpus.add"), type="primary", key="add_corpus", width="stretch"):
            with explained_errors():
                if uploaded is not None:
                    text = uploads.text_from_bytes(uploaded.getvalue(), uploaded.name)
                else:
                    text = uploads.text_from_paste(pasted or "")
                _use(text, name or (uploaded.name if uploaded is not None else t("corpus.pasted")))
        _download_section()

    dialog()


def _use(text: str, name: str) -> None:
    uploads.check_length(text)
    choose_corpus(engine().corpora.add(name, text, owner=visitor()))
    st.rerun()


def choose_corpus(info: CorpusInfo) -> None:
    """Train on this text from now on, whatever the task; Chinese is read by characters, other text by BPE."""
    dialog_closed()
    st.query_params["corpus"] = info.id
    kind = "character" if info.language == "zh" else "bpe"
    for task in FIELDS:
        spec = replace(chosen_spec(task), corpus=info.id)
        replace_spec(replace(spec, tokenizer=replace(spec.tokenizer, kind=kind)))


@st.cache_data(ttl=60, show_spinner=False)
def _online() -> bool:
    return downloads.is_online(SHAKESPEARE)


def _download_section() -> None:
    online = _online()
    pressed = st.button(
        t("corpus.shakespeare"),
        icon=":material/download:",
        disabled=not online,
        key="download",
        width="stretch",
        help=None if online else t("corpus.offline"),
    )
    if not online:
        st.markdown(f":gray[{t('corpus.offline')}]")
    if pressed:
        _download(SHAKESPEARE)


def _download(entry: downloads.Entry) -> None:
    bar = st.progress(0.0, t("corpus.downloading", name=entry.name))
    try:
        for progress in downloads.download(entry, engine().corpora, owner=visitor()):
            bar.progress(progress.received / progress.total)
            if progress.corpus is not None:
                choose_corpus(progress.corpus)
                st.rerun()
    except LmcoreError as error:
        bar.empty()
        show_error(error)


def opening(corpus_id: str, n_words: int) -> str:
    """The first words of a text, to begin with; characters where the text is Chinese."""
    return _opening(corpus_id, n_words)


@st.cache_data(show_spinner=False, max_entries=100)
def _opening(corpus_id: str, n_words: int) -> str:
    try:
        corpus = engine().corpora.get(corpus_id)
    except LmcoreError:  # removed since: any words will do
        return t("attention.example", n=n_words)
    start = corpus.text.lstrip()[:2_000].splitlines()[0]
    return start[: 2 * n_words] if corpus.language == "zh" else " ".join(start.split()[:n_words])
