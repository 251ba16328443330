"""Look up and Learn on the Embeddings page, as a visitor uses them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000
VIEWS = {"look_up": ".lm-look_up .bars li", "learn": ".lm-learn_vectors .passage"}


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


def test_neighbours_follow_the_dock_and_a_click_goes_on(visit: "Visit") -> None:
    opened(visit, "look_up", word="king")
    rows = visit.part("look_up").locator(".bars .text")
    last = rows.all_inner_texts()
    visit.part("dock").get_by_role("slider").press("Home")
    visit.until(lambda: rows.all_inner_texts() != last, "noise has other neighbours")
    visit.part("dock").get_by_role("slider").press("End")
    visit.until(lambda: rows.all_inner_texts() == last, "the last step has its neighbours again")
    rows.first.click()
    visit.until(lambda: visit.params.get("word") == last[0], "the link names the neighbour")
    expect(visit.part("look_up").locator(".title")).to_contain_text(last[0])


def test_a_sum_is_drawn_and_the_link_keeps_the_picture(visit: "Visit") -> None:
    opened(visit, "look_up")
    part = visit.part("look_up")
    part.get_by_role("button", name="Word arithmetic").click()
    visit.until(lambda: visit.params.get("panel") == "sum", "the link names the picture")
    box = visit.page.get_by_role("textbox", name="Calculate with words")
    box.fill("king - man + woman")
    box.press("Enter")
    expect(part.locator(".title")).to_have_text("king − man + woman")
    expect(part.locator(".large .arrow")).to_have_count(2)
    expect(part.locator(".says")).to_contain_text(re.compile("nearest to king − man . woman"))
    visit.reload()
    expect(part.locator(".large .arrow")).to_have_count(2, timeout=PATIENCE_MS)


def test_cells_are_read_by_keyboard(visit: "Visit") -> None:
    opened(visit, "look_up")
    part = visit.part("look_up")
    for name in ("All with all", "The vectors"):
        part.get_by_role("button", name=name).click()
        plot = part.locator(".plot")
        plot.focus()
        plot.press("ArrowRight")
        plot.press("ArrowRight")
        expect(part.locator(".point")).to_have_text(re.compile(r"\d\.\d\d"))
