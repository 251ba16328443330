"""Every page opens, in both languages, with a right and a wrong run in its link; controls have effects."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.i18n import translate
from lmcore.runs import showcase
from lmcore.tasks.model_presets import PRESETS, with_model
from lmcore.tasks.spec import LANGUAGE_MODEL, WORD_VECTORS, RunSpec
from lmcore.ui.settings import FIELDS, belongs

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ("home", "text", "training", "attention", "generation", "embeddings")


pytestmark = pytest.mark.usefixtures("served_home")


def fresh() -> AppTest:
    """A new session of a visitor whose browser speaks English; AppTest has neither cookies nor a locale."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["visitor"] = "a tester"
    app.session_state["language"] = "en"
    return app


def opened(name: str, **params: str) -> AppTest:
    app = fresh()
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    if name != "home":
        app.switch_page(f"pages/{name}.py").run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("header", "markdown", "error") for element in app.get(kind))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_a_fresh_session(name: str, language: str) -> None:
    assert translate(f"{name}.question", language) in words(opened(name, lang=language))


@pytest.mark.parametrize(
    "run", ["nobody", "../../etc/passwd", "<script>alert(1)</script>", "x" * 5000, "\x00"]
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_a_wrong_run(name: str, run: str) -> None:
    app = fresh()
    app.query_params["run"] = run
    app.run()
    if name != "home":
        app.switch_page(f"pages/{name}.py")
        app.query_params["run"] = run
        app.run()
    assert not app.exception
    assert translate("error.run_unknown", "en", run="x").partition(". ")[0] in words(app)


@pytest.mark.parametrize(
    "params", [{"step": "nine"}, {"step": "9" * 50}, {"lang": "tlh"}, {"depth": "deep"}, {"pin": "a.b"}]
)
def test_a_page_opens_with_nonsense_in_its_link(params: dict[str, str]) -> None:
    for name in PAGES:
        opened(name, **params)


def test_a_run_of_another_task_leads_to_one_of_this() -> None:
    opened("attention", run=showcase.stored_id(WORD_VECTORS))
    opened("embeddings", run=showcase.stored_id(LANGUAGE_MODEL))


@pytest.mark.parametrize(
    ("task", "name"), [(task, field.name) for task in FIELDS for field in FIELDS[task] if not field.choices]
)
def test_every_number_on_the_page_reaches_the_spec(task: str, name: str) -> None:
    (field,) = [field for field in FIELDS[task] if field.name == name]
    asked = {"depth": "all"} | ({"method": field.methods[0]} if field.methods else {})
    if task == LANGUAGE_MODEL:
        asked["model"] = next(name for name in PRESETS if belongs(field, with_model(RunSpec(), name)))
    app = opened("training" if task == LANGUAGE_MODEL else "embeddings", **asked)
    control = app.number_input(key=f"field_{task}_{field.part}_{name}_0")
    more = control.value + control.step
    control.set_value(8 if name == "n_heads" else more if more <= field.most else control.value - 1).run()
    assert not app.exception
    assert field.read(app.session_state[f"spec.{task}"]) == pytest.approx(control.value)
    assert app.query_params[name]


def test_a_model_that_does_not_fit_is_refused_before_it_starts() -> None:
    app = opened(
        "training", depth="all", n_layers="64", d_model="4096", context_length="4096", batch_size="65536"
    )
    assert app.button(key="start").disabled
    assert "does not fit" in words(app)
    app.button(key="remedy").click().run()
    assert not app.button(key="start").disabled


def test_a_width_that_the_heads_cannot_share_is_said() -> None:
    app = opened("training", depth="all")
    app.number_input(key="field_language_model_model_n_heads_0").set_value(5).run()
    assert not app.exception
    assert "cannot be split" in words(app)


def test_the_language_button_changes_the_language() -> None:
    app = opened("training", lang="en")
    app.button(key="other_language").click().run()
    assert translate("training.question", "zh") in words(app)


def test_an_empty_prompt_is_answered_in_words() -> None:
    app = opened("generation")
    app.text_area(key="prompt").set_value("").run()
    assert not app.exception
    assert "nothing to go on from" in words(app)
