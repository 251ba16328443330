"""What a visitor does with several runs: choose a point, change the rate, fork, compare, star."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

NASTY = "<img src=x onerror=alert(1)> 😀"


def trained(visit: "Visit", depth: str = "play") -> str:
    """A run that has been stopped after step 64."""
    run = visit.start_training(depth=depth)
    visit.until(lambda: 64 in visit.live(run)["snapshots"], "the snapshot of step 64", 60)
    return run


def click_on_step(visit: "Visit", step: int) -> None:
    """A click on the curve, where its axis has this step."""
    place = """({ _fullLayout: { xaxis, margin, width } }, step) =>
        margin.l + (width - margin.l - margin.r)
            * (step - xaxis.range[0]) / (xaxis.range[1] - xaxis.range[0])"""
    plot = visit.part("live_chart").locator(".plot")
    x, box = plot.evaluate(place, step), plot.bounding_box()
    assert box is not None
    visit.page.mouse.click(box["x"] + x, box["y"] + box["height"] / 2)


def test_a_point_of_the_curve_shows_what_was_written_then(visit: "Visit") -> None:
    visit.open("training")  # the stored run
    visit.see_picture("training")
    steps = visit.live("stored-language_model")["snapshots"]
    chosen = steps[len(steps) // 2 + 2]
    click_on_step(visit, chosen)
    visit.until(lambda: visit.params.get("step") == str(chosen), "the link names the step")
    samples = {one["step"]: one["text"] for one in visit.live("stored-language_model")["samples"]}
    current = visit.part("samples").locator(".row.current")
    expect(current.locator(".number")).to_contain_text(f"{chosen:,}")
    first_words = samples[chosen].split("\n")[0].strip()[:12].strip()
    expect(current.locator(".text")).to_contain_text(first_words)


def test_a_changed_rate_marks_the_curve_and_a_fork_begins_where_it_left(visit: "Visit") -> None:
    run = trained(visit, "tune")
    rate = visit.page.get_by_role("spinbutton", name="Learning rate")
    rate.fill("0.0020")
    rate.press("Enter")
    visit.until(lambda: bool(visit.live(run)["marks"]), "the change is marked")
    expect(visit.part("live_chart").locator(".overlay")).to_contain_text("learning rate 0.002")
    visit.stop_training()

    visit.open("training", run=run, step="64", model="gpt", size="tiny")
    visit.see_picture("training")
    visit.page.get_by_role("button", name="This run").click()
    visit.page.get_by_role("button", name="Fork").click()
    visit.page.get_by_role("button", name="Train from here").click()
    visit.until(lambda: visit.params["run"] != run, "the fork is looked at")
    fork = visit.params["run"]
    visit.until(lambda: bool(visit.live(fork)["points"]["step"]), "the fork trains", 60)
    live = visit.live(fork)
    assert live["points"]["step"][0] == 65
    assert live["parent"] == {"id": run, "name": visit.live(run)["name"], "step": 64}
    before = dict(zip(*visit.live(run)["validation"].values(), strict=True))
    after = dict(zip(*live["validation"].values(), strict=True))
    assert after[64] == pytest.approx(
        before[64], rel=0.02
    )  # a snapshot keeps 8 bits of every weight's digits
    expect(visit.part("live_chart").locator(".overlay")).to_contain_text("step 64")
    visit.stop_training()


def test_runs_are_starred_noted_and_compared(visit: "Visit") -> None:
    run = visit.start_training()
    visit.stop_training()
    visit.page.get_by_role("button", name="Runs (").click()
    visit.page.locator(f".st-key-star_{run}").get_by_role("button").click()
    expect(visit.page.locator(f".st-key-star_{run}")).to_contain_text("★")
    visit.page.locator(f".st-key-menu_{run}").get_by_role("button").click()
    note = visit.page.get_by_role("textbox", name="Note")
    note.fill(NASTY)
    note.press("Control+Enter")
    expect(visit.page.locator(f".st-key-run_{run}")).to_contain_text(NASTY)
    visit.open("training", run=run, view="compare", **{"with": "stored-language_model"})
    table = visit.part("run_table")
    expect(table.locator("thead th")).to_have_count(2)
    expect(table).to_contain_text("Newest loss")
    assert visit.overflow("down") == {} and visit.overflow("across") == {}
    visit.assert_readable_for_all()
