"""The story of a visit: train a model, stop the film, look inside, let it write, throw it away."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PLOT = ".lm-live_chart .plot"
LAYOUT = """({ layout: { xaxis, yaxis, datarevision } }) =>
    ({ ranges: [xaxis.range, yaxis.range], datarevision })"""


def layout(visit: "Visit") -> dict[str, Any]:
    """How the loss chart is drawn now: its ranges, and how often it was drawn."""
    return visit.page.locator(PLOT).evaluate(LAYOUT)


def drag(visit: "Visit", area: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag across an element; places are shares of its width and height."""
    box = area.bounding_box()
    assert box is not None
    mouse = visit.page.mouse
    for place, act in ((start, mouse.down), (end, mouse.up)):
        mouse.move(box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"], steps=8)
        act()


def status(visit: "Visit") -> Locator:
    return visit.part("dock").locator(".word")


def test_a_visit_from_start_to_delete(visit: "Visit") -> None:
    run = start(visit)
    zoom_lasts(visit)
    pause_holds(visit, run)
    one_step_is_one_update(visit, run)
    reload_finds_the_run(visit, run)
    resume_goes_on(visit, run)
    attention_shows_the_run(visit, run)
    generation_writes_fifty_tokens(visit, run)
    language_and_theme_change(visit, run)
    delete_removes_the_run(visit, run)


def start(visit: "Visit") -> str:
    visit.open("training", model="gpt", size="tiny", steps="50000")
    visit.page.get_by_role("button", name="Start training").click()
    visit.until(lambda: "run" in visit.params, "the URL names the run")
    run = visit.params["run"]
    visit.until(lambda: bool(visit.live(run)["points"]["step"]), "the first point", 10)
    visit.see_picture("training")
    expect(status(visit)).to_have_text("training")
    return run


def zoom_lasts(visit: "Visit") -> None:
    whole = layout(visit)
    drag(visit, visit.part("live_chart").locator(".nsewdrag"), (0.05, 0.2), (0.4, 0.7))
    visit.until(lambda: layout(visit)["ranges"] != whole["ranges"], "the chart is zoomed")
    zoomed = layout(visit)
    visit.until(lambda: layout(visit)["datarevision"] >= zoomed["datarevision"] + 10, "ten more updates", 30)
    assert layout(visit)["ranges"] == zoomed["ranges"]
    visit.part("live_chart").get_by_role("button", name="Show all").click()
    visit.until(lambda: layout(visit)["ranges"] != zoomed["ranges"], "all of the chart again")


def pause_holds(visit: "Visit", run: str) -> None:
    visit.button("Pause training").click()
    visit.until(lambda: visit.live(run)["status"] == "paused", "the run is paused")
    expect(status(visit)).to_have_text("paused")
    step = visit.live(run)["step"]
    for _ in range(2):
        with visit.page.expect_response(lambda reply: f"/runs/{run}/live" in reply.url):
            pass
    assert visit.live(run)["step"] == step


def one_step_is_one_update(visit: "Visit", run: str) -> None:
    step = visit.live(run)["step"]
    visit.button("Train one step").click()
    visit.until(lambda: visit.live(run)["step"] > step, "one more step")
    with visit.page.expect_response(lambda reply: f"/runs/{run}/live" in reply.url):
        pass
    after = visit.live(run)
    assert (after["step"], after["status"]) == (step + 1, "paused")
    assert after["points"]["step"][-2:] == [step, step + 1]
    expect(visit.part("dock").locator(".steps")).to_have_text(f"{step + 1:,} / 50,000")


def reload_finds_the_run(visit: "Visit", run: str) -> None:
    visit.reload()
    visit.see_picture("training")
    assert visit.params["run"] == run
    expect(status(visit)).to_have_text("paused")
    expect(visit.button("Resume training")).to_be_enabled()


def resume_goes_on(visit: "Visit", run: str) -> None:
    step = visit.live(run)["step"]
    visit.button("Resume training").click()
    visit.until(lambda: visit.live(run)["step"] > step, "the run goes on")
    expect(status(visit)).to_have_text("training")


def attention_shows_the_run(visit: "Visit", run: str) -> None:
    visit.go("Attention")
    visit.see_picture("attention")
    assert visit.params["run"] == run
    expect(visit.part("dock").locator(".name b")).to_have_text("A small world, GPT 2 × 32")
    expect(visit.part("attention_view").locator("button.head")).to_have_count(2 * 2)
    expect(visit.part("attention_view").locator(".large svg text.headline")).to_contain_text("looks at")


def generation_writes_fifty_tokens(visit: "Visit", run: str) -> None:
    visit.go("Generation")
    visit.page.get_by_role("radiogroup", name="Depth").get_by_text("Tune").click()
    visit.idle()
    tokens = visit.page.get_by_role("spinbutton", name="Tokens")
    tokens.fill("50")
    tokens.press("Enter")
    expect(visit.page.get_by_role("button", name="Write 50 tokens")).to_be_visible()
    visit.button("Pause training").click()  # or every new snapshot would write anew
    expect(visit.part("token_stream").locator(".chip")).to_have_count(50, timeout=20_000)
    assert visit.params["run"] == run


def language_and_theme_change(visit: "Visit", run: str) -> None:
    visit.page.get_by_role("button", name="中文").click()
    expect(visit.page.get_by_role("heading", name="下一个词是什么？")).to_be_visible()
    expect(visit.page.get_by_role("button", name="English")).to_be_visible()
    assert visit.params["lang"] == "zh"
    visit.open("training", lang="zh", run=run, embed_options="dark_theme")
    visit.see_picture("training")
    background = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    assert visit.page.evaluate(background) == "rgb(10, 19, 23)"
    expect(status(visit)).to_have_text("已暂停")


def delete_removes_the_run(visit: "Visit", run: str) -> None:
    visit.open("training", run=run)
    visit.page.get_by_role("button", name="Runs (2)").click()
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("button", name="More").click()
    delete = visit.page.get_by_role("button", name="Delete")
    expect(delete).to_be_disabled()
    visit.page.get_by_text("Delete it with all its snapshots").click()
    expect(delete).to_be_enabled()
    delete.click()
    visit.until(
        lambda: visit.page.request.get(f"{visit.address}/api/runs/{run}/live").status == 404, "it is gone"
    )
    expect(dialog.get_by_role("button", name="Show")).to_have_count(1)
    dialog.get_by_role("button", name="Done").click()
    visit.idle()
    expect(visit.page.get_by_role("button", name="Runs (1)")).to_be_visible()
    expect(status(visit)).to_have_text("Stored run")
    assert "run" not in visit.params
