"""Figures of word vectors hold the numbers they were given, and show words as they are."""

import json

import numpy as np
import pytest

from lmcore.figures.bias import bias
from lmcore.figures.context_map import context_map
from lmcore.figures.export import as_html
from lmcore.figures.score_curves import score_curves

HOSTILE = "<script>alert(1)</script>"


def test_every_score_is_a_line_that_ends_in_its_name() -> None:
    curve = np.array([[0, 0.0], [10, 0.5], [20, np.nan]])
    figure = score_curves({HOSTILE: curve, "b": curve[:2]}, [("GloVe", 0.66)], HOSTILE)
    assert [len(trace.y) for trace in figure.data] == [3, 2]
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert texts == ["&lt;script&gt;alert(1)&lt;/script&gt; 0.50", "b 0.50", "GloVe 0.66"]
    assert figure.layout.shapes[0].y0 == 0.66


def test_scores_without_a_number_leave_an_empty_figure() -> None:
    figure = score_curves({"a": np.empty((0, 2)), "b": np.array([[1, np.nan]])})
    assert not figure.layout.annotations
    json.dumps(figure.to_plotly_json()["layout"])


def test_words_stand_at_their_values_and_names_at_the_medians() -> None:
    figure = bias({"flowers": {"rose": 0.2, HOSTILE: 0.1, "iris": 0.6}, "none": {}}, ("<", ">"))
    assert list(figure.data[0].x) == [0.1, 0.2, 0.6] and len(figure.data[1].x) == 0
    assert figure.data[0].text[0] == "&lt;script&gt;alert(1)&lt;/script&gt;"
    (name,) = figure.layout.annotations
    assert (name.text, name.x) == ("flowers", pytest.approx(0.2))
    assert figure.layout.xaxis.title.text == "← &lt;      &gt; →"


def test_hovering_a_place_shows_its_sentence() -> None:
    xy = np.array([[0, 1], [-1, 0]])
    figure = context_map(xy, ["on the ", ""], ["bank", "bank"], [" of <b>", " notes"], HOSTILE)
    assert list(figure.data[0].text) == ["on the bank", "bank"]
    assert figure.data[0].hovertext[0] == "on the <b>bank</b> of &lt;b&gt;"
    assert HOSTILE.encode() not in as_html(figure).split(b"plotly-graph-div")[-1]
