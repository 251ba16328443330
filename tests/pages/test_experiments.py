"""Rates, sweep and scaling on the Training page: what is queued, what is refused, what stays as it was."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.runs.rate_tests import RATES
from lmcore.runs.scaling import SCALING
from lmcore.runs.store import DIVERGED, DONE
from lmcore.runs.sweeps import SWEEP
from lmcore.ui.server import engine

pytestmark = pytest.mark.usefixtures("served_home")
VISITOR = "a tester"
ROOT = Path(__file__).resolve().parent.parent.parent


def opened(**params: str) -> AppTest:
    """The Training page of a visitor whose browser speaks English."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["visitor"], app.session_state["language"] = VISITOR, "en"
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    app.switch_page("pages/training.py").run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("header", "markdown", "error") for element in app.get(kind))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> None:
    for run in engine().store.runs():
        if not run.stored:
            engine().delete(run.id, owner=run.owner)


def view(name: str, **params: str) -> AppTest:
    return opened(view=name, model="gpt", size="tiny", **params)


@pytest.mark.parametrize("depth", ["play", "tune", "all"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["rates", "sweep", "scaling"])
def test_a_view_opens(name: str, language: str, depth: str) -> None:
    view(name, lang=language, depth=depth)


def test_a_rate_test_is_queued_and_does_not_become_the_run_of_the_page() -> None:
    app = view("rates")
    shown = app.session_state["run.language_model"]
    app.button(key="go_rates").click().run()
    assert not app.exception
    (experiment,) = engine().store.experiments(VISITOR, RATES)
    (run,) = engine().store.runs_of(experiment.id)
    assert run.spec.training.schedule == "range"
    assert app.session_state["run.language_model"] == shown
    assert opened().session_state["run.language_model"] == shown != run.id


def test_a_rate_test_that_diverged_is_no_trouble_and_gives_its_rate_to_the_form() -> None:
    app = view("rates")
    app.button(key="go_rates").click().run()
    run = engine().store.runs_of(engine().store.experiments(VISITOR, RATES)[0].id)[0]
    engine().wait(run.id, 120)
    assert engine().store.run(run.id).status in (DONE, DIVERGED)
    app.run()
    assert "diverged" not in words(app).lower()
    app.button(key="train_with").click().run()
    assert not app.exception
    assert app.session_state["spec.language_model"].training.learning_rate != 6e-3
    assert app.query_params["view"] == "curve"


def test_a_sweep_is_queued_with_its_settings() -> None:
    app = view("sweep", depth="tune")
    app.number_input(key="sweep_steps").set_value(2).run()
    app.button(key="go_sweep").click().run()
    assert not app.exception
    (sweep,) = engine().store.experiments(VISITOR, SWEEP)
    runs = engine().store.runs_of(sweep.id)
    assert sweep.given["parts"] == {"learning_rate": "training", "batch_size": "training"}
    assert len({(run.spec.training.learning_rate, run.spec.training.batch_size) for run in runs}) == 9
    app.button(key="cancel_experiment").click().run()
    assert not app.exception


def test_a_rate_of_0_in_a_sweep_is_said() -> None:
    app = view("sweep")
    app.number_input(key="swept_from_learning_rate").set_value(0.0).run()
    assert not app.exception
    assert "cannot begin at 0" in words(app)
    assert app.button(key="go_sweep").disabled


def test_too_many_runs_are_said() -> None:
    app = view("sweep")
    app.number_input(key="swept_to_batch_size").set_value(4096).run()
    for name in ("learning_rate", "batch_size"):
        app.number_input(key=f"swept_count_{name}").set_value(12).run()
    assert not app.exception
    assert "wrong size" in words(app)
    assert app.button(key="go_sweep").disabled


def test_a_scaling_experiment_is_queued_and_ended() -> None:
    app = view("scaling")
    app.button(key="go_scaling").click().run()
    assert not app.exception
    (lab,) = engine().store.experiments(VISITOR, SCALING)
    assert len(engine().store.runs_of(lab.id)) == lab.given["n"] == 7
    app.button(key="cancel_experiment").click().run()
    for run in engine().store.runs_of(lab.id):
        engine().wait(run.id, 60)
    app.run()
    assert not app.exception
    assert "No law" in words(app)


def test_a_model_that_has_no_sizes_is_replaced_and_that_is_said() -> None:
    assert "GPT-2 has" in words(opened(view="scaling", model="lstm", size="tiny"))
