"""A run can begin with the weights of another, and says what it took."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.runs import showcase
from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.ui.server import engine

ROOT = Path(__file__).resolve().parent.parent.parent
STORED = showcase.stored_id(LANGUAGE_MODEL)
pytestmark = pytest.mark.usefixtures("served_home")


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["visitor"] = "a tester of first weights"
    app.session_state["language"] = "en"
    for name, value in {"depth": "all", **params}.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/training.py").run()
    assert not app.exception, app.exception
    return app


def spec_of(app: AppTest):
    return app.session_state[f"spec.{LANGUAGE_MODEL}"]


def test_the_weights_of_a_run_are_chosen_and_kept_in_the_link() -> None:
    app = opened()
    assert spec_of(app).initial.run == ""
    app.selectbox(key="first_weights_0").select(f"run.{STORED}").run()
    assert not app.exception
    assert spec_of(app).initial.run == STORED and spec_of(app).initial.step > 0
    assert app.query_params["from"] == f"run.{STORED}"
    assert spec_of(opened(**{"from": f"run.{STORED}"})).initial.run == STORED


@pytest.mark.parametrize(
    "nonsense", ["run.../../etc", "run.nobody", "folder...", "<script>", "run.", "x" * 500]
)
def test_nonsense_in_the_link_begins_at_random(nonsense: str) -> None:
    initial = spec_of(opened(**{"from": nonsense})).initial
    assert (initial.run, initial.folder, initial.step) == ("", "", 0)


def test_what_was_taken_is_told_with_the_run() -> None:
    folder = engine().home.run_folder(STORED)
    folder.mkdir(parents=True, exist_ok=True)
    report = {"taken": [["a", [1], [1]]], "grown": [["<b>", [2], [1]]], "new": [], "unused": []}
    path = folder / "initial.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    try:
        said = " ".join(element.value for element in opened().markdown)
    finally:
        path.unlink()
    assert "**1** whole, **1** in part" in said and "In part" in said
