"""What visitors type is text, and what belongs to others stays theirs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

NASTY = "<img src=x onerror=\"window.__hacked='img'\"><script>window.__hacked='script'</script>"
NASTY_NAME = "<script>__hacked=1</script><img src=x onerror=__hacked=2>"
NASTY_TEXT = "\n".join(f"{NASTY} A line of text, number {i}, as people write them." for i in range(120))


def assert_only_text(visit: "Visit") -> None:
    """Nothing that was typed has become an element, here or in a shadow root, or has run."""
    elements = visit.page.locator("img, script").evaluate_all("all => all.map((one) => one.outerHTML)")
    assert not [html for html in elements if "__hacked" in html]
    assert visit.page.evaluate("typeof window.__hacked") == "undefined"


def rename(visit: "Visit", name: str) -> None:
    """Rename the visitor's only run in the open list."""
    visit.page.get_by_role("dialog").get_by_role("button", name="More").first.click()
    box = visit.page.get_by_role("textbox", name="Name")
    box.fill(name)
    box.press("Enter")
    visit.until(lambda: visit.live(visit.params["run"])["name"] == name, "the run has its new name")


def test_html_in_a_text_and_its_name_stays_text(visit: "Visit") -> None:
    visit.open("training", model="gpt", size="tiny", steps="50000")
    visit.page.get_by_role("combobox", name="Text").click()
    visit.page.get_by_role("option", name="Your own text").click()
    visit.page.get_by_role("textbox", name="Paste a text").fill(NASTY_TEXT)
    visit.page.get_by_role("textbox", name="Name", exact=True).fill(NASTY_NAME)
    visit.page.get_by_role("button", name="Use this text").click()
    visit.until(lambda: "corpus" in visit.params, "the text is chosen")
    visit.idle()
    expect(visit.page.get_by_role("combobox", name="Text")).to_have_value(f"{NASTY_NAME}, 0.1 M")
    assert_only_text(visit)
    visit.page.get_by_role("button", name="Start training").click()
    visit.until(lambda: "run" in visit.params, "the URL names the run")
    visit.see_picture("training")
    expect(visit.part("dock").locator(".name b")).to_contain_text(NASTY_NAME)
    expect(visit.part("samples").locator(".row").first).to_be_visible(timeout=20_000)
    visit.stop_training()
    for title in ("Attention", "Generation", "Home", "Training"):
        visit.go(title)
        visit.see_picture(title.lower())
        assert_only_text(visit)


def test_html_in_the_name_of_a_run_stays_text(visit: "Visit") -> None:
    for _ in range(2):
        visit.start_training()
        visit.stop_training()
    visit.page.get_by_role("button", name="Runs (3)").click()
    rename(visit, NASTY_NAME)
    visit.reload()
    visit.page.get_by_role("button", name="Runs (3)").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text(NASTY_NAME)
    dialog.get_by_text("Compare").first.click()
    visit.idle()
    dialog.get_by_role("button", name="Show").nth(1).click()  # the other run, with the renamed one beside it
    visit.idle()
    expect(visit.part("live_chart").locator(".overlay")).to_contain_text("<script>__")
    assert_only_text(visit)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("generation", {"prompt": NASTY}),
        ("attention", {"text": NASTY}),
        ("embeddings", {"word": NASTY[:60]}),
        ("training", {"run": NASTY, "corpus": NASTY, "step": NASTY, "depth": NASTY, "size": NASTY}),
        ("attention", {"pin": NASTY}),
    ],
)
def test_html_in_a_link_stays_text(visit: "Visit", name: str, params: dict[str, str]) -> None:
    visit.open(name, **params)
    visit.see_picture(name)
    assert_only_text(visit)


def test_html_in_a_prompt_is_written_as_typed(visit: "Visit") -> None:
    visit.open("generation", prompt=NASTY)
    visit.see_picture("generation")
    expect(visit.part("token_stream").locator(".prompt")).to_contain_text("onerror")
    assert_only_text(visit)


def test_a_run_that_nobody_knows_is_one_sentence(visit: "Visit") -> None:
    visit.open("attention", run="abcdef1234")
    alert = visit.page.get_by_test_id("stAlert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("There is no such run")
    expect(alert).to_contain_text("abcdef1234")
    visit.see_picture("attention")
    assert "run" not in visit.params


def test_an_unknown_language_is_the_browsers(visit: "Visit") -> None:
    visit.open("training", lang="xx")
    expect(visit.page.get_by_role("heading", name="Is it learning?")).to_be_visible()
    assert visit.params["lang"] == "en"


def test_a_stored_run_cannot_be_stopped(visit: "Visit") -> None:
    visit.open("training")
    visit.see_picture("training")
    stop = visit.button("Stop training")
    expect(stop).to_have_attribute("aria-disabled", "true")
    stop.click(force=True)
    stop.press("Enter")
    visit.idle()
    expect(visit.part("dock").locator(".word")).to_have_text("Stored run")
    expect(visit.button("Play the snapshots")).to_be_visible()


def test_another_visitor_sees_a_run_but_does_not_command_it(
    visit: "Visit", new_visit: Callable[..., Any]
) -> None:
    run = visit.start_training()
    other = new_visit()
    other.open("training", run=run)
    other.see_picture("training")
    assert other.params["run"] == run
    expect(other.part("dock").locator(".word")).to_have_text("training")
    stop = other.button("Stop training")
    expect(stop).to_have_attribute("aria-disabled", "true")
    stop.click(force=True)
    expect(other.button("Pause training")).to_have_count(0)
    other.page.get_by_role("button", name="Runs (1)").click()
    expect(other.page.get_by_role("dialog").get_by_role("button", name="More")).to_have_count(0)
    step = visit.live(run)["step"]
    visit.until(lambda: visit.live(run)["step"] > step, "the run goes on")
    visit.stop_training()
