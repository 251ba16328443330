"""Without a mouse: everything is reached by Tab, and the keys do what the pictures say."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

MOST_TABS = 60
FOCUSED = """() => {
    let path = [], element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const name = element.getAttribute("aria-label") || element.textContent || element.getAttribute("placeholder");
    for (let e = element; e; e = e.parentElement ?? e.getRootNode().host) path.push(e.classList, e.localName);
    return { name: (name ?? "").trim().slice(0, 60), path: path.join(" ") };
}"""


def walk(visit: "Visit") -> list[dict[str, str]]:
    """Press Tab until the focus leaves the page or comes back to where it was first."""
    seen: list[dict[str, str]] = []
    for _ in range(MOST_TABS):
        visit.page.keyboard.press("Tab")
        now = visit.page.evaluate(FOCUSED)
        if now in seen[:1] or " body " in f" {now['path'].split(' html')[0]} "[:12]:
            break
        seen.append(now)
    return seen


@pytest.mark.parametrize(
    ("name", "picture", "control"),
    [
        ("home", "lm-growth", "Train your own"),
        ("training", "lm-samples", "Start training"),
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
    assert {"Home", "Training", "Attention", "Generation", "Embeddings"} <= set(names), names
    assert any(control in one for one in names), names
    assert any(picture in place["path"] for place in seen), names
    assert any("lm-dock" in place["path"] for place in seen), names
