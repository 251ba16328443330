"""What the Text page writes down: once, and only what its owner has changed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.i18n import translate
from lmcore.runs.downloading import DONE, Downloads
from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.text.catalogue import Entry, entry
from lmcore.text.config import CleaningConfig
from lmcore.text.corpus import CorpusInfo
from lmcore.text.downloads import Progress
from lmcore.ui import server

ROOT = Path(__file__).resolve().parent.parent.parent
ME = "a tester"
TEXT = "The cat lives in a house by the river, and the dog lives there too. " * 20

pytestmark = pytest.mark.usefixtures("served_home")


@pytest.fixture
def mine() -> CorpusInfo:
    return server.engine().corpora.add("mine", TEXT, owner=ME)


def opened(corpus: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["visitor"] = ME
    app.session_state["language"] = "en"
    app.query_params["corpus"] = corpus
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/text.py").run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("markdown", "error") for element in app.get(kind))


@pytest.mark.parametrize("depth", ["play", "tune", "all"])
@pytest.mark.parametrize("view", ["read", "clean", "split", "merge", "count", "predict"])
def test_a_view_says_what_it_shows(mine: CorpusInfo, view: str, depth: str) -> None:
    app = opened(mine.id, view=view, depth=depth)
    assert not app.error, words(app)


@pytest.mark.parametrize("name", ["my  text two ", "x" * 80, " <b>bold</b>\t"])
def test_a_name_is_changed_once_however_it_was_typed(
    mine: CorpusInfo, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    app = opened(mine.id)
    corpora = server.engine().corpora
    renamed = []
    monkeypatch.setattr(corpora, "rename", lambda id, name, owner: renamed.append(name))
    app.text_input(key=f"about_name_{mine.id}").set_value(name).run()
    app.run()
    assert renamed == [name] and not app.exception


def test_an_empty_name_is_refused_and_the_text_can_still_be_deleted(mine: CorpusInfo) -> None:
    app = opened(mine.id)
    app.text_input(key=f"about_name_{mine.id}").set_value("  ").run()
    assert "The name is empty" in words(app)
    app.checkbox(key=f"about_sure_{mine.id}").check().run()
    app.button(key="delete_corpus").click().run()
    assert not app.exception
    assert mine.id not in {info.id for info in server.engine().corpora.list()}


def test_another_text_brings_its_own_passage(mine: CorpusInfo) -> None:
    app = opened("news", view="split")
    before = app.text_area(key="passage").value
    app.selectbox(key="corpus_choice_0").select(mine.id).run()
    assert before not in app.text_area(key="passage").value
    assert app.text_area(key="passage").value.startswith("The cat lives")


def test_nonsense_in_a_link_does_no_harm(mine: CorpusInfo) -> None:
    for name in ("view", "doc", "from", "at", "order", "picture", "tokens", "clean", "merge_unit", "find"):
        for value in ("<script>\0", "9" * 40):
            opened(mine.id, **{"view": "read", name: value})


def _fetched(asked: Entry, folder: Path) -> Iterator[Progress]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"test-{asked.files[0].name}"
    path.write_text(TEXT.upper(), encoding="utf-8")
    yield Progress(1, 2)
    yield Progress(2, 2, paths=(path,))


def test_what_was_fetched_becomes_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from lmcore.ui.texts import fetch

        st.session_state.setdefault("language", "en")
        fetch._under_way()

    engine = server.engine()
    monkeypatch.setattr(engine, "downloads", Downloads(engine.home.downloads, _fetched))
    ticket = engine.downloads.start(entry("tinyshakespeare"), ME)
    while (state := engine.downloads.state(ticket)) is not None and state.status != DONE:
        assert not state.ended, state.error
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["visitor"] = ME
    app.session_state["download"] = ticket
    app.run()
    assert not app.exception, app.exception
    chosen = app.session_state[f"spec.{LANGUAGE_MODEL}"].corpus
    info = engine.corpora.info(chosen, ME)
    assert (info.name, info.licence) == ("Tiny Shakespeare", "public domain")
    assert "download" not in app.session_state


def test_two_answers_may_be_waited_for_one_after_the_other() -> None:
    def script() -> None:
        import streamlit as st

        from lmcore.ui import asking

        class SlowReply:
            done, progress, looks = False, 0.5, 0

            def settled(self, timeout_s: float) -> bool:
                self.looks += 1
                self.done = self.looks > 4
                return self.done

        st.session_state.setdefault("language", "en")
        asking.BAR_S = 0.0
        for request in ("read", "words"):
            asking._wait(SlowReply(), request, "a question", st.container(), True)  # type: ignore[arg-type]

    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["visitor"] = ME
    app.run()
    assert not app.exception, app.exception


def test_what_goes_wrong_is_said_and_the_last_picture_stays(
    mine: CorpusInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("lmcore.ui.texts.count.show", lambda name, **data: drawn.append(name))
    app = opened(mine.id, view="count", depth="tune")
    spec = app.session_state[f"spec.{LANGUAGE_MODEL}"]
    app.session_state[f"spec.{LANGUAGE_MODEL}"] = replace(
        spec, cleaning=CleaningConfig(("length",), shortest=1_000_000)
    )
    app.run()
    assert translate("error.cleaned_away", "en").partition(". ")[0] in words(app)
    assert drawn == ["text_pictures", "text_pictures"]


def test_a_text_that_is_not_here_is_said() -> None:
    app = opened("0123456789ab")
    assert "This text is not here" in words(app) and "0123456789ab" in words(app)
    assert app.session_state[f"spec.{LANGUAGE_MODEL}"].corpus == "world_en"
    app.run()
    assert not app.error, "once"
