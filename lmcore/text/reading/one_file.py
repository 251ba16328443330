"""The documents of one file of text: plain, a page, or a table."""

from dataclasses import replace

from lmcore.errors import TextError
from lmcore.text.reading.delimited import read_delimited
from lmcore.text.reading.draft import Choices, Draft, Note
from lmcore.text.reading.encodings import Decoded
from lmcore.text.reading.formats import format_of_name, format_of_text
from lmcore.text.reading.html import html_to_text
from lmcore.text.reading.json_files import read_json, read_json_lines
from lmcore.text.reading.tables import TableText
from lmcore.text.uploads import shown_name

_CONTROLS = [chr(code) for code in (*range(32), 127) if chr(code) not in "\t\n\f\r\x1b"]
_HEAD = 200_000  # characters of a page in which there is some text, or there is none
_MOST_CONTROLS = 0.01  # share of the characters; a stray one is an accident of copying, many are not a text


def documents_of(decoded: Decoded, name: str, choices: Choices, *, keep_markup: bool = False) -> Draft:
    """The draft of a file that has been decoded. Raises `TextError` for one that holds no text.

    With `keep_markup` a page stays HTML, for the cleaning step that shows what it takes out.

    The caller should keep no reference to `decoded`: its text is copied as its line ends become one kind.
    """
    text = decoded.text
    about = replace(decoded, text="")
    del decoded
    text, notes = _without_nul(text, name)
    notes += (
        [Note("note.replaced", {"n": about.n_replaced, "encoding": about.encoding})]
        if about.n_replaced
        else []
    )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    format, content = _content(text, name, choices, keep_markup)
    if isinstance(content, str):
        content = TableText((content,))
    draft = Draft(
        content.documents, content.labels, format, about.encoding, about.certain, about.guesses,
        content.columns, content.text_column, content.label_column, content.rows, (*notes, *content.notes),
    )  # fmt: skip
    if not any(document.strip() for document in draft.documents):
        raise TextError("text_empty", length=len(text))
    return draft


def _without_nul(text: str, name: str) -> tuple[str, list[Note]]:
    """The text without its few zero characters; raises `TextError` when it is full of control characters."""
    counts = [text.count(control) for control in _CONTROLS]
    if sum(counts) > _MOST_CONTROLS * len(text):
        share = round(100 * sum(counts) / len(text), 1)
        raise TextError("text_control_characters", name=shown_name(name), share=share)
    if not counts[0]:
        return text, []
    return text.replace("\0", ""), [Note("note.nul_dropped", {"n": counts[0]})]


def _content(text: str, name: str, choices: Choices, keep_markup: bool) -> tuple[str, str | TableText]:
    """The format of a text, and what it holds."""
    format = format_of_text(text, name)
    if format == "html" and keep_markup and html_to_text(text[:_HEAD], main=False).strip():
        return format, text
    if format in ("html", "xml"):
        return format, html_to_text(text, main=format == "html")
    if format in ("csv", "tsv"):
        return format, read_delimited(text, choices, format)
    if format in ("json", "jsonl"):
        try:
            return format, (read_json if format == "json" else read_json_lines)(text, name, choices)
        except TextError as error:
            if error.key != "json_broken" or format_of_name(name):
                raise
            return "txt", text  # it only began like JSON
    return format, text
