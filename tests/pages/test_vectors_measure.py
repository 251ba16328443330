"""Measure, Bias and In context: controls at every depth, and words that a visitor types."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmcore.i18n import LANGUAGES, texts
from lmcore.ui.vectors.bias import _result
from lmcore.ui.vectors.bias_sets import LINES, TESTS
from lmcore.ui.vectors.bias_words import pairs_of, words_of
from lmcore.ui.vectors.own_pairs import LONGEST

ROOT = Path(__file__).resolve().parent.parent.parent
ME = "a tester"

pytestmark = pytest.mark.usefixtures("served_home")


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["visitor"] = ME
    app.session_state["language"] = "en"
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/embeddings.py").run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("markdown", "error") for element in app.get(kind))


@pytest.mark.parametrize("depth", ["play", "tune", "all"])
@pytest.mark.parametrize("view", ["measure", "bias", "context"])
def test_a_view_says_what_it_shows(view: str, depth: str) -> None:
    app = opened(view=view, depth=depth)
    assert not app.error, words(app)


def test_a_word_that_is_not_in_the_text_is_one_sentence_and_the_picture_stays() -> None:
    app = opened(view="context", word="zebraz")
    assert len(app.error) == 1 and "zebraz" in app.error[0].value


def test_sentences_without_the_word_are_said() -> None:
    app = opened(view="context", word="people")
    app.text_area("sentences").set_value("not here\nnor here").run()
    assert "none of the sentences" in app.error[0].value
    app.text_area("sentences").set_value("").run()
    assert not app.error


def test_a_direction_needs_a_pair() -> None:
    app = opened(view="bias", bias="direction")
    app.text_input("bias_pairs_en").set_value("alone").run()
    assert "No pair" in app.error[0].value


def test_a_line_of_an_own_set_that_cannot_be_read_is_named() -> None:
    app = opened(view="measure", depth="tune")
    app.text_area("own_pairs_text").set_value("man woman 8\nking").run()
    assert len(app.error) == 1 and "king" in app.error[0].value


def test_too_few_own_pairs_are_no_result_and_said() -> None:
    app = opened(view="measure", depth="tune")
    app.text_area("own_pairs_text").set_value("man woman 8\nking queen 9\nxx yy 1").run()
    assert "2 of your 3 pairs" in words(app) and not app.error


def test_a_result_of_chance_is_not_told_as_one() -> None:
    fields = {f"{which}_name": which for which in "xyab"}
    answer = {"effect_size": 0.4, "p_value": 0.3, "n_permutations": 1000, "exact": False}
    assert "No difference" in _result(answer, fields)
    strong = answer | {"effect_size": 1.5, "p_value": 0.002}
    assert _result(strong, fields).startswith("X stand nearer to a than y do: d = 1.50, stronger than 998")
    turned = answer | {"effect_size": -1.5, "p_value": 0.999}
    assert _result(turned, fields).startswith("Y stand nearer to a than x do: d = 1.50, stronger than 999")


def test_the_own_model_is_in_the_link_and_the_run_of_the_page_stays() -> None:
    app = opened(view="context")
    assert "model" not in app.query_params and "run" not in app.query_params


def test_words_and_pairs_as_people_type_them() -> None:
    assert words_of(" Rose,lily;\n rose  百合，玫瑰、") == ["rose", "lily", "百合", "玫瑰"]
    assert words_of("") == [] and len(words_of("x" * 500)[0]) == 60
    assert pairs_of("he-she") == [], "a hyphen alone may be part of a word"
    assert pairs_of("good–bad, top .. bottom\nred/blue; a b c") == [
        ["good", "bad"],
        ["top", "bottom"],
        ["red", "blue"],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_built_in_words_are_as_the_page_reads_them(language: str) -> None:
    assert len(pairs_of(LINES[language].pairs)) == 3 and len(words_of(LINES[language].words)) >= 15
    for name, test in TESTS[language].items():
        sets = {which: words_of(typed) for which, typed in test.sets().items()}
        assert all(len(found) >= 8 for found in sets.values())
        assert not set(sets["x"]) & set(sets["y"]) and not set(sets["a"]) & set(sets["b"])
        for which in ("", ".x", ".y", ".a", ".b"):
            assert f"vectors.bias.test.{name}{which}" in texts(language)
    assert LONGEST >= 100_000
