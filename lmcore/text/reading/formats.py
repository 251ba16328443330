"""What kind of file it is: by its first bytes, then by its name."""

import re
from pathlib import PurePosixPath

from lmcore.text.reading.html import looks_like_html

_BINARY = (  # how files begin that hold no text, and what they are
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"RIFF", "RIFF"), (b"BM", "BMP"),
    (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"\x1f\x8b", "GZIP"), (b"BZh", "BZIP2"), (b"\xfd7zXZ", "XZ"),
    (b"7z\xbc\xaf", "7-Zip"), (b"Rar!", "RAR"), (b"\x28\xb5\x2f\xfd", "Zstandard"), (b"OggS", "OGG"),
    (b"\xd0\xcf\x11\xe0", "DOC"), (b"{\\rtf", "RTF"), (b"ID3", "MP3"), (b"\0\0\0\x18ftyp", "MP4"),
    (b"\0\0\0 ftyp", "MP4"), (b"PAR1", "Parquet"), (b"ARROW1", "Arrow"), (b"SQLite format", "SQLite"),
    (b"\x80\x04", "pickle"), (b"%!PS", "PostScript"), (b"\0asm", "WebAssembly"),
)  # fmt: skip
_BY_NAME = {
    ".md": "md", ".markdown": "md", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".json": "json", ".html": "html", ".htm": "html", ".xhtml": "html", ".srt": "srt",
    ".xml": "xml",
}  # fmt: skip
_TABBED_LINES = 5  # so many lines with the same number of tabs are a table, whatever the name


def format_of_bytes(head: bytes) -> str:
    """ "zip" or "pdf", the name in capitals of a kind that holds no text, or "" for what may be one.

    >>> format_of_bytes(b"PK\\x03\\x04"), format_of_bytes(b"\\x89PNG\\r\\n"), format_of_bytes(b"MZ is a word")
    ('zip', 'PNG', '')
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if b"%PDF-" in head[:1024] and not head.lstrip().startswith(b"<"):
        return "pdf"
    for start, kind in _BINARY:
        if head.startswith(start) and (not start.isalnum() or re.search(rb"[\0-\x08]", head)):
            return kind
    return ""


def format_of_name(name: str) -> str:
    """What the ending of a name says, or ""."""
    return _BY_NAME.get(PurePosixPath(name.lower()[-20:]).suffix, "")


def format_of_text(text: str, name: str) -> str:
    """ "html", "xml", "json", "jsonl", "csv", "tsv", "md", "srt" or "txt"."""
    by_name = format_of_name(name)
    start = text[:4_000].lstrip()
    if looks_like_html(text):
        return "html"
    if start.startswith("<?xml"):
        return by_name if by_name == "html" else "xml"
    if by_name != "jsonl" and start[:1] in ("[", "{") and (kind := _json_kind(text)):
        return kind
    return by_name or ("tsv" if _is_tabbed(text) else "txt")


def _json_kind(text: str) -> str:
    """ "jsonl" when the first line is a value of its own, "json" when it is the beginning of one."""
    first, _, rest = text.lstrip()[:100_000].partition("\n")
    opening = re.match(r'\s*(\{\s*("|\}|$)|\[\s*(["\[{\d\-\]]|null|true|false|$))', first)
    if not opening:
        return ""
    closed = first.rstrip().endswith("}" if first.startswith("{") else "]")
    return "jsonl" if closed and rest.lstrip()[:1] == first[:1] else "json"


def _is_tabbed(text: str) -> bool:
    """Whether the first lines all have the same number of tabs, at least one."""
    lines = [line for line in text[:20_000].split("\n")[:100] if line.strip()]
    lines = lines[:-1] if len(text) > 20_000 else lines
    counts = {line.count("\t") for line in lines}
    return len(lines) >= _TABBED_LINES and len(counts) == 1 and counts != {0}
