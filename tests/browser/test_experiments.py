"""Rates, sweep and scaling in a browser: they hold the frame, and answer mouse and keys."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser
PARTS = {"rates": "rate_curve", "sweep": "parallel_lines", "scaling": "scaling_chart"}
TINY = {"model": "gpt", "size": "tiny"}


@pytest.mark.parametrize("depth", ["play", "tune"])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", PARTS)
def test_a_view_holds_the_frame(visit: "Visit", view: str, lang: str, depth: str) -> None:
    visit.open("training", view=view, lang=lang, depth=depth, **TINY)
    expect(visit.part(PARTS[view]).locator(".waiting")).not_to_be_empty(timeout=20_000)
    assert visit.overflow("down") == visit.overflow("across") == {}
    visit.assert_readable_for_all()


def test_a_rate_test_draws_its_curve_and_keys_walk_along_it(visit: "Visit") -> None:
    visit.open("training", view="rates", **TINY)
    visit.page.get_by_role("button", name="Test rates").click()
    curve = visit.part("rate_curve")
    expect(visit.page.get_by_role("button", name="Train with")).to_be_visible(timeout=120_000)
    expect(curve.locator(".curve")).to_have_count(1)
    assert visit.overflow("down") == {}
    curve.locator(".plot").focus()
    for _ in range(3):
        visit.page.keyboard.press("PageUp")
    expect(curve.locator(".at")).to_contain_text("rate 0.00")
    visit.page.keyboard.press("Enter")
    expect(curve.locator(".name.taken")).to_contain_text("your choice", timeout=20_000)
    visit.page.get_by_role("button", name="Train with").click()
    visit.until(
        lambda: visit.params["view"] == "curve" and "learning_rate" in visit.params, "the form has it"
    )


def test_a_sweep_is_drawn_filtered_and_a_run_opened(visit: "Visit") -> None:
    visit.open("training", view="sweep", depth="tune", **TINY)
    steps = visit.page.get_by_label("Steps")
    steps.fill("3")
    steps.press("Enter")
    visit.idle()
    visit.page.get_by_role("button", name="Start 9 runs").click()
    lines = visit.part("parallel_lines")
    expect(lines.locator("polyline.run")).to_have_count(9, timeout=20_000)
    expect(visit.page.get_by_role("button", name="Best runs")).to_be_visible(timeout=120_000)
    visit.until(
        lambda: visit.page.get_by_role("button", name="Stop the rest").count() == 0, "all have ended", 240
    )
    assert visit.overflow("down") == {}
    lines.get_by_role("button", name="Batch size").focus()
    visit.page.keyboard.press("ArrowUp")
    expect(lines.locator("polyline.faint")).to_have_count(6)
    visit.page.keyboard.press("Escape")
    expect(lines.locator("polyline.faint")).to_have_count(0)
    lines.locator(".plot").focus()
    visit.page.keyboard.press("ArrowDown")
    expect(lines.locator("polyline.marked")).to_have_count(1)
    visit.page.keyboard.press("Enter")
    visit.until(lambda: "run" in visit.params and visit.params["view"] == "curve", "the run is open")
