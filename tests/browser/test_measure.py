"""Scores, bias and words in context on the Embeddings page, as a visitor uses them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000
VIEWS = {  # view → what is there once its live component has drawn
    "measure": ".lm-score_curves button.label",
    "bias": ".lm-bias_view .mark",
    "context": ".lm-context_map .place",
}


def opened(visit: "Visit", view: str, **params: str) -> None:
    visit.open("embeddings", view=view, **params)
    expect(visit.page.locator(VIEWS[view]).first).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_a_projector_and_is_there_for_all(
    new_visit: Callable[..., Any], view: str, language: str, theme: str
) -> None:
    visit = new_visit(locale=language, color_scheme=theme)
    for depth in ("play", "tune"):
        opened(visit, view, lang=language, depth=depth)
        visit.idle()
        assert visit.overflow("down") == {}, depth
    visit.assert_readable_for_all()
    visit.page.set_viewport_size({"width": 800, "height": 900})
    visit.idle()
    assert visit.overflow("across") == {}


def test_held_out_relations_rise_while_the_vectors_train(visit: "Visit") -> None:
    visit.open("embeddings", view="measure")
    visit.page.get_by_role("button", name=re.compile("^Train word vectors")).click()
    visit.until(lambda: "run" in visit.params, "the run is in the link")
    main = visit.part("score_curves").locator("button.label.main")
    expect(main).to_contain_text("Relations held out", timeout=PATIENCE_MS)
    expect(main.locator(".value")).to_have_text(re.compile(r"^(99|100)"), timeout=PATIENCE_MS)


def test_a_score_opens_its_detail_and_the_link_keeps_it(visit: "Visit") -> None:
    opened(visit, "measure")
    visit.part("score_curves").get_by_role("button", name="Relations held out").click()
    visit.until(lambda: visit.params.get("score") == "world_held_out", "the link names the score")
    detail = visit.part("score_curves").locator(".detail")
    expect(detail).to_contain_text("Country → capital", timeout=PATIENCE_MS)
    visit.reload()
    expect(detail).to_contain_text("Country → capital", timeout=PATIENCE_MS)
    visit.part("score_curves").get_by_role("button", name="Close the detail").click()
    expect(detail).to_be_hidden()


def test_the_layers_are_walked_by_keyboard_and_kept_in_the_link(visit: "Visit") -> None:
    opened(visit, "context")
    slider = visit.part("context_map").get_by_role("slider", name="Layer")
    slider.focus()
    slider.press("Home")
    visit.until(lambda: visit.params.get("layer") == "0", "the link says which layer")
    expect(visit.part("context_map").locator(".says")).to_contain_text("Before the first layer")
    visit.reload()
    expect(visit.part("context_map").locator(".says")).to_contain_text(
        "Before the first layer", timeout=PATIENCE_MS
    )


def test_sentences_of_a_visitor_are_compared_and_what_is_missing_is_said(visit: "Visit") -> None:
    opened(visit, "context", word="bank")
    box = visit.page.get_by_role("textbox", name="Your own sentences, one a line")
    box.fill("the bank of the river\nhe went to the bank\n<b>no</b> such word")
    box.press("Control+Enter")
    part = visit.part("context_map")
    expect(part.locator(".place")).to_have_count(2, timeout=PATIENCE_MS)
    expect(part).to_contain_text("One sentence does not have it.")
    box.fill("only one bank")
    box.press("Control+Enter")
    expect(visit.page.get_by_test_id("stAlert")).to_contain_text("occurs only once", timeout=PATIENCE_MS)
    expect(part.locator(".place")).to_have_count(2)  # the last picture stays


def test_a_word_on_the_line_is_read_by_keyboard(visit: "Visit") -> None:
    opened(visit, "bias")
    plot = visit.part("bias_view").locator(".plot")
    plot.focus()
    plot.press("End")
    expect(visit.part("bias_view").locator(".reading b")).not_to_be_empty()
