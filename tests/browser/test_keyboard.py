"""Without a mouse: everything is reached by Tab, and the keys do what the pictures say."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, expect

from lmcore.runs.showcase import stored_id
from lmcore.tasks.spec import LANGUAGE_MODEL

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

MOST_TABS = 60
FOCUSED = """() => {
    let path = [], element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const name = element.getAttribute("aria-label") || element.textContent;
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) path.push(...at.classList);
    return { tag: element.localName, name: name.trim().slice(0, 60), path };
}"""


def walk(visit: "Visit") -> list[dict[str, Any]]:
    """What has the focus after each press of Tab, until it leaves the page or begins again."""
    seen: list[dict[str, Any]] = []
    for _ in range(MOST_TABS):
        visit.page.keyboard.press("Tab")
        now = visit.page.evaluate(FOCUSED)
        if now["tag"] == "body" or now in seen[:1]:
            return seen
        seen.append(now)
    pytest.fail(f"no end after {MOST_TABS} stops: {[place['name'] for place in seen]}")


@pytest.mark.parametrize(
    ("name", "picture", "control"),
    [
        ("home", "lm-growth", "Train your own"),
        ("text", "lm-text_reader", "Train on this text"),
        ("training", "lm-dock", "Start training"),  # the dock's slider is the loss curve
        ("attention", "lm-attention_view", "Text"),
        ("generation", "lm-token_stream", "Write 40 tokens"),
        ("embeddings", "lm-word_map", "Find a word"),
    ],
)
def test_tab_reaches_navigation_picture_and_controls(
    visit: "Visit", name: str, picture: str, control: str
) -> None:
    visit.open(name)
    visit.see_picture(name)
    seen = walk(visit)
    names = [place["name"] for place in seen]
    assert {"Home", "Text", "Training", "Attention", "Generation", "Embeddings"} <= set(names), names
    assert any(control in one for one in names), names
    assert any(picture in place["path"] for place in seen), names
    assert any("lm-dock" in place["path"] for place in seen), names


def dock_slider(visit: "Visit") -> Locator:
    return visit.part("dock").get_by_role("slider", name="Step")


def test_arrow_keys_move_the_dock_through_the_snapshots(visit: "Visit") -> None:
    visit.open("attention")
    visit.see_picture("attention")
    slider = dock_slider(visit)
    snapshots = visit.live(stored_id(LANGUAGE_MODEL))["snapshots"]
    for key, step in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        slider.press(key)
        visit.until(
            lambda step=step: visit.params.get("step") == str(snapshots[step]), f"{key} is in the URL"
        )
        visit.idle()
    expect(visit.part("dock").locator(".steps")).to_have_text(f"{snapshots[1]:,} / {snapshots[-1]:,}")
    slider.press("End")
    visit.until(lambda: "step" not in visit.params, "the run is followed again")


def test_a_dragged_step_is_in_the_url_after_the_release(visit: "Visit") -> None:
    visit.open("training")
    visit.see_picture("training")
    box = dock_slider(visit).bounding_box()
    assert box is not None
    mouse, y = visit.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] - 8, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, y, steps=10)
    visit.page.wait_for_timeout(300)
    assert "step" not in visit.params
    expect(visit.part("dock").get_by_role("button", name="back to the last")).to_be_visible()
    mouse.up()
    visit.until(lambda: "step" in visit.params, "the step is in the URL")
    chosen = visit.params["step"]
    visit.reload()
    visit.see_picture("training")
    expect(visit.part("dock").locator(".steps")).to_contain_text(f"{int(chosen):,} /")


def test_escape_frees_the_pinned_row(visit: "Visit") -> None:
    visit.open("attention", text="the people of the south")
    visit.see_picture("attention")
    large = visit.part("attention_view").locator(".large")
    large.focus()
    large.press("Home")
    large.press("Enter")
    visit.until(lambda: visit.params.get("pin", "").endswith(".0"), "the first row is pinned")
    visit.idle()
    first = large.locator("text.headline").text_content()
    large.press("Escape")
    visit.until(lambda: not visit.params.get("pin", "").endswith(".0"), "the row is free")
    expect(large.locator("text.headline")).not_to_have_text(first or "")
