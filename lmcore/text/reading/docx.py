"""The text of a Word document: paragraphs on lines, the cells of a table's row with tabs between them."""

from lmcore.errors import TextError
from lmcore.text.reading.archives import Archive
from lmcore.text.reading.xml_events import parse_xml

MEMBER = "word/document.xml"


def docx_text(archive: Archive) -> str:
    """The text of a DOCX file (ISO/IEC 29500) as it stands, deleted passages and field codes left out.

    Raises `TextError` for a file that is broken or declares entities.
    """
    data = archive.read(MEMBER)
    if data is None:
        raise TextError("document_broken", name=archive.name)
    body = _Body()
    parse_xml(data, archive.name, body.start, body.end, body.text)
    return "".join(body.pieces).strip("\n")


class _Body:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.shown = False  # within w:t, the only element whose text is seen
        self.n_fallbacks = 0  # mc:Fallback says again, for older readers, what has been said
        self.n_cells = 0
        self.in_stops = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "Fallback":
            self.n_fallbacks += 1
        elif tag == "t":
            self.shown = not self.n_fallbacks
        elif tag == "tc":
            self.n_cells += 1
        elif tag in ("br", "cr") and not self.n_fallbacks:
            self.pieces.append("\n")
        elif tag in ("tabs", "tab"):  # w:tab is a tab of the text, except within w:tabs, which sets them up
            self.in_stops |= tag == "tabs"
            self.pieces += [] if self.in_stops or self.n_fallbacks else ["\t"]

    def end(self, tag: str) -> None:
        if tag == "Fallback":
            self.n_fallbacks -= 1
        elif tag == "t":
            self.shown = False
        elif tag == "tabs":
            self.in_stops = False
        elif tag == "tc":
            self.n_cells -= 1
            self._replace_last(" ", "\t")
        elif tag == "tr" and not self.n_cells:
            self._replace_last("\t", "\n")
        elif tag == "p" and not self.n_fallbacks:
            self.pieces.append(" " if self.n_cells else "\n")

    def text(self, characters: str) -> None:
        if self.shown:
            self.pieces.append(characters)

    def _replace_last(self, old: str, new: str) -> None:
        if self.pieces and self.pieces[-1] == old:
            self.pieces.pop()
        self.pieces.append(new)
