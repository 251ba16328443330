"""Bringing word vectors that were trained elsewhere: a file, looked at before it becomes a run."""

import secrets
from pathlib import Path
from typing import Any

import streamlit as st

from lmcore.runs.home import Home
from lmcore.text.uploads import MAX_BYTES, shown_name
from lmcore.ui.asking import asked
from lmcore.ui.dialogs import dialog_closed, dialog_opened
from lmcore.ui.messages import escaped, explained_errors
from lmcore.ui.server import engine
from lmcore.ui.texts.staging import staged
from lmcore.ui.vectors.fetch import AGAIN, fetched
from lmcore.ui.visit import select_run, t, visitor

WAYS = ("upload", "fetch", "folder")
LEFT_OUT = ("n_duplicates", "n_not_finite", "n_bad_rows")  # rows, in a report


def bring_is_due() -> bool:
    """Whether the dialog is to be opened again, since what it waited for is there."""
    return st.session_state.pop(AGAIN, False)


def bring_dialog(*, begin: bool = True) -> None:
    """Choose a file in one of three ways, see what is in it, and make a run of it."""
    if begin:
        st.session_state.pop("brought_vectors", None)
    dialog_opened()

    @st.dialog(t("bring_vectors.title"), width="medium", on_dismiss=dialog_closed)
    def dialog() -> None:
        bring_form()

    dialog()


def bring_form() -> None:
    """What the dialog holds."""
    if (brought := st.session_state.get("brought_vectors")) is not None:
        _report(brought)
        return
    way = st.segmented_control(
        t("bring_vectors.way"),
        WAYS,
        default=WAYS[0],
        required=True,
        format_func=lambda name: t(f"bring_vectors.way.{name}"),
        label_visibility="collapsed",
        width="stretch",
        key="bring_vectors_way",
    )
    chosen = {"upload": _uploaded, "fetch": fetched, "folder": _in_folder}[way or WAYS[0]]()
    if chosen is not None:
        _offer(*chosen)


def _uploaded() -> tuple[str, str] | None:
    """Where the visitor's file is, and what it is called."""
    label = t("bring_vectors.upload", limit=MAX_BYTES // 2**20)
    uploaded = st.file_uploader(label, key="upload_vectors", max_upload_size=MAX_BYTES // 2**20)
    if uploaded is None:
        return None
    with explained_errors():
        return f"uploads/{staged(uploaded)}", uploaded.name
    return None


def _in_folder() -> tuple[str, str] | None:
    """A file that the owner of the machine has put into the folder for them."""
    home = engine().home
    st.markdown(f":gray[{t('bring_vectors.folder', folder=escaped(str(home.vectors)))}]")
    names = files_in(home)
    if not names:
        st.markdown(t("bring_vectors.folder.empty"))
        return None
    name = st.selectbox(t("bring_vectors.file"), names, key="vectors_file")
    return (f"vectors/{name}", name) if name else None


def files_in(home: Home) -> list[str]:
    """The names of the files in the folder for large ones; it is made where there is none."""
    with explained_errors():
        home.vectors.mkdir(parents=True, exist_ok=True)
    return sorted(path.name for path in home.vectors.glob("[!.]*") if path.is_file())


def _offer(file: str, file_name: str) -> None:
    """What is in the file, how much of it is wanted, and the button that brings it."""
    message = st.container(key="looking_at_vectors")
    about = {"source": engine().vectors, "run": "", "file": file, "file_name": file_name}
    key = f"member_{file}"
    member = st.session_state.get(key) or ""
    looked = asked("look_at_vectors", message, cancellable=False, member=member, **about)
    if looked is None:
        return
    if len(looked["members"]) > 1 and looked["format"] != "tsv":
        member = st.selectbox(t("bring_vectors.member"), looked["members"], key=key) or ""
    else:
        member = ""
    _describe(looked)
    with st.container(horizontal=True, gap="small", wrap=False, key="wanted_vectors"):
        n_words = _first_words(looked, f"{file}/{member}")
        name = st.text_input(
            t("bring_vectors.name"), key="vectors_name", max_chars=60, placeholder=_stem(file_name)
        )
    needed = t(
        "bring_vectors.memory", needed=_size(n_words * looked["word_bytes"]), free=_size(looked["free_bytes"])
    )
    st.markdown(f":gray[{needed}]")
    if st.button(t("bring_vectors.bring"), type="primary", key="take_in_vectors", width="stretch"):
        wanted = 0 if n_words >= looked["n_words"] and n_words < looked["most_words"] else n_words
        given = about | {"run": secrets.token_hex(5), "member": member, "first_words": wanted}
        _take_in(given | {"name": name or _stem(file_name), "language": looked["language"]})


def _describe(looked: dict[str, Any]) -> None:
    about = "bring_vectors.found" if looked["promised"] else "bring_vectors.found_about"
    format = t(f"vectors_format.{looked['format']}")
    found = t(about, format=format, n=looked["n_words"], dimensions=looked["dimensions"])
    words = escaped(", ".join(" ".join(word.split())[:20] for word in looked["preview"]))
    st.markdown(f"**{found}**  \n:gray[{t('bring_vectors.begins', words=words)}]")


def _first_words(looked: dict[str, Any], key: str) -> int:
    """How many words are wanted; the first of a file are the most frequent."""
    most = max(1, looked["most_words"])
    chosen = st.number_input(
        t("bring_vectors.first_words"),
        min_value=1,
        max_value=most,
        value=min(max(1, looked["first_words"]), most),
        step=1,
        help=t("bring_vectors.first_words.help", most=most),
        key=f"first_words_{key}",
    )
    return int(chosen or most)


def _take_in(given: dict[str, Any]) -> None:
    """Make the run in a worker; nothing is there before all is."""
    message = st.container(key="taking_in_vectors")
    answer = asked("take_in_vectors", message, cancellable=False, owner=visitor(), **given)
    if answer is None:
        return
    if notes(answer["report"]):
        st.session_state.brought_vectors = answer
        st.rerun(scope="fragment")
    _show(answer)


def _report(brought: dict[str, Any]) -> None:
    """What was left out of the file, before the visitor goes on."""
    report = brought["report"]
    st.markdown(f"**{t('bring_vectors.brought', n=report['n_read'], dimensions=report['dimensions'])}**")
    for note in notes(report):
        st.markdown(f":orange[{note}]")
    if st.button(t("bring_vectors.show"), type="primary", key="show_vectors", width="stretch"):
        del st.session_state["brought_vectors"]
        _show(brought)


def notes(report: dict[str, Any]) -> list[str]:
    """What of a file is not there, or is not as it was."""
    n_rows = report["n_read"] + sum(report[name] for name in LEFT_OUT)
    promised = report["n_promised"] or n_rows
    found = [
        t(f"bring_vectors.{name}", n=report[name], encoding=report["encoding"])
        for name in (*LEFT_OUT, "n_repaired")
        if report[name]
    ]
    if promised != n_rows and not report["stopped"]:
        found.append(t("bring_vectors.n_promised", n=n_rows, promised=promised))
    return found


def _show(brought: dict[str, Any]) -> None:
    select_run(engine().store.run(brought["run"]))
    dialog_closed()
    st.rerun()


def _stem(file_name: str) -> str:
    return shown_name(Path(file_name).name.split(".")[0], 60) or t("bring_vectors.unnamed")


def _size(n_bytes: float) -> str:
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{max(1, round(n_bytes / 1e6)):,} MB"
