"""Figures of a text hold the numbers they were given, and show words as they are."""

import json
import math
from typing import get_args

import numpy as np
import plotly.graph_objects as go
import pytest

from lmcore.figures.co_occurrence import co_occurrence
from lmcore.figures.counting_floor import counting_floor
from lmcore.figures.coverage import coverage
from lmcore.figures.document_lengths import document_lengths
from lmcore.figures.frequent_words import frequent_words
from lmcore.figures.rank_frequency import rank_frequency
from lmcore.figures.text_pictures import DRAWN_BY
from lmcore.figures.vocabulary_growth import vocabulary_growth
from lmcore.text.counting_floor import CountingFloor, floor
from lmcore.text.statistics.co_occurrence import CoOccurrence
from lmcore.text.statistics.coverage import Coverage
from lmcore.text.statistics.document_lengths import DocumentLengths
from lmcore.text.statistics.frequent_words import FrequentNgrams, FrequentWords
from lmcore.text.statistics.log_fit import PowerLaw
from lmcore.text.statistics.pictures import Picture
from lmcore.text.statistics.rank_frequency import RankFrequency
from lmcore.text.statistics.vocabulary_growth import VocabularyGrowth
from lmcore.text.statistics.word_counts import WordCounts

HOSTILE = "<script>alert(1)</script>"
WORDS = [HOSTILE, "<b>", "&lt;", "a\nb", "猫"] + [f"w{i}" for i in np.random.default_rng(1).zipf(1.6, 4000)]
COUNTS = WordCounts.of(WORDS + WORDS[:5] * 2)


def made(picture):  # what the text is large enough for
    assert picture is not None
    return picture


def a_floor() -> CountingFloor:
    ids = np.tile([0, 1, 2, 0, 1, 3], 60)
    return floor(ids[:300], ids[300:], 4, lambda ids: "".join("<>&x"[i] for i in ids), 60, sample_length=9)


def figures() -> dict[str, go.Figure]:
    ngrams = made(FrequentNgrams.of(COUNTS, 2))
    words = FrequentWords((HOSTILE, "<b>"), np.array([2, 1]))
    together = CoOccurrence((HOSTILE, "<b>"), np.eye(2), np.eye(2, dtype=int))
    return {
        "zipf": rank_frequency(made(RankFrequency.of(COUNTS)), HOSTILE),
        "heaps": vocabulary_growth(made(VocabularyGrowth.of(COUNTS)), HOSTILE),
        "lengths": document_lengths(made(DocumentLengths.of(WORDS)), HOSTILE),
        "words": frequent_words(words, HOSTILE),
        "ngrams": frequent_words(ngrams, HOSTILE),
        "together": co_occurrence(together, HOSTILE),
        "coverage": coverage(made(Coverage.of(COUNTS)), HOSTILE),
        "floor": counting_floor(a_floor().orders, a_floor().uniform, HOSTILE),
    }


def test_no_figure_lets_a_word_become_a_tag() -> None:
    for name, figure in figures().items():
        drawn = json.dumps(json.loads(figure.to_json()), ensure_ascii=False)
        assert HOSTILE not in drawn and "&lt;script&gt;" in drawn, name
        assert figure.layout.showlegend is False, name
        assert figure.layout.title.text == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_axes_say_what_they_measure() -> None:
    for name, figure in figures().items():
        labelled = bool(figure.layout.yaxis.title.text) or name in ("words", "ngrams", "together")
        assert figure.layout.xaxis.title.text and labelled, name


def test_ranks_and_their_law() -> None:
    picture = made(RankFrequency.of(COUNTS))
    dots, line = rank_frequency(picture).data
    np.testing.assert_array_equal(dots.x, picture.ranks)
    np.testing.assert_array_equal(dots.y, picture.counts)
    law = picture.law
    np.testing.assert_allclose(line.y, law.constant * np.array(line.x, float) ** law.exponent)
    named = [word for word in dots.text if word]
    assert len(named) == 1 + int(math.log10(len(COUNTS.words))) and "<" not in "".join(dots.hovertext)


def test_growth_and_its_law() -> None:
    picture = VocabularyGrowth(np.array([1, 10, 100]), np.array([1, 8, 40]), PowerLaw(2.0, 0.5, 0.9))
    drawn, line = vocabulary_growth(picture).data
    assert (list(drawn.x), list(drawn.y)) == ([1, 10, 100], [1, 8, 40])
    assert list(line.y) == pytest.approx([2, 2 * 10**0.5, 20])
    (note,) = vocabulary_growth(picture).layout.annotations
    assert (10**note.x, 10**note.y) == pytest.approx((100, 40)) and "0.50" in note.text


def test_bars_reach_from_edge_to_edge() -> None:
    picture = made(DocumentLengths.of(["", "a", "bb", "c" * 40, "d" * 41]))
    bars = document_lengths(picture).data[0]
    np.testing.assert_array_equal(bars.y, picture.counts)
    np.testing.assert_allclose(bars.x[1:] + bars.width[1:], picture.edges[2:])
    assert min(bars.x) > 0  # a logarithmic axis


def test_words_that_are_shown_alike_keep_their_own_bars() -> None:
    bars = frequent_words(FrequentWords(("a\ufffd", "a\ufffd", "3"), np.array([9, 8, 7]))).data[0]
    assert len(set(bars.y)) == 3 and list(bars.x) == [9, 8, 7]
    assert frequent_words(FrequentWords(("1", "2"), np.array([2, 1]))).layout.yaxis.type == "category"


def test_a_square_of_words() -> None:
    ppmi, counts = np.array([[0, 2.5], [2.5, 1]]), np.array([[0, 7], [7, 3]])
    square = co_occurrence(CoOccurrence(("1", "2"), ppmi, counts)).data[0]
    np.testing.assert_array_equal(square.z, ppmi)
    np.testing.assert_array_equal(square.customdata, counts)


def test_marks_stand_on_the_line() -> None:
    picture = made(Coverage.of(COUNTS))
    line, marks = coverage(picture).data
    np.testing.assert_array_equal(line.y, picture.shares)
    assert list(zip(marks.y, marks.x, strict=True)) == list(picture.marks)
    assert marks.text[0].startswith("50%: ")


def test_the_floor_of_every_order_and_the_uniform_guess() -> None:
    given = a_floor()
    figure = counting_floor(given.orders, given.uniform)
    (line,) = figure.data
    assert list(line.x) == [0, 1, 2, 3, 4, 5]
    assert list(line.y) == [scored.score.loss for scored in given.orders]
    assert [text.startswith("<b>") for text in line.text] == [n == given.best for n in range(1, 7)]
    assert figure.layout.shapes[0].y0 == pytest.approx(math.log(4))


def test_every_picture_of_a_text_has_a_figure() -> None:
    assert set(DRAWN_BY) == set(get_args(Picture))
