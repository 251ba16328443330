"""Figures hold the numbers they were given, and show words as they are."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from lmcore.analysis.maps import AttentionMaps
from lmcore.analysis.word_map import WordMap
from lmcore.figures.attention_heatmap import attention_heatmap
from lmcore.figures.export import as_html
from lmcore.figures.loss_curve import loss_curve, points
from lmcore.figures.word_map import LABELS, word_map_figure

HOSTILE = "<script>alert(1)</script>"
NOTHING = np.empty((0, 2))


def maps(*tokens: str) -> AttentionMaps:
    n = len(tokens)
    weights = np.tril(np.random.default_rng(0).random((2, 3, n, n))).astype(np.float32)
    return AttentionMaps(tokens, weights / weights.sum(axis=-1, keepdims=True), ())


def word_map(*words: str) -> WordMap:
    n = len(words)
    xy = np.random.default_rng(1).uniform(-1, 1, (n, 2)).astype(np.float32)
    return WordMap(7, words, xy, (np.arange(n) % 6).astype(np.int8), ("a",) * 6, 0.42, "pca")


def notes(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_a_heatmap_holds_the_weights_of_its_head() -> None:
    given = maps("the", "cat", "sat")
    trace = attention_heatmap(given, layer=1, head=2).data[0]
    np.testing.assert_array_equal(trace.z, given.weights[1, 2])
    np.testing.assert_allclose(np.sum(trace.z, axis=1), 1, rtol=1e-6)


def test_repeated_tokens_keep_their_own_rows() -> None:
    figure = attention_heatmap(maps("the", "the", "the", "1", "1"), 0, 0)
    assert len(set(figure.data[0].x)) == len(set(figure.data[0].y)) == 5
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "category"  # never numbers or dates


def test_tokens_are_drawn_letter_by_letter() -> None:
    labels = attention_heatmap(maps("<b>bold</b>", HOSTILE, "&lt;", '"', "\n"), 0, 0).data[0].x
    assert not any("<" in label for label in labels)
    assert [label.partition(" ")[2] for label in labels[2:]] == ["&amp;lt;", '"', "⏎"]


def test_a_loss_curve_holds_both_curves() -> None:
    training, validation = points([(1, 4.2), (2, 3.9), (3, 3.5)]), points([(0, 4.3), (3, 3.6)])
    thin, thick = loss_curve(training, validation, {"uniform": 4.3}).data
    np.testing.assert_array_equal(np.column_stack((thin.x, thin.y)), training)
    np.testing.assert_array_equal(np.column_stack((thick.x, thick.y)), validation)


def test_references_stand_at_their_loss_on_a_log_axis() -> None:
    figure = loss_curve(NOTHING, NOTHING, {"uniform": 4.0, "counting": 2.5})
    assert figure.layout.yaxis.type == "log"
    assert [shape.y0 for shape in figure.layout.shapes] == [4.0, 2.5]
    assert [10**note.y for note in figure.layout.annotations] == pytest.approx([4.0, 2.5])
    assert notes(figure) == ["uniform 4.00", "counting 2.50"]


@pytest.mark.parametrize("last", [None, float("inf"), 0.0, -1.0])
def test_the_label_stands_at_the_last_loss_that_can_be_drawn(last: float | None) -> None:
    validation = points([(0, 4.3), (10, 3.6), (20, last)])
    figure = loss_curve(NOTHING, validation, {"broken": float("nan"), "nothing": 0.0})
    assert notes(figure) == ["<b>3.60</b>"]
    assert 10 ** figure.layout.annotations[0].y == pytest.approx(3.6)


@pytest.mark.parametrize("pairs", [[], [(0, None)], [(0, None), (1, None)]])
def test_a_curve_without_numbers_has_no_label(pairs: list) -> None:
    assert notes(loss_curve(NOTHING, points(pairs), {})) == []


def test_names_in_a_loss_curve_are_escaped() -> None:
    figure = loss_curve(NOTHING, NOTHING, {HOSTILE: 2.0}, title="<b>x</b>")
    assert "<" not in notes(figure)[0]
    assert figure.layout.title.text == "&lt;b&gt;x&lt;/b&gt;"


def test_a_word_map_holds_every_word_at_its_place() -> None:
    words = tuple(f"word{i}" for i in range(LABELS + 30))
    given = word_map(*words)
    trace = word_map_figure(given).data[0]
    np.testing.assert_array_equal(np.column_stack((trace.x, trace.y)), given.xy)
    assert tuple(trace.hovertext) == words
    assert [bool(text) for text in trace.text] == [True] * LABELS + [False] * 30
    same_group = given.group == given.group[0]
    assert set(trace.marker.color[same_group]) == {trace.marker.color[0]}
    assert len(set(trace.marker.color)) == 6


def test_the_title_of_a_map_says_how_far_to_trust_it() -> None:
    assert "42 % of true neighbours kept" in word_map_figure(word_map("a", "b")).layout.title.text


def test_words_on_a_map_are_escaped() -> None:
    trace = word_map_figure(word_map(HOSTILE, "<b>x", "it's", "日本")).data[0]
    assert not any("<" in text for text in (*trace.text, *trace.hovertext))
    assert tuple(trace.hovertext[2:]) == ("it's", "日本")


def test_a_saved_picture_opens_without_a_network() -> None:
    page = as_html(loss_curve(points([(1, 2.5)]), NOTHING, {}, title="</script>" + HOSTILE)).decode("utf-8")
    assert "plotly.js v" in page  # the library itself
    assert not re.findall(r"<(?:script|link|img)\b[^>]*\b(?:src|href)=", page)
    assert "alert(1)</script>" not in page
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>")


def test_figures_need_no_torch() -> None:
    names = [path.stem for path in (Path(__file__).parents[2] / "lmcore" / "figures").glob("[a-z]*.py")]
    code = f"import sys; from lmcore.figures import {', '.join(names)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
