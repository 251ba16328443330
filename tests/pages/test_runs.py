"""Runs on the Training page: star, note and tags in the list, a fork by hand, runs side by side."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.runs.store import DONE, Artifact
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.ui.run_filter import FEW
from lmcore.ui.server import engine

ROOT = Path(__file__).resolve().parent.parent.parent
OWNER = "a tester of runs"
NASTY = "<img src=x onerror=alert(1)> *b* $x$ 😀"

pytestmark = pytest.mark.usefixtures("served_home")


@pytest.fixture
def spec() -> RunSpec:
    return with_model(RunSpec(tokenizer=TokenizerConfig("character")), "gpt", "tiny")


@pytest.fixture
def runs(spec: RunSpec) -> list[str]:
    """Two ended runs, the second with another rate; made anew for every test."""
    store = engine().store
    for record in store.runs(owner=OWNER):
        if not record.stored:
            store.delete(record.id)
    quick = replace(spec, training=replace(spec.training, learning_rate=0.02))
    for i, one in enumerate((spec, quick)):
        run_id = f"r{i}"
        store.create(run_id, one, name=f"run {i}", owner=OWNER, status=DONE, step=64, device="cpu")
        store.update(run_id, created=float(i + 1), tokens_per_s=1000.0)
        with store.transaction() as db:
            rows = [(run_id, 0, 4.0), (run_id, 64, 2.5 - i)]
            db.executemany("INSERT INTO evaluations VALUES (?, ?, ?)", rows)
        for step in (0, 64):
            store.add_artifact(run_id, Artifact("snapshot", step, "", None))
    return ["r0", "r1"]


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["visitor"] = OWNER
    app.session_state["language"] = "en"
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/training.py").run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(
        str(getattr(element, "value", "")) for kind in ("markdown", "error") for element in app.get(kind)
    )


def listed(app: AppTest) -> AppTest:
    """Open the list, with what was done in it: AppTest draws the whole page anew, which closes a dialog."""
    app.button(key="runs").click().run()
    assert not app.exception, app.exception
    return app


def test_a_star_note_and_tags_are_kept(runs: list[str]) -> None:
    app = listed(opened(run="r1"))
    app.text_area(key="note_r1").set_value(NASTY)
    app.text_input(key="tags_r1").set_value("lecture, 课堂")
    app.button(key="star_r1").click()
    listed(app)
    record = engine().store.run("r1")
    assert (record.note, record.tags, record.starred) == (NASTY, ("lecture", "课堂"), True)


def test_what_is_written_on_a_run_is_shown_letter_by_letter(runs: list[str]) -> None:
    engine().note("r1", NASTY, owner=OWNER)
    app = listed(opened(run="r1"))
    assert "\\<img src=x onerror=alert\\(1\\)\\> \\*b\\* \\$x\\$ 😀" in said(app)


def test_an_empty_name_is_one_sentence(runs: list[str]) -> None:
    app = listed(opened(run="r1"))
    app.text_input(key="name_r1").set_value("  ")
    listed(app)
    assert [error.value for error in app.error if "name is empty" in error.value]
    assert engine().store.run("r1").name == "run 1"


def test_many_runs_can_be_searched(runs: list[str], spec: RunSpec) -> None:
    for i in range(FEW):
        engine().store.create(f"more{i}", spec, name=f"more {i}", owner=OWNER, status=DONE)
    app = listed(opened(run="r1"))
    app.text_input(key="runs_find").set_value("run 1")
    listed(app)
    assert [button.key for button in app.button if (button.key or "").startswith("show_")] == ["show_r1"]


def test_a_fork_by_hand_is_named_after_what_is_new(runs: list[str]) -> None:
    app = opened(run="r0", step="0")
    app.button(key="fork").click().run()
    assert "weights of step 0" in said(app)
    before = {run.id for run in engine().store.runs(owner=OWNER)}
    app.number_input(key="fork_value_learning_rate").set_value(0.001)
    app.button(key="fork_start").click()
    app.button(key="fork").click().run()
    assert not app.exception
    (made,) = [run for run in engine().store.runs(owner=OWNER) if run.id not in before]
    assert made.name == "run 0 @0, learning rate 0.001"
    assert (made.spec.initial.run, made.spec.training.learning_rate) == ("r0", 0.001)
    engine().command(made.id, "stop", owner=OWNER)
    engine().wait(made.id, 30)


def test_the_fork_dialog_proposes_another_value_than_that_of_now(runs: list[str]) -> None:
    app = opened(run="r0", step="0")
    app.button(key="fork").click().run()
    proposed = app.number_input(key="fork_value_learning_rate").value
    assert proposed != engine().store.run("r0").spec.training.learning_rate
    assert not app.button(key="fork_start").disabled


@pytest.mark.parametrize("language", ["en", "zh"])
def test_runs_stand_side_by_side(runs: list[str], language: str) -> None:
    app = opened(run="r1", view="compare", lang=language, **{"with": "r0"})
    assert app.multiselect[0].value == ["r0"]
    app.button(key="overlay").click().run()
    assert not app.exception
    assert app.session_state[f"compare.{LANGUAGE_MODEL}"] == ["r0"]
    assert app.query_params["view"] in ("curve", ["curve"])


@pytest.mark.parametrize("asked", ["nobody", "r1", ".....", "x" * 5000, "r0.r0.r0.r0.r0.r0", "<b>\x00"])
def test_a_link_with_other_runs_opens(runs: list[str], asked: str) -> None:
    opened(run="r1", view="compare", **{"with": asked})


def test_the_stored_run_can_be_compared_without_any_other() -> None:
    for record in engine().store.runs(owner=OWNER):
        if not record.stored:
            engine().store.delete(record.id)
    opened(view="compare")
