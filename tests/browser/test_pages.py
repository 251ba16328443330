"""Every page, in both languages and both themes: it opens, it fits, everybody can read and reach it."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

PAGES = ("home", "training", "attention", "generation", "embeddings")
LOOKS = (("en", "light"), ("zh", "dark"))
WINDOWS = ((1280, 720), (853, 480), (800, 900))
OVERFLOW = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const over = Object.entries({ document: document.documentElement, main }).map(([name, box]) =>
        [name, [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight]]);
    return Object.fromEntries(over);
}"""
AXE = """async () => {
    const { violations, passes } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] });
    const bad = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    const told = bad.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target} ${failureSummary}`));
    return { told, nChecked: passes.length };
}"""


@pytest.fixture(params=LOOKS, ids="-".join)
def visit(new_visit: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    """A visitor with the language and the theme of one look."""
    language, theme = request.param
    return new_visit(locale=language, color_scheme=theme)


def language(visit: "Visit") -> str:
    return visit.page.evaluate("navigator.language")


def opened(visit: "Visit", name: str, **params: str) -> None:
    visit.open(name, **{"lang": language(visit)} | params)
    visit.see_picture(name)


def overflow(visit: "Visit", direction: str) -> dict[str, int]:
    """How many px of the page are out of sight, `across` or `down`; only places with any."""
    measured = visit.page.evaluate(OVERFLOW)
    over = {name: px[direction == "down"] for name, px in measured.items()}
    return {name: px for name, px in over.items() if px > 0}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window(visit: "Visit", name: str) -> None:
    """On a projector nothing scrolls; smaller windows scroll down, never sideways."""
    opened(visit, name)
    assert overflow(visit, "down") == {}
    for width, height in WINDOWS:
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.idle()
        visit.see_picture(name)
        assert overflow(visit, "across") == {}, (width, height)


@pytest.mark.parametrize("name", ["training", "generation"])
def test_tune_fits_on_a_projector(visit: "Visit", name: str) -> None:
    opened(visit, name, depth="tune")
    assert overflow(visit, "down") == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_and_reachable_for_all(visit: "Visit", name: str) -> None:
    """axe-core's rules for WCAG 2 A and AA; it looks into shadow roots by itself."""
    opened(visit, name)
    package = find_spec("axe_playwright_python")
    assert package is not None and package.origin is not None
    visit.page.evaluate(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    found = visit.page.evaluate(AXE)
    assert found["told"] == []
    assert found["nChecked"] >= 10  # rules that had something to look at
