"""Every page, in both languages and both themes: it opens, it fits, everybody can read and reach it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

PAGES = ("home", "text", "training", "attention", "generation", "embeddings")
LOOKS = (("en", "light"), ("zh", "dark"))
WINDOWS = ((1280, 720), (853, 480), (800, 900))


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


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window(visit: "Visit", name: str) -> None:
    """On a projector nothing scrolls; smaller windows scroll down, never sideways."""
    opened(visit, name)
    assert visit.overflow("down") == {}
    for width, height in WINDOWS:
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.idle()
        visit.see_picture(name)
        assert visit.overflow("across") == {}, (width, height)


@pytest.mark.parametrize("name", ["training", "generation"])
def test_tune_fits_on_a_projector(visit: "Visit", name: str) -> None:
    opened(visit, name, depth="tune")
    assert visit.overflow("down") == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_and_reachable_for_all(visit: "Visit", name: str) -> None:
    """axe-core's rules for WCAG 2 A and AA; it looks into shadow roots by itself."""
    opened(visit, name)
    visit.assert_readable_for_all()
