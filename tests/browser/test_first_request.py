"""A link from a colleague is often the first thing that a server is asked for."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_first_request_may_be_a_link_to_a_page(
    run_app: Callable[[], Any], new_visit: Callable[..., Any]
) -> None:
    """Beside a `pages/` folder Streamlit would fall back to its old multipage mode, past app.py."""
    with run_app() as address:
        visit = new_visit(address)
        visit.open("attention")
        expect(visit.page.get_by_role("heading", name="Who looks at whom?")).to_be_visible()
        links = visit.page.locator("header").get_by_role("link")
        expect(links).to_have_text(["Home", "Text", "Training", "Attention", "Generation", "Embeddings"])
        expect(visit.page.get_by_test_id("stSidebar")).to_have_count(0)
        visit.see_picture("attention")
        visit.assert_well()
        visit.page.goto("about:blank")  # before its server ends, or the page would complain
