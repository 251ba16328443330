"""Repairs of texts that were not read as what they were: wrong encodings, and HTML taken for plain text."""

import html as entities
import re

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ELEMENTS = (  # those that few would write in angle brackets for another reason
    "address|article|aside|blockquote|body|br|dd|div|dl|dt|footer|form|h[1-6]|head|header|hr|html|img|input|li|link|"
    "main|meta|nav|ol|p|pre|script|section|style|table|tbody|td|th|thead|title|tr|ul"
)
_HTML = re.compile(  # what no formula has: a < b and c > d
    r"<(?:!--|!doctype\s+html|/[a-z][a-z0-9-]*\s*>"
    rf"|(?:{_ELEMENTS})(?:\s+[a-z][-:a-z0-9]*\s*=[^<>]*|\s*/?)>)",
    re.IGNORECASE,
)
_MARK_UP = re.compile(r"<(?:/?[a-zA-Z][^<>]*>|!--|!doctype)", re.IGNORECASE)


def mojibake(text: str) -> tuple[str, int]:
    """Repair text that was decoded with the wrong table, through ftfy; a place is a line.

    Only UTF-8 that was read as a one-byte encoding can be told from text that is meant.

    >>> mojibake("voilÃ\\xa0 le cafÃ©")
    ('voilà le café', 1)
    """
    if text.isascii():
        return text, 0
    lines = text.split("\n")
    repaired = [line if line.isascii() else _repaired(line) for line in lines]
    n_places = sum(a is not b and a != b for a, b in zip(lines, repaired, strict=True))
    return ("\n".join(repaired), n_places) if n_places else (text, 0)


def _repaired(line: str) -> str:
    """The line after repairs until none is found: text may have gone through the wrong table twice."""
    from ftfy import fix_encoding
    from ftfy.fixes import fix_c1_controls

    while (fixed := fix_c1_controls(fix_encoding(line))) != line:
        line = fixed
    return line


def html(text: str) -> tuple[str, int]:
    """The text of HTML; text with nothing of HTML but entities gets these replaced, other text stays.

    The places are the tags, comments and entities. HTML that writes about HTML (&lt;p&gt;) becomes text that
    looks like HTML, so that this step, unlike all others, may change its own result again.

    >>> html("a < b, x<y and y>z, R&D, AT&amp;T")
    ('a < b, x<y and y>z, R&D, AT&T', 1)
    """
    if "<" in text and _HTML.search(text):
        from lmcore.text.reading.html import html_to_text

        return html_to_text(text), len(_MARK_UP.findall(text)) + len(_ENTITY.findall(text))
    if "&" not in text:
        return text, 0
    plain = _ENTITY.sub(lambda entity: entities.unescape(entity[0]), text)
    return plain, len(_ENTITY.findall(text)) if plain != text else 0
