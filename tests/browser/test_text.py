"""The Text page as a visitor uses it: six views, any file, and the way to a training."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

VIEWS = {  # view → what is there once its live component has drawn
    "read": ".lm-text_reader .facts b",
    "clean": ".lm-cleaning_steps [role=switch]",
    "split": ".lm-token_rows .chip",
    "merge": ".lm-merge_player input[type=range]",
    "count": ".lm-text_pictures svg",
    "predict": ".lm-counting_floor .text",
}
PATIENCE_MS = 40_000
CHINESE = "小猫在花园里看小鸟，小狗在河边喝水。" * 30


def opened(visit: "Visit", view: str, **params: str) -> None:
    visit.open("text", view=view, **params)
    expect(visit.page.locator(VIEWS[view]).first).to_be_visible(timeout=PATIENCE_MS)


def bring(visit: "Visit", path: Path) -> None:
    """Upload a file and wait until a worker has looked at it."""
    visit.page.get_by_role("combobox", name="Text").click()
    visit.page.get_by_role("option", name="Your own text").click()
    visit.page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)


def use(visit: "Visit") -> None:
    visit.page.get_by_role("button", name="Use this text").click()
    expect(visit.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE_MS)
    visit.idle()


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


def test_a_chinese_file_in_an_old_encoding_is_read_and_trained_on(visit: "Visit", tmp_path: Path) -> None:
    path = tmp_path / "小猫.txt"
    path.write_bytes(CHINESE.encode("gb18030"))
    opened(visit, "read")
    bring(visit, path)
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("gb18030", timeout=PATIENCE_MS)
    expect(dialog).to_contain_text("小猫在花园里看小鸟")
    use(visit)
    expect(visit.part("text_reader")).to_contain_text("小猫在花园里看小鸟", timeout=PATIENCE_MS)
    visit.page.get_by_role("button", name="Train on this text").click()
    visit.page.wait_for_url("**/training?**")
    visit.until(lambda: "run" in visit.params, "the run is in the link")
    visit.idle()
    expect(visit.page.get_by_role("combobox", name="Text")).to_have_value("小猫.txt, 0.1 M")
    visit.until(lambda: visit.live(visit.params["run"])["step"] > 0, "the run trains", 60)
    visit.stop_training()


def test_a_file_that_is_no_text_is_one_sentence_and_nothing_is_lost(visit: "Visit", tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    opened(visit, "read")
    bring(visit, path)
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_test_id("stAlert")).to_have_count(1, timeout=PATIENCE_MS)
    expect(dialog.get_by_role("button", name="Use this text")).to_be_disabled()
    visit.page.keyboard.press("Escape")
    visit.idle()
    expect(visit.part("text_reader").locator(".facts b")).to_have_text("A small world")


def test_a_table_asks_for_its_columns(visit: "Visit", tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    rows = [f"{'good' if i % 2 else 'bad'},<script>review</script> number {i} of many" for i in range(40)]
    path.write_text("label,text\n" + "\n".join(rows), encoding="utf-8")
    opened(visit, "read")
    bring(visit, path)
    dialog = visit.page.get_by_role("dialog")
    text = dialog.get_by_role("combobox", name="Column with the text")
    expect(text).to_have_value(re.compile("^text: <script>review"), timeout=PATIENCE_MS)
    label = dialog.get_by_role("combobox", name="Column with the label")
    expect(label).to_have_value("label: bad")
    use(visit)
    expect(visit.part("text_reader")).to_contain_text("40 documents", timeout=PATIENCE_MS)
    expect(visit.part("text_reader")).to_contain_text("<script>review</script> number 0 of many")


def test_a_cleaning_step_is_in_the_link_and_in_every_view(visit: "Visit") -> None:
    opened(visit, "clean", corpus="news")
    switch = visit.part("cleaning_steps").get_by_role("switch", name="Lower case")
    switch.click()
    visit.until(lambda: visit.params.get("clean") == "case", "the link names the step")
    expect(switch).to_have_attribute("aria-checked", "true")
    visit.page.get_by_role("radio", name="Read").click()
    expect(visit.part("text_reader")).to_contain_text("hundreds of people", timeout=PATIENCE_MS)
    visit.reload()
    expect(visit.part("text_reader")).to_contain_text("hundreds of people", timeout=PATIENCE_MS)


def test_a_search_shows_every_hit_in_its_line(visit: "Visit") -> None:
    opened(visit, "read", corpus="news", find="bushfire")
    expect(visit.part("text_reader").locator("button.hit").first).to_contain_text("bushfire")
    box = visit.page.get_by_role("textbox", name="Find in the text")
    box.fill("(a+)+$")
    box.press("Enter")
    visit.idle()
    expect(visit.page.get_by_test_id("stAlert")).to_have_count(0)  # looked for letter by letter
    assert visit.params["find"] == "(a+)+$"


def test_merges_are_walked_by_keyboard_and_kept_in_the_link(visit: "Visit") -> None:
    opened(visit, "merge", corpus="news")
    slider = visit.part("merge_player").get_by_role("slider")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    visit.until(lambda: visit.params.get("at") == "3", "the link says where")
    visit.reload()
    expect(visit.part("merge_player")).to_contain_text("3 / 600", timeout=PATIENCE_MS)


def test_without_a_network_nothing_hangs(visit: "Visit") -> None:
    opened(visit, "read")
    visit.page.get_by_role("combobox", name="Text").click()
    visit.page.get_by_role("option", name="Download a text").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_text("Tiny Shakespeare", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(dialog).to_contain_text("This machine is offline")
    buttons = dialog.get_by_role("button", name="Download")
    assert buttons.count() >= 10
    for button in buttons.all():
        expect(button).to_be_disabled()


def test_the_way_to_another_page_and_back_loses_nothing(visit: "Visit") -> None:
    opened(visit, "clean", corpus="news", clean="case")
    visit.go("Training")
    visit.go("Text")
    expect(visit.page.locator(VIEWS["clean"]).first).to_be_visible(timeout=PATIENCE_MS)
    assert (visit.params["corpus"], visit.params["clean"]) == ("news", "case")
    visit.reload()
    expect(visit.page.get_by_role("combobox", name="Text")).to_have_value("News, 0.4 M")


def test_only_the_steps_that_are_on_can_be_moved(visit: "Visit") -> None:
    opened(visit, "clean", corpus="news", clean="case.punctuation")
    part = visit.part("cleaning_steps")
    part.get_by_role("button", name="Lower case").click()
    part.get_by_role("button", name="Move down").click()
    visit.until(lambda: visit.params["clean"] == "punctuation.case", "the link has the new order")
    visit.idle()
    expect(part.locator("li.on").first).to_contain_text("Remove punctuation")
    expect(part.locator(".stale")).to_have_count(0, timeout=3_000)  # the browser had the same order at once
    part.get_by_role("button", name="HTML to text").click()
    expect(part.get_by_role("button", name="Move down")).to_have_attribute("aria-disabled", "true")
