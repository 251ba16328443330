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
SMALL_WINDOWS = ((853, 480), (800, 900))
OVERFLOW = """() => {
    const places = { document: document.documentElement, main: document.querySelector("[data-testid=stMain]") };
    const over = Object.entries(places).map(([name, { scrollWidth, clientWidth, scrollHeight, clientHeight }]) =>
        [name, [scrollWidth - clientWidth, scrollHeight - clientHeight]]);
    return Object.fromEntries(over);
}"""
AXE = """async () => {
    const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] });
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) =>
        `${id}: ` + nodes.map(({ target, any }) => `${target} ${any.map(({ message }) => message)}`).join("; "));
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
def test_a_page_fits_on_a_projector(visit: "Visit", name: str) -> None:
    opened(visit, name)
    assert overflow(visit, "down") == {}
    assert overflow(visit, "across") == {}


@pytest.mark.parametrize("name", ["training", "generation"])
def test_tune_fits_on_a_projector(visit: "Visit", name: str) -> None:
    opened(visit, name, depth="tune")
    assert overflow(visit, "down") == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_never_scrolls_sideways(visit: "Visit", name: str) -> None:
    opened(visit, name)
    for width, height in SMALL_WINDOWS:
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.idle()
        visit.see_picture(name)
        assert overflow(visit, "across") == {}, (width, height)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_and_reachable_for_all(visit: "Visit", name: str) -> None:
    """axe-core's rules for WCAG 2 A and AA; it looks into shadow roots by itself."""
    opened(visit, name)
    package = find_spec("axe_playwright_python")
    assert package is not None and package.origin is not None
    visit.page.evaluate(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    assert visit.page.evaluate(AXE) == []
