"""Bringing and taking word vectors, as a visitor does it."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lmcore.runs.showcase import stored_id
from lmcore.tasks.spec import WORD_VECTORS
from lmcore.text.catalogue import entry
from lmcore.ui import server
from lmcore.ui.vectors import fetch
from lmcore.ui.vectors.take import file_name
from lmcore.vectors.files.detect import WRITABLE
from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors
from lmcore.vectors.files.write import SUFFIXES, write_vectors

ME = "a tester"
WORDS = [f"word{i}" for i in range(30)]
MATRIX = np.random.default_rng(0).normal(size=(30, 6)).astype(np.float32)

pytestmark = pytest.mark.usefixtures("served_home")


@pytest.fixture
def folder() -> Path:
    path = server.engine().home.vectors
    path.mkdir(parents=True, exist_ok=True)
    for file in path.iterdir():
        file.unlink()
    return path


def bring_script() -> None:
    import streamlit as st

    from lmcore.ui.vectors import bring

    st.session_state.setdefault("language", "en")
    bring.bring_form()


def take_script() -> None:
    import streamlit as st

    from lmcore.runs.showcase import stored_id
    from lmcore.ui.server import engine
    from lmcore.ui.vectors import take

    st.session_state.setdefault("language", "en")
    record = engine().store.run(stored_id("word_vectors"))
    take.take_form(record, record.step)


@pytest.fixture(autouse=True)
def whole_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no dialogs: what would draw a part anew draws everything."""
    again = st.rerun
    monkeypatch.setattr(st, "rerun", lambda **_: again())


def opened(script: Callable[[], None], way: str = "") -> AppTest:
    app = AppTest.from_function(script, default_timeout=90)
    app.session_state["visitor"] = ME
    if way:
        app.session_state["bring_vectors_way"] = way
    app.run()
    assert not app.exception, app.exception
    return app


def words_of(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.error))


def test_an_empty_folder_says_where_it_is(folder: Path) -> None:
    app = opened(bring_script, "folder")
    assert "The folder is empty" in words_of(app)
    assert "take_in_vectors" not in [button.key for button in app.button]


def test_a_file_of_the_folder_becomes_a_run(folder: Path) -> None:
    list(write_vectors(folder / "mine.vec", WORDS, MATRIX, "word2vec"))
    app = opened(bring_script, "folder")
    assert "30 words, 6 numbers each" in words_of(app) and "word0, word1" in words_of(app)
    app.button("take_in_vectors").click().run()
    assert not app.exception and not app.error, (app.exception, app.error)
    run = server.engine().store.run(app.session_state[f"run.{WORD_VECTORS}"])
    assert (run.name, run.owner, run.status) == ("mine", ME, "done")
    assert (folder / "mine.vec").is_file()  # it is not ours


def test_what_was_left_out_is_told_before_the_run_is_shown(folder: Path) -> None:
    rows = "".join(f"w{i} {i} 1 2\n" for i in range(20))
    (folder / "nasty.txt").write_bytes(gzip.compress((rows + "w1 9 9 9\nbad nan 1 1\nshort 1\n").encode()))
    app = opened(bring_script, "folder")
    app.number_input[0].set_value(1000)
    app.button("take_in_vectors").click().run()
    said = words_of(app)
    assert "stand there twice: 1" in said and "NaN" in said and "no word" in said
    assert f"run.{WORD_VECTORS}" not in app.session_state
    app.button("show_vectors").click().run()
    assert server.engine().store.run(app.session_state[f"run.{WORD_VECTORS}"]).name == "nasty"
    assert "brought_vectors" not in app.session_state


def test_the_first_words_are_taken(folder: Path) -> None:
    list(write_vectors(folder / "first.bin", WORDS, MATRIX, "binary"))
    app = opened(bring_script, "folder")
    app.number_input[0].set_value(12).run()
    app.text_input("vectors_name").set_value("only <b>twelve</b>").run()
    app.button("take_in_vectors").click().run()
    assert not app.exception and not app.error
    run = server.engine().store.run(app.session_state[f"run.{WORD_VECTORS}"])
    answer = server.engine().vectors.ask("neighbours", run=run.id, step=0, word="word11", n=50)
    assert run.name == "only <b>twelve</b>" and len(answer["rows"]) == 11


@pytest.mark.parametrize("name", ["mine.kv", "empty.txt", "text.txt"])
def test_what_cannot_be_brought_is_one_sentence(folder: Path, name: str) -> None:
    contents = {"mine.kv": b"\x80\x04 pickle", "empty.txt": b"", "text.txt": b"just some text\n" * 99}
    (folder / name).write_bytes(contents[name])
    app = opened(bring_script, "folder")
    assert len(app.error) == 1 and "take_in_vectors" not in [button.key for button in app.button]


def test_a_file_of_the_catalogue_is_used_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_online", lambda: False)
    app = opened(bring_script, "fetch")
    assert "offline" in words_of(app) and app.button("fetch_vectors").disabled
    home, wanted = server.engine().home, entry("glove_50").files[0]
    home.downloads.mkdir(parents=True, exist_ok=True)
    there = home.downloads / f"{wanted.sha256[:12]}-{wanted.name}"
    list(write_vectors(there, WORDS, MATRIX, "glove"))
    assert fetch.kept(entry("glove_50")) is None  # half a file is none
    monkeypatch.setattr(fetch, "kept", lambda _: there.name)
    app.run()
    assert "about 30 words" in words_of(app)
    app.button("take_in_vectors").click().run()
    assert not app.exception and not app.error
    assert (
        server.engine().store.run(app.session_state[f"run.{WORD_VECTORS}"]).name == "glove-wiki-gigaword-50"
    )
    assert there.is_file()  # kept for the next visitor


@pytest.mark.parametrize("format", WRITABLE)
def test_a_step_is_written_and_offered(format: str) -> None:
    app = opened(take_script)
    app.selectbox("take_format").select(format).run()
    app.button("write_vectors").click().run()
    assert not app.exception and not app.error, (app.exception, app.error)
    store, run = server.engine().store, stored_id(WORD_VECTORS)
    record = store.run(run)
    key = f"taken.{run}.{record.revision}.{record.step}.{format}"
    taken = app.session_state[key]
    path = server.engine().home.exported / taken["file"]
    assert path.stat().st_size == taken["size"] and run in taken["file"]
    assert "write_vectors" not in [button.key for button in app.button]
    path.unlink()  # after an hour, say
    app.run()
    app.button("write_vectors").click().run()
    assert path.is_file() and not app.exception
    if format != "keyed_vectors":
        *_, found = read_vectors(path)
        assert isinstance(found, ReadVectors) and len(found.words) > 100


def test_a_run_without_a_snapshot_has_nothing_to_take() -> None:
    def script(has_snapshot: bool) -> None:
        import streamlit as st

        from lmcore.runs.showcase import stored_id
        from lmcore.ui.server import engine
        from lmcore.ui.vectors import files

        st.session_state.setdefault("language", "en")
        if not has_snapshot:
            files.step_to_show = lambda _: None
        try:
            files.files_menu(engine().store.run(stored_id("word_vectors")))
        finally:
            from lmcore.ui.visit import step_to_show

            files.step_to_show = step_to_show

    for has_snapshot, options in ((True, ["Bring vectors", "Take vectors home"]), (False, ["Bring vectors"])):
        app = AppTest.from_function(script, default_timeout=60, args=(has_snapshot,))
        app.session_state["visitor"] = "nobody else"
        app.run()
        assert not app.exception
        assert app.get("menu_button")[0].proto.options == options


def test_names_of_files_are_harmless() -> None:
    assert file_name("../../etc/passwd", 3, "binary") == "etc_passwd-step3.bin"
    assert file_name("<script>", 0, "tsv") == "script-step0-tsv.zip"
    assert file_name("红楼梦", 7, "glove") == "红楼梦-step7.txt"
    assert file_name("///", 0, "word2vec").startswith("vectors-") and len(set(SUFFIXES.values())) == 5
