"""Look up and Learn: controls at every depth, and what visitors type."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.ui.vectors.learn import FORMULAS
from lmcore.ui.vectors.look_up import words_of
from lmcore.ui.vectors.usual_words import chosen
from lmcore.vectors.config import METHODS

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.usefixtures("served_home")


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["visitor"] = "a tester"
    app.session_state["language"] = "en"
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/embeddings.py").run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("depth", ["play", "tune", "all"])
@pytest.mark.parametrize("view", ["look_up", "learn"])
def test_a_view_opens_without_an_error(view: str, depth: str) -> None:
    app = opened(view=view, depth=depth)
    assert not app.error, [error.value for error in app.error]


def test_a_sum_that_cannot_be_read_is_one_sentence() -> None:
    app = opened(view="look_up")
    app.text_input("expression").set_value("king queen").run()
    assert len(app.error) == 1 and "king queen" in app.error[0].value
    app.text_input("expression").set_value("king - man + woman").run()
    assert not app.error


def test_an_unknown_word_of_learn_is_one_sentence() -> None:
    app = opened(view="learn")
    app.text_input("word").set_value("zebraz").run()
    assert len(app.error) == 1 and "zebraz" in app.error[0].value


def test_words_as_people_separate_them() -> None:
    assert words_of(" Rose,lily;\n rose  百合，玫瑰、") == ["rose", "lily", "百合", "玫瑰"]
    assert words_of("") == [] and len(words_of("x" * 500)[0]) == 60


def test_every_text_has_words_to_begin_with() -> None:
    plain = chosen(["the", "tax", "court", "law", "judge"], ["tax", "court", "law"])
    assert plain.expression == "court - tax + law" and plain.words[:3] == ("tax", "court", "law")
    world = chosen(["the", "男人", "国王", "女人", "王后", "男孩", "女孩"], [])
    assert world.expression == "国王 - 男人 + 女人" and world.words[0] == "国王"


def test_every_method_has_its_formula() -> None:
    assert set(FORMULAS) == {*METHODS, "hierarchical"}


def test_a_map_with_two_axes_begins_with_words_that_the_run_has() -> None:
    assert chosen(["he", "she", "day", "night", "x"], ["x"]).axes == ("he..she", "day..night")
    rare = chosen(["a", "b", "c"], ["c", "a"]).axes
    assert all(set(axis.split("..")) <= {"a", "b", "c"} for axis in rare)
    assert len(chosen(["only"], []).axes) == 2
