"""A run that was brought from a file, in every view of the page: what it lacks is said, nothing breaks."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lmcore.ui import server
from lmcore.ui.vectors.bias_sets import LINES, TESTS
from lmcore.ui.vectors.views import VIEWS
from lmcore.vectors.files.write import write_vectors

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = "abcdef0123"
BIAS = {word for test in TESTS["en"].values() for words in test.sets().values() for word in words}
WORDS = tuple(dict.fromkeys(("king", "man", "woman", "queen", *sorted(BIAS), *LINES["en"].words.split())))

pytestmark = pytest.mark.usefixtures("served_home")


@pytest.fixture(scope="module")
def imported(served_home: None) -> str:
    home = server.engine().home
    matrix = np.random.default_rng(0).normal(size=(len(WORDS), 12)).astype(np.float32)
    list(write_vectors(home.vectors / "a.vec", WORDS, matrix, "word2vec"))
    given = {"run": RUN, "file": "vectors/a.vec", "name": "mine", "owner": "a tester"}
    server.engine().vectors.ask("take_in_vectors", **given, first_words=0, language="en")
    return RUN


def opened(run: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["visitor"] = "a tester"
    app.session_state["language"] = "en"
    for name, value in {"run": run, **params}.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/embeddings.py").run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("depth", ["play", "tune", "all"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_lives(imported: str, view: str, depth: str) -> None:
    app = opened(imported, view=view, depth=depth)
    assert imported in app.query_params["run"]
    assert not app.error, [error.value for error in app.error]


def test_learn_says_what_is_missing(imported: str) -> None:
    app = opened(imported, view="learn")
    assert any("elsewhere" in markdown.value for markdown in app.markdown)


def test_a_step_that_is_not_there_is_the_one_that_is(imported: str) -> None:
    app = opened(imported, view="look_up", step="500")
    app.text_input("word").set_value("king").run()
    assert not app.exception and not app.error
