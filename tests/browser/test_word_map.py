"""The word map and the two linked maps by themselves: their own data, a page without the rest of the app."""

import base64
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Route, expect

from lmcore.ui.components import component_texts

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
SIDE = 6
WORDS = [f"{first}{second}" for first in ("ka", "lo", "mi", "ne", "pu", "sa") for second in "bdfgmn"]
SNAPSHOTS = [0, 10]
K = 3

PAGE = """<!doctype html><title>map</title><style>:root {{ {variables} }} body {{ margin: 0 }} {css}</style>
<div class="lm lm-{name}" style="width: 900px"></div>
<script type="module">
  const sent = window.sent = [];
  const api = {{ trigger: (name, value) => sent.push([name, value]), set() {{}} }};
  const base = "/api/components/test";
  const {{ mount }} = await import(`${{base}}/{name}.js`);
  const view = mount(document.querySelector(".lm"), api);
  view.update({{ base, api: "/api", lang: "en", texts: {texts}, run: "drawn", ...{data} }});
  window.feed = (await import(`${{base}}/feed.js`)).feedFor("/api", "drawn");
</script>"""

REFUSE_WEBGL = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return kind === "webgl" ? null : getContext.call(this, kind, ...more);
};"""
ANY_WEBGL = """
const getExtension = WebGLRenderingContext.prototype.getExtension;
WebGLRenderingContext.prototype.getExtension = function (name) {
    window.context = this;
    return name === "WEBGL_debug_renderer_info" ? null : getExtension.call(this, name);
};"""  # software, too
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""  # how many colours


def packed(values: Iterable[Any], kind: str) -> str:
    return base64.b64encode(np.asarray(list(values), kind).tobytes()).decode()


def frame(step: int, dims: int, *, moved: bool = False) -> dict[str, Any]:
    """Words on a grid, row by row; the neighbours of each word are the next ones in the list."""
    n = len(WORDS)
    line = np.linspace(-0.9, 0.9, SIDE)
    places = [[line[i % SIDE], line[i // SIDE], 0.5 * line[(i * 5) % SIDE]][:dims] for i in range(n)]
    first = 1 if not moved else 2
    near = [[(i + k) % n for k in range(first, first + K)] for i in range(n)]
    return {
        "step": step,
        "words": WORDS,
        "words_id": "grid",
        "ranks": list(range(n)),
        "dims": dims,
        "method": "UMAP",
        "xy": packed(places, "<f4"),
        "group": packed([i % 2 for i in range(n)], "i1"),
        "group_names": ["even", "odd"],
        "neighbours_kept": 0.71,
        "kept_each": packed([204] * n, "u1"),
        "neighbours": packed(near, "<u2"),
        "cosines": packed([[230, 200, 180]] * n, "u1"),
    }


def answer(route: Route) -> None:
    """What the server would say about the run `drawn`."""
    what = route.request.url.partition("/api/runs/")[2]
    if "/live" in what:
        points = {"step": SNAPSHOTS, "loss": [2.0, 1.0]}
        body = {"status": "done", "revision": 1, "snapshots": SNAPSHOTS, "step": 10, "points": points}
        return route.fulfill(json=body)
    found = re.search(r"frames/(\d+)\?.*dims=(\d)", what)
    assert found, what
    return route.fulfill(json=frame(int(found[1]), int(found[2]), moved=what.startswith("other")))


def variables() -> str:
    """The light theme, as Streamlit hands it to components."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    said = ""
    for name, value in (theme | theme["light"]).items():
        if not isinstance(value, dict):
            kebab = re.sub("[A-Z]", lambda capital: f"-{capital[0].lower()}", name)
            said += f"--st-{kebab}: {', '.join(map(str, value)) if isinstance(value, list) else value};"
    return said


def opened(visit: "Visit", name: str = "word_map", script: str = "", **data: Any) -> Locator:
    """The component alone on a page of the app's own address; gives its root."""
    folder = ROOT / "assets" / "components"
    css = "".join((folder / part).read_text(encoding="utf-8") for part in ("base.css", f"{name}.css"))
    texts = json.dumps(component_texts(name, "en"))
    page = PAGE.format(name=name, css=css, variables=variables(), texts=texts, data=json.dumps(data))
    if script:
        visit.page.add_init_script(script)
    visit.page.route("**/api/runs/**", answer)
    visit.page.route("**/bench", lambda route: route.fulfill(body=page, content_type="text/html"))
    visit.page.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    visit.page.goto(f"{visit.address}/bench")
    part = visit.part(name)
    expect(part.locator(".overlay text.word").first).to_be_attached()
    return part


def place(part: Locator, word: str) -> tuple[float, float]:
    """The middle of a word's label, in px of the page."""
    box = part.locator(".overlay text.word", has_text=re.compile(f"^{word}$")).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def places(part: Locator) -> dict[str, Any]:
    """Where every label is, to a px."""
    found = part.locator(".overlay text.word").evaluate_all(
        "labels => labels.map(label => [label.textContent, label.getBoundingClientRect().toJSON()])"
    )
    return {word: (round(box["x"]), round(box["y"])) for word, box in found}


def dot(part: Locator) -> tuple[float, float]:
    """The middle of the pinned word's dot, the largest one."""
    boxes = part.locator(".overlay circle").evaluate_all(
        "dots => dots.map(dot => dot.getBoundingClientRect().toJSON())"
    )
    box = max(boxes, key=lambda box: box["width"])
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sent(visit: "Visit", name: str) -> list[dict[str, Any]]:
    return [value for said, value in visit.page.evaluate("sent") if said == name]


def test_hover_shows_the_true_neighbours_without_a_request(visit: "Visit") -> None:
    part = opened(visit)
    expect(part.locator(".overlay line")).to_have_count(0)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.mouse.move(*place(part, WORDS[8]))
    expect(part.locator(".overlay line")).to_have_count(K)
    expect(part.locator(".reading")).to_contain_text(f"“{WORDS[8]}” keeps 80\u202f% of its true neighbours")
    strong = part.locator(".overlay text.word[font-weight='600']")
    assert sorted(strong.all_text_contents()) == sorted(WORDS[9:12])
    assert [url for url in asked if "/frames/" in url] == []


def test_a_click_pins_shift_click_adds_and_escape_lets_go(visit: "Visit") -> None:
    part = opened(visit)
    visit.page.mouse.click(*place(part, WORDS[8]))
    assert [said["word"] for said in sent(visit, "word")] == [WORDS[8]]
    x, y = place(part, WORDS[20])
    visit.page.keyboard.down("Shift")
    visit.page.mouse.click(x, y)
    visit.page.keyboard.up("Shift")
    assert sent(visit, "words")[-1]["words"] == [WORDS[20]]
    part.locator(".surface").press("Escape")
    assert sent(visit, "word")[-1]["word"] is None
    assert sent(visit, "words")[-1]["words"] == []


def test_a_loop_drawn_around_words_lists_them(visit: "Visit") -> None:
    part = opened(visit)
    _, y = places(part)[WORDS[30]]  # the loop: the upper row, and the right column
    part.get_by_role("button", name="Lasso").click()
    mouse = visit.page.mouse
    mouse.move(5, 5)
    mouse.down()
    for corner in ((895, 5), (895, 425), (755, 425), (755, y + 41), (5, y + 41), (5, 5)):
        mouse.move(*corner, steps=6)
    mouse.up()
    inside = [word for i, word in enumerate(WORDS) if i >= 30 or i % SIDE == SIDE - 1]
    expect(part.locator(".choice .title")).to_have_text(f"{len(inside)} words inside")
    assert sent(visit, "lasso")[-1]["words"] == inside
    part.locator(".choice .text", has_text=WORDS[31]).click()
    assert sent(visit, "word")[-1]["word"] == WORDS[31]


def test_the_keys_draw_a_loop_as_well(visit: "Visit") -> None:
    part = opened(visit)
    surface = part.locator(".surface")
    surface.press("l")
    for key in ("ArrowLeft", "+", "+", "Enter"):
        surface.press(key)
    words = sent(visit, "lasso")[-1]["words"]
    assert 2 < len(words) < len(WORDS)
    expect(part.locator(".spoken")).to_have_text(f"{len(words)} words inside")


def test_a_refusal_is_one_sentence_and_the_old_picture_stays(visit: "Visit") -> None:
    part = opened(visit)
    refusal = {"error": {"headline": "This step has no map.", "rest": ""}}
    visit.page.route("**/frames/0?**", lambda route: route.fulfill(json=refusal, status=404))
    visit.page.evaluate("feed.select(0)")
    expect(part.locator(".notice")).to_have_text("This step has no map.")
    expect(part.locator(".step")).to_contain_text("Step 10")
    visit.page.evaluate("feed.select(null)")
    expect(part.locator(".notice")).to_be_empty()
    visit.wrongs.clear()  # the browser notes every 404 on its console


def test_a_broken_pattern_is_one_sentence_and_a_whole_one_counts(visit: "Visit") -> None:
    part = opened(visit)
    part.locator(".surface").press("/")
    box = part.get_by_role("textbox", name="Word or pattern")
    box.fill("^(ka|mi")
    expect(part.locator(".notice")).to_have_text("“^(ka|mi” is not a complete pattern yet.")
    expect(part.locator(".overlay text.word")).not_to_have_count(0)
    box.fill("^(ka|mi)")
    expect(part.locator(".notice")).to_contain_text("12 words match")
    before = places(part)
    expect(part.locator(".overlay circle[r='8.0']")).to_have_count(12)
    box.press("Enter")
    visit.until(lambda: places(part) != before, "the view goes to the matches")
    box.press("Escape")
    expect(part.locator(".notice")).to_be_empty()


def test_a_pattern_that_takes_for_ever_is_given_up(visit: "Visit") -> None:
    part = opened(visit)
    given = frame(0, 2) | {"words": [*WORDS[:-1], "a" * 40], "words_id": "long"}
    visit.page.route("**/frames/0?**", lambda route: route.fulfill(json=given))
    visit.page.evaluate("feed.select(0)")
    expect(part.locator(".step")).to_contain_text("Step 0")
    part.locator(".surface").press("/")
    box = part.get_by_role("textbox", name="Word or pattern")
    box.fill("^(a+)+b$")
    expect(part.locator(".notice")).to_contain_text("takes too long")
    box.fill("^a+$")
    expect(part.locator(".notice")).to_contain_text("1 word matches")


def test_keys_walk_from_a_word_to_its_neighbours(visit: "Visit") -> None:
    part = opened(visit, word=WORDS[8])
    surface, spoken = part.locator(".surface"), part.locator(".spoken")
    surface.press("n")
    expect(spoken).to_have_text(WORDS[8])
    surface.press("n")
    expect(spoken).to_contain_text(f"{WORDS[9]}, neighbour 1 of {K} of {WORDS[8]}, cosine 0.90")
    surface.press("n")
    expect(spoken).to_contain_text(WORDS[10])
    surface.press("p")
    expect(spoken).to_contain_text(WORDS[9])
    surface.press("Enter")
    assert sent(visit, "word")[-1]["word"] == WORDS[9]
    surface.press("Alt+ArrowUp")
    expect(spoken).to_have_text(WORDS[9 + SIDE])


def test_the_saved_svg_names_words_step_and_share(visit: "Visit", tmp_path: Path) -> None:
    part = opened(visit)
    for ending, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        part.get_by_role("button", name="Save").click()
        with visit.page.expect_download() as saved:
            part.get_by_role("button", name=ending.upper()).click()
        assert saved.value.suggested_filename == f"lm-playground-map-10.{ending}"
        path = tmp_path / f"map.{ending}"
        saved.value.save_as(path)
        assert path.read_bytes().startswith(start)
    text = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert all(f">{word}</text>" in text for word in places(part))
    assert "Word map, step 10" in text
    assert "keeps 71\u202f% of true neighbours" in text


def test_without_webgl_a_canvas_draws_the_points(visit: "Visit") -> None:
    part = opened(visit, script=REFUSE_WEBGL)
    canvas = part.locator("canvas")
    expect(canvas).to_have_attribute("data-kind", "canvas")
    assert canvas.evaluate(PAINTED) > 4


def test_a_lost_context_is_replaced_by_a_canvas(visit: "Visit") -> None:
    part = opened(visit, script=ANY_WEBGL)
    canvas = part.locator("canvas")
    if canvas.get_attribute("data-kind") != "webgl":
        pytest.skip("no WebGL here, not even a slow one")
    visit.page.evaluate("context.getExtension('WEBGL_lose_context').loseContext()")
    expect(canvas).to_have_attribute("data-kind", "canvas")
    assert canvas.evaluate(PAINTED) > 4
    expect(part.locator(".overlay text.word")).not_to_have_count(0)


def test_a_turned_cloud_stays_turned_over_a_new_step(visit: "Visit") -> None:
    part = opened(visit, dims=3, word=WORDS[8])
    before = dot(part)
    mouse = visit.page.mouse
    mouse.move(450, 220)
    mouse.down()
    mouse.move(640, 260, steps=8)
    mouse.up()
    mouse.move(450, 600)
    visit.until(lambda: dot(part) != pytest.approx(before, abs=20), "the cloud has turned")
    turned = dot(part)
    visit.page.evaluate("feed.select(0)")
    expect(part.locator(".step")).to_contain_text("Step 0")
    assert dot(part) == pytest.approx(turned, abs=1)
    part.get_by_role("button", name="Whole map").click()
    visit.until(lambda: dot(part) == pytest.approx(before, abs=1), "the view is as at first")


def test_words_travel_unless_the_reader_wants_no_motion(new_visit: Callable[..., "Visit"]) -> None:
    visit = new_visit(reduced_motion="no-preference")
    part = opened(visit, word=WORDS[8])
    here = place(part, WORDS[8])
    visit.page.route("**/frames/0?**", lambda route: route.fulfill(json=mirrored()))
    visit.page.evaluate("feed.select(0)")
    seen: set[tuple[int, int]] = set()

    def arrived() -> bool:
        x, y = place(part, WORDS[8])
        seen.add((round(x), round(y)))
        return len(seen) > 2 and abs(x - here[0]) > 40

    visit.until(arrived, "the word is on its way, at more than two places")


def mirrored() -> dict[str, Any]:
    """The frame of step 0 with its left and right exchanged."""
    given = frame(0, 2)
    flat = np.frombuffer(base64.b64decode(given["xy"]), "<f4").reshape(-1, 2) * [-1, 1]
    return given | {"xy": packed(flat.astype("<f4"), "<f4")}


def test_a_word_is_marked_in_both_of_two_maps(visit: "Visit") -> None:
    row = {"word": WORDS[3], "overlap": 0.2, "before": [], "after": []}
    data = {"follow": None, "word": None, "moved": [row], "stable": [], "mean_overlap": 0.4}
    data["left"] = {"run": "drawn", "step": 0, "title": "A"}
    data["right"] = {"run": "other", "step": 10, "title": "B"}
    part = opened(visit, "word_compare", **data)
    left, right = part.locator(".side").nth(0), part.locator(".side").nth(1)
    expect(right.locator(".overlay text.word").first).to_be_attached()
    visit.page.mouse.move(*place(left, WORDS[0]))
    expect(part.locator(".reading")).to_have_text(f"“{WORDS[0]}” keeps 2 of {K} neighbours.")
    bold = ".overlay text.word[font-weight='700']"
    for side in (left, right):
        assert sorted(side.locator(bold).all_text_contents()) == sorted([WORDS[0], WORDS[2], WORDS[3]])
    part.get_by_role("button", name=WORDS[3]).click()
    assert sent(visit, "word")[-1]["word"] == WORDS[3]
    expect(part.get_by_role("button", name=WORDS[3])).to_have_attribute("aria-pressed", "true")
