"""The text of pages: what a reader came for, and never a page that stops the app."""

import time
from html import escape

import pytest

from lmcore.text.reading import html as module
from lmcore.text.reading.html import html_to_text, looks_like_html

SENTENCES = "The keeper lit the lamp at dusk. Far out, a ship answered with three short flashes. " * 4
MENU = "".join(f'<li><a href="/{n}">Section number {n}</a></li>' for n in range(40))
PAGE = f"""<!DOCTYPE html><html><head><title>Lamp</title><style>p {{ color: red }}</style></head><body>
<nav><ul>{MENU}</ul></nav><div id="content"><h1>The lamp</h1>
<p>{SENTENCES}</p><p>Fish &amp; chips &#8212; {SENTENCES}</p></div>
<script>var hidden = "<p>not text</p>";</script>
<footer><a href="/imprint">Imprint</a></footer></body></html>"""

HOSTILE = {
    "nested blocks": "<html><body>" + "<div>" * 100_000 + "hello world",
    "nested and closed": "<html><body>" + "<div>" * 100_000 + "hello" + "</div>" * 100_000,
    "nested lists": "<html>" + "<ol><li>x" * 30_000,
    "nested inline": "<html>" + "<span><b><i>" * 50_000 + "hello",
    "unclosed paragraphs": "<html>" + "<p>hello world" * 100_000,
    "huge attribute": "<html><div title='" + "a" * 5_000_000 + "'>hello</div>",
    "unclosed attribute": "<html><div title='" + "a" * 5_000_000 + ">hello",
    "unclosed attributes": "<html>" + "<a title=\"'><b title='" * 50_000,
    "many attributes": "<html><div " + " ".join(f"a{n}=1" for n in range(200_000)) + ">hello</div>",
    "hidden attributes": "<html><div " + " ".join(f'a{n}="<"' for n in range(100_000)) + ">hello</div>",
    "brackets": "<html>" + "<" * 300_000,
    "comments": "<html>" + "<!--" * 300_000,
    "comment ends": "<html>" + "<!-->" * 300_000,
    "declarations": "<html>" + "<!" * 300_000 + "<?" * 300_000 + "</" * 300_000,
    "scripts": "<html><p>hello" + "<script><!--<script>" * 50_000,
    "entities": "<html>" + "&amp" * 300_000 + "&#" * 300_000,
    "long number": "<html>&#" + "9" * 100_000 + ";&#x" + "f" * 100_000 + ";",
    "equals": "<html><a " + "= " * 1_000_000,
    "spaces": "<html><a =" + " " * 2_000_000 + ">x",
    "line breaks": "<html>" + "<br>" * 300_000,
    "tables": "<html>" + "<table><tr><td>" * 50_000 + "x",
    "half pair": "<html><p>a\ud800b" + SENTENCES,
}  # fmt: skip


def test_the_main_part_is_kept_and_the_menu_is_not() -> None:
    text = html_to_text(PAGE)
    assert text.count("The keeper lit the lamp") == 8
    assert "Fish & chips — The" in text
    assert not any(word in text for word in ("Section", "Imprint", "hidden", "color", "<"))


def test_plain_mode_keeps_all_visible_text() -> None:
    text = html_to_text(PAGE, main=False)
    assert all(word in text for word in ("Section number 39", "Imprint", "The lamp", "Fish & chips"))
    assert not any(word in text for word in ("hidden", "color", "Lamp", "<"))


def test_without_the_library_all_visible_text_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert html_to_text(PAGE) == html_to_text(PAGE, main=False)


def test_blocks_stand_on_lines_of_their_own() -> None:
    page = (
        "<h1>One</h1><p>two  \n words<br>three<ul><li>four<li>five</ul><table><tr><td>a<td>b<tr><td>c</table>"
    )
    assert html_to_text(page, main=False).split() == [
        "One",
        "two",
        "words",
        "three",
        "four",
        "five",
        "a",
        "b",
        "c",
    ]
    assert "two words\nthree" in html_to_text(page, main=False)
    assert "a\tb\nc" in html_to_text(page, main=False)


def test_preformatted_text_keeps_its_spaces() -> None:
    assert html_to_text("<p>x  y</p><pre>a\n  b</pre>", main=False) == "x y\n\na\n  b"


@pytest.mark.parametrize(
    "text",
    [
        "no markup at all\n  and two lines",
        "if a < b and b > c then",
        "I <3 you",
        "x <= y",
        "",
        "AT&T and R & D",
    ],
)
def test_text_without_tags_stays_as_it_is(text: str) -> None:
    assert html_to_text(text) == text


def test_a_snippet_keeps_its_text_and_its_lines() -> None:
    assert html_to_text("first <b>bold</b>\nsecond &lt;line&gt;") == "first bold\nsecond <line>"
    assert html_to_text("<p>A short one.</p>") == "A short one."


def test_escaped_text_comes_back() -> None:
    text = "5 < 6 & \"7\" > 'x' é 中 \u202eevil"
    assert html_to_text(f"<p>{escape(text)}</p>", main=False) == text


def test_quoted_brackets_do_not_end_a_tag() -> None:
    assert html_to_text('<p title="a > b">text</p>', main=False) == "text"


def test_pages_are_told_from_texts_about_pages() -> None:
    assert looks_like_html("\n<!doctype HTML><p>x")
    assert looks_like_html("<!-- saved --><html lang=en>")
    assert not looks_like_html("The <html> element comes first.")
    assert not looks_like_html("")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("main", [True, False])
def test_hostile_pages_take_linear_time(name: str, main: bool) -> None:
    start = time.process_time()
    text = html_to_text(HOSTILE[name], main=main)
    assert time.process_time() - start < 5
    assert len(text) <= 2 * len(HOSTILE[name])
    if "hello" in HOSTILE[name] and not name.startswith("unclosed attribute"):
        assert "hello" in text
