"""The text of a web page: its main part as Resiliparse (Bevendorff 2018) finds it, or all that is visible."""

import re
from collections.abc import Iterator
from html import unescape
from importlib.util import find_spec

_HIDDEN = frozenset({"title", "script", "style", "template", "svg", "iframe", "noembed", "noframes"})
_RAW = (_HIDDEN - {"template", "svg"}) | {"textarea", "xmp"}  # no tags within
_PARAGRAPHS = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote", "figure", "hr",
})  # fmt: skip
_BLOCKS = _PARAGRAPHS | {
    "address", "article", "aside", "body", "br", "caption", "center", "dd", "details", "dialog", "div", "dt",
    "fieldset", "figcaption", "footer", "form", "header", "html", "legend", "li", "main", "menu", "nav",
    "option", "optgroup", "search", "section", "select", "summary", "tbody", "tfoot", "thead", "tr",
}  # fmt: skip
_BLOCK = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})[\s/>]", re.IGNORECASE)
_CELLS = frozenset(("td", "th"))
_TAG_NAME = re.compile(r"/?[A-Za-z][^\s/>]{0,40}")
_TAG_END_OR_QUOTE = re.compile(r">|=\s*[\"']")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LONG_ENTITY = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")  # of no character; int() refuses thousands of digits
_WHITE = re.compile(r"[ \t\n\r\f]+")
_MANY_SPACES = re.compile(" {2,}")
_MANY_BREAKS = re.compile("\n{3,}")
_MOST_NESTED = (
    300  # elements; Resiliparse's time grows with its square, and no page written for readers has more
)
_MOST_ATTRIBUTES = 500  # of one tag, for the same reason
_START = 2_000  # characters in which a page shows that it is one
_LEAST_MAIN = 25  # characters; a main part with fewer is none


def html_to_text(html: str, main: bool = True) -> str:
    """The main text of a page, without its menus, scripts and adverts; with `main=False` all visible text.

    A text that is no whole page keeps all its text, and its line breaks where it has no blocks of its own.

    >>> html_to_text("<p>Fish &amp; chips</p><script>x()</script><p>Tea", main=False)
    'Fish & chips\\n\\nTea'
    >>> html_to_text("1 < 2, and no <b>page</b>\\nat all")
    '1 < 2, and no page\\nat all'
    """
    if "<" not in html and "&" not in html:
        return html
    if main and _PAGE.search(html, 0, _START) and find_spec("resiliparse"):
        tame = _tamed(html)
        text = _main_text(tame) if tame else ""
        if len(text) >= _LEAST_MAIN:
            return text
    return _visible_text(html)


def looks_like_html(text: str) -> bool:
    """Whether `text` begins like a page: a doctype, or one of the elements that hold a page together."""
    return bool(_PAGE.search(text, 0, _START)) and text.lstrip("\ufeff \t\r\n").startswith("<")


def _main_text(html: str) -> str:
    from resiliparse.extract.html2text import (  # pyright: ignore[reportMissingModuleSource]
        extract_plain_text,
    )

    html = html.encode("utf-8", "replace").decode("utf-8")  # it takes no half surrogate pairs
    return extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False).strip()


def _tamed(html: str) -> str:
    """The page without the attributes of monstrous tags; "" when it is nested too deeply."""
    pieces, at, depth = [], 0, 0
    for start, end, tag in _tokens(html):
        if tag in ("div", "article", "ol", "section"):
            depth += 1
            if depth > _MOST_NESTED:
                return ""
        elif tag in ("/div", "/article", "/ol", "/section"):
            depth = max(0, depth - 1)
        if tag and end - start > 2 * _MOST_ATTRIBUTES and len(html[start:end].split()) > _MOST_ATTRIBUTES:
            pieces += [html[at:start], f"<{tag}>"]
            at = end
    return "".join(pieces) + html[at:]


def _visible_text(html: str) -> str:
    """All text that a reader sees, blocks on lines of their own; linear in the length of `html`."""
    lines = _Lines(keep_white=not _BLOCK.search(html))
    never_shown = (
        _HIDDEN if _PAGE.search(html, 0, _START) else _HIDDEN - {"title"}
    )  # a feed has titles to read
    hidden = ""  # the element that hides what comes
    for start, end, tag in _tokens(html):
        if hidden:
            hidden = "" if tag == f"/{hidden}" else hidden
        elif tag in never_shown:
            hidden = "" if html.startswith("/>", end - 2) else tag
        elif tag:
            lines.tag(tag)
        else:
            lines.text(html[start:end])
    return lines.joined()


class _Lines:
    """Text that grows, with the white space of a page as a browser shows it."""

    def __init__(self, keep_white: bool) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.keep_white = keep_white
        self.n_pre = 0

    def tag(self, tag: str) -> None:
        name = tag.lstrip("/")
        if name in _BLOCKS:
            self._break("\n\n" if name in _PARAGRAPHS else "\n")
        elif name in _CELLS:
            self.line.append("\t")
        if name == "pre":
            self.n_pre = max(0, self.n_pre + (1 if tag == name else -1))

    def text(self, text: str) -> None:
        if not self.keep_white and not self.n_pre:
            text = _WHITE.sub(" ", text)
        self.line.append(unescape(_LONG_ENTITY.sub("\ufffd", text)) if "&" in text else text)

    def joined(self) -> str:
        self._break("")
        text = "".join(self.lines)
        return text if self.keep_white else _MANY_BREAKS.sub("\n\n", text).strip("\n")

    def _break(self, end: str) -> None:
        line = "".join(self.line)
        self.line.clear()
        self.lines += [
            line if self.keep_white or self.n_pre else _MANY_SPACES.sub(" ", line.strip(" \t")),
            end,
        ]


def _tokens(html: str) -> Iterator[tuple[int, int, str]]:
    """Where tags and the texts between them start and end, and what they are: "p", "/p", or "" for text.

    Cut as the HTML standard does, comments left out.
    """
    at = shown = 0
    while (at := html.find("<", at)) >= 0:
        name = _TAG_NAME.match(html, at + 1)
        if not name and html[at + 1 : at + 2] not in ("!", "?", "/"):
            at += 1  # a "<" of the text
            continue
        if at > shown:
            yield shown, at, ""
        tag = name[0].lower() if name else ""
        shown = end = _end_of_tag(html, at, name.end()) if name else _end_of_comment(html, at)
        if tag:
            yield at, end, tag
        at = end
        if tag in _RAW:
            closing = re.compile(f"</{tag}", re.IGNORECASE).search(html, at)
            at = closing.start() if closing else len(html)
            if at > shown:
                yield shown, at, ""
            shown = at
    if shown < len(html):
        yield shown, len(html), ""


def _end_of_tag(html: str, start: int, at: int) -> int:
    """Where the tag ends; a ">" in a quoted value does not end it."""
    while found := _TAG_END_OR_QUOTE.search(html, at):
        if found[0] == ">":
            return found.end()
        closing = html.find(found[0][-1], found.end())
        if closing < 0:
            break
        at = closing + 1
    simple = html.find(">", start)
    return simple + 1 if simple >= 0 else len(html)


def _end_of_comment(html: str, start: int) -> int:
    """Where a comment, a doctype or a processing instruction ends."""
    mark, length = ("-->", 3) if html.startswith("<!--", start) else (">", 1)
    end = html.find(mark, start + (2 if length == 3 else 1))
    return end + length if end >= 0 else len(html)
