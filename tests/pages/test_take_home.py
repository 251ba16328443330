"""Taking a run home, as a visitor does it."""

import zipfile

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lmcore.runs.showcase import stored_id
from lmcore.runs.take_home.forms import TRACKING
from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui import server
from lmcore.ui.training.take import file_name

pytestmark = pytest.mark.usefixtures("served_home")


@pytest.fixture(autouse=True)
def whole_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no dialogs: what would draw a part anew draws everything."""
    again = st.rerun
    monkeypatch.setattr(st, "rerun", lambda **_: again())


def take_script(step: int | None = -1) -> None:
    import streamlit as st

    from lmcore.runs.showcase import stored_id
    from lmcore.ui.server import engine
    from lmcore.ui.training import take

    st.session_state.setdefault("language", "en")
    record = engine().store.run(stored_id("language_model"))
    take.take_form(record, record.step if step == -1 else step)


def opened(form: str = "", **arguments: object) -> AppTest:
    app = AppTest.from_function(take_script, default_timeout=90, kwargs=arguments)
    app.session_state["visitor"] = "a tester"
    app.run()
    assert not app.exception, app.exception
    if form:
        app.selectbox("take_home_form").select(form).run()
    return app


def written(app: AppTest) -> AppTest:
    app.button("write_run").click().run()
    if app.error:  # the worker is still warming up
        app.button("write_run").click().run()
    assert not app.exception and not app.error, (app.exception, app.error)
    return app


@pytest.mark.parametrize("form", ["weights", "csv", "tensorboard"])
def test_a_form_is_written_and_offered(form: str) -> None:
    app = written(opened(form))
    run = stored_id(LANGUAGE_MODEL)
    record = server.engine().store.run(run)
    at = record.step
    taken = app.session_state[f"taken_home.{run}.{record.revision}.{at}.{at}.{form}"]
    path = server.engine().home.exported / taken["file"]
    assert path.stat().st_size == taken["size"] > 0
    assert "write_run" not in [button.key for button in app.button]
    path.unlink()  # after an hour, say
    app.run()
    assert "write_run" in [button.key for button in app.button]


def test_the_script_of_a_built_in_text_is_offered() -> None:
    app = written(opened("script"))
    (path,) = server.engine().home.exported.glob("*-script-*.zip")
    with zipfile.ZipFile(path) as archive:
        assert any(name.endswith("/train.py") for name in archive.namelist())
    assert not app.error


def test_forms_that_are_not_there_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TRACKING, raising=False)
    assert "MLflow" not in opened().selectbox("take_home_form").options
    monkeypatch.setenv(TRACKING, "http://127.0.0.1:9")
    assert "MLflow" in opened().selectbox("take_home_form").options
    options = opened(step=None).selectbox("take_home_form").options
    assert "Weights" not in options and "Table (CSV)" in options


def test_a_text_of_somebody_else_does_not_leave_with_a_shared_run() -> None:
    engine = server.engine()
    info = engine.corpora.add("mine", "a private text of mine. " * 50, owner="somebody else")
    stored = engine.store.run(stored_id(LANGUAGE_MODEL))

    def script(corpus: str) -> None:
        from dataclasses import replace

        import streamlit as st

        from lmcore.runs.showcase import stored_id
        from lmcore.ui.server import engine
        from lmcore.ui.training import take

        st.session_state.setdefault("language", "en")
        record = engine().store.run(stored_id("language_model"))
        take.take_form(replace(record, spec=replace(record.spec, corpus=corpus)), record.step)

    for visitor, offered in (("somebody else", True), ("a tester", False)):
        app = AppTest.from_function(script, default_timeout=90, args=(info.id,))
        app.session_state["visitor"] = visitor
        app.run()
        assert not app.exception
        assert ("PyTorch script" in app.selectbox("take_home_form").options) is offered
    assert stored.spec.corpus != info.id


def test_names_of_files_are_harmless() -> None:
    assert file_name("../../etc/passwd", "csv", 3) == "etc_passwd-csv-step3.csv"
    assert file_name("大模型 №1", "transformers", 3).startswith("大模型")
    assert file_name("", "weights", 0) == "run-weights-step0.safetensors"
