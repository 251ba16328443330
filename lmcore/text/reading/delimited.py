"""Tables of text with a delimiter: CSV and TSV (RFC 4180), also where their quotes are broken."""

import csv
import re
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from statistics import fmean

from lmcore.text.reading.draft import Choices, Note
from lmcore.text.reading.tables import LABEL_NAMES, SAMPLE, TEXT_NAMES, TableText, check_width, read_table

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_NUMBER = re.compile(r"\s*[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s*%?\s*")
_LONGEST_NAME = 40  # characters of a cell that may name a column


def read_delimited(text: str, choices: Choices, format: str) -> TableText:
    """The rows of a CSV or TSV file; formulas and numbers stay the text that they are. Raises `TextError`."""
    csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)  # a cell may be the whole file
    delimiter = "\t" if format == "tsv" else _delimiter(text)
    quoting, notes = _quoting(text, delimiter), []
    if quoting != csv.QUOTE_NONE and _ends_within_quotes(text, delimiter):
        quoting, notes = csv.QUOTE_NONE, [Note("note.quotes_broken", {})]
    first = next(_rows(text, delimiter, quoting), [])
    check_width(len(first))
    sample = list(islice(_rows(text, delimiter, quoting), 1, SAMPLE))
    width = max(map(len, [first, *sample]))
    header = _is_header(first, sample)
    names = [*(first if header else ()), *[""] * (width - len(first) * header)]

    def rows() -> Iterator[list[str]]:
        return islice(_rows(text, delimiter, quoting), int(header), None)

    table = read_table(names, rows, choices)
    return TableText(**{**vars(table), "notes": (*notes, *table.notes)})


def _rows(text: str, delimiter: str, quoting: int) -> Iterator[list[str]]:
    lines = (line[0] for line in _LINE.finditer(text))
    return (row for row in csv.reader(lines, delimiter=delimiter, quoting=quoting) if row)  # type: ignore[arg-type]


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines most evenly into the most cells."""
    return max(",;\t|", key=lambda delimiter: _evenness(text, delimiter, csv.QUOTE_MINIMAL))


def _quoting(text: str, delimiter: str) -> int:
    """Whether quotes hold cells together; between tabs they are mostly just quotes."""
    if delimiter != "\t":
        return csv.QUOTE_MINIMAL
    quoted, plain = (_evenness(text, delimiter, how) for how in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE))
    sample = islice(_rows(text[:50_000], delimiter, csv.QUOTE_NONE), 50)
    opened = [cell for row in sample for cell in row if cell.startswith('"')]
    all_closed = bool(opened) and all(len(cell) > 1 and cell.endswith('"') for cell in opened)
    return csv.QUOTE_MINIMAL if quoted > plain or all_closed else csv.QUOTE_NONE


def _evenness(text: str, delimiter: str, quoting: int) -> tuple[float, int]:
    """The share of the first lines that have the usual number of cells, and that number."""
    widths = [len(row) for row in islice(_rows(text[:50_000], delimiter, quoting), 50)]
    usual = max(set(widths), key=widths.count, default=1)
    return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)


def _ends_within_quotes(text: str, delimiter: str) -> bool:
    """Whether the last quoted cell never ends, so that it swallows all the rows after it."""
    if text.count('"') % 2 == 0:
        return False
    last = deque(_rows(text, delimiter, csv.QUOTE_MINIMAL), maxlen=1)
    return bool(last) and "\n" in last[0][-1]


def _is_header(first: list[str], body: list[list[str]]) -> bool:
    """Whether the first row names the columns: short, distinct words unlike what stands below them."""
    names = [cell.strip() for cell in first]
    short = all(name and len(name) <= _LONGEST_NAME and not _NUMBER.fullmatch(name) for name in names)
    if not body or not short or len(set(names)) < len(names):
        return False
    if any(name.casefold() in LABEL_NAMES | TEXT_NAMES for name in names):
        return True
    return any(
        _is_unlike(name, [row[at].strip() for row in body if at < len(row)]) for at, name in enumerate(names)
    )


def _is_unlike(name: str, cells: list[str]) -> bool:
    """Whether a name is not one of the values below it: they are numbers, labels, or much longer."""
    if not cells:
        return False
    numbers = sum(1 for cell in cells if _NUMBER.fullmatch(cell)) > 0.9 * len(cells)
    labels = len(set(cells)) <= len(cells) / 2 and name not in cells
    return numbers or labels or fmean(map(len, cells)) > max(20, 3 * len(name))
