"""Documents in JSON and JSON Lines, whatever their shape: strings, lists, records, records in records."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lmcore.errors import TextError
from lmcore.text.reading.draft import MAX_COLUMNS, Choices, Note
from lmcore.text.reading.tables import SAMPLE, TableText, read_table
from lmcore.text.uploads import shown_name, without_surrogates

_LINE = re.compile(r"[^\n]+")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)  # a number stays as written


def read_json(text: str, name: str, choices: Choices) -> TableText:
    """One document for each string or record; raises `TextError` for what is no JSON or nested too deeply."""
    try:
        return _table(_records(_DECODER.decode(text)), choices, [])
    except json.JSONDecodeError as error:
        raise TextError(
            "json_broken", name=shown_name(name), line=error.lineno, column=error.colno
        ) from error
    except RecursionError as error:
        raise TextError("json_too_deep", name=shown_name(name)) from error


def read_json_lines(text: str, name: str, choices: Choices) -> TableText:
    """One document a line; lines that are no JSON, or nested too deeply, are skipped and counted."""
    records, n_bad = [], 0
    for line in _LINE.finditer(text):
        try:
            records.append(_DECODER.decode(line[0]))
        except (json.JSONDecodeError, RecursionError):
            n_bad += bool(line[0].strip())
    if not records:
        raise TextError("json_broken", name=shown_name(name), line=1, column=1)
    try:
        return _table(records, choices, [Note("note.lines_bad", {"n": n_bad})] if n_bad else [])
    except RecursionError as error:
        raise TextError("json_too_deep", name=shown_name(name)) from error


def _records(value: Any) -> list[Any]:
    """The longest list in the outer layers of a value, or the value alone."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list) and inner]
        if lists:
            return max(lists, key=len)
        if value and all(isinstance(inner, str) for inner in value.values()) and len(value) > 10:
            return list(value.values())
        if value and all(isinstance(inner, dict) for inner in value.values()):
            return list(value.values())
    return [value]


def _table(records: list[Any], choices: Choices, notes: list[Note]) -> TableText:
    columns = _columns(records[:SAMPLE])
    table = read_table(columns, lambda: _rows(records, columns), choices)
    return TableText(**{**vars(table), "notes": (*notes, *table.notes)})


def _columns(sample: list[Any]) -> list[str]:
    """The keys of records, numbers for lists, "1" for plain values."""
    keys: dict[str, None] = {}
    for record in sample:
        if isinstance(record, dict):
            keys |= dict.fromkeys(islice(record, MAX_COLUMNS + 1))
        else:
            width = min(len(record), MAX_COLUMNS + 1) if isinstance(record, list) else 1
            keys |= dict.fromkeys(str(at) for at in range(1, width + 1))
    return list(keys)


def _rows(records: list[Any], columns: list[str]) -> Iterator[list[str]]:
    for record in records:
        if isinstance(record, dict):
            yield [_text(record.get(column)) for column in columns]
        elif isinstance(record, list):
            yield [_text(value) for value in record]
        else:
            yield [_text(record)]


def _text(value: Any) -> str:
    """What of a value can be read: the items of a list on lines, the longest string of a record."""
    if isinstance(value, str):  # escapes can say what no file of text can hold
        return without_surrogates(value.replace("\0", "")).replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        strings = [inner for inner in value.values() if isinstance(inner, str)]
        return max(map(_text, strings or value.values()), key=len, default="")
    return "" if value is None else str(value).lower()
