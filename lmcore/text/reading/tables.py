"""Which columns of a table hold the text and the label, and its rows as documents."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from statistics import fmean

from lmcore.errors import TextError
from lmcore.text.reading.draft import MAX_COLUMNS, MAX_DOCUMENTS, NO_LABELS, Choices, Note
from lmcore.text.uploads import shown_name

SAMPLE = 1_000  # rows that are looked at to choose the columns
_PREVIEW_ROWS, _PREVIEW_CELL = 5, 200
_LONGEST_LABEL = 40
_MANY_LABELS, _MOST_LABELS = 50, 200  # that many only where each comes often
Rows = Callable[[], Iterable[Sequence[str]]]
LABEL_NAMES = frozenset({
    "label", "labels", "class", "category", "target", "sentiment", "topic", "intent",
    "标签", "类别", "分类", "情感",
})  # fmt: skip
TEXT_NAMES = frozenset({
    "text", "content", "sentence", "review", "body", "document", "message",
    "文本", "内容", "正文", "评论", "句子",
})  # fmt: skip


@dataclass(frozen=True)
class TableText:
    """The rows of a table as documents, and the columns they were taken from."""

    documents: tuple[str, ...]
    labels: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    text_column: str = ""
    label_column: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[Note, ...] = ()


def read_table(columns: Sequence[str], rows: Rows, choices: Choices) -> TableText:
    """One document a row of those that `rows()` yields, from the first again at each call.

    Cells that a row lacks are "", rows without text are skipped and counted. Raises `TextError` for a column
    that is chosen and not there, and for a table that is too wide.
    """
    check_width(len(columns))
    columns = _distinct(columns)
    sample = _spread(rows())
    text_at = _position(choices.text_column, columns) if choices.text_column else _text_at(columns, sample)
    label_at = _label_position(choices, columns, sample, text_at)
    documents: list[str] = []
    labels: list[str] = []
    n_empty = n_left_out = 0
    for row in rows():
        text = _cell(row, text_at)
        if not text.strip():
            n_empty += 1
        elif len(documents) < MAX_DOCUMENTS:
            documents.append(text)
            labels += [_label(row, label_at)] if label_at is not None else []
        else:
            n_left_out += 1
    notes = [Note("note.rows_empty", {"n": n_empty})] if n_empty else []
    notes += [Note("note.rows_left_out", {"n": n_left_out, "limit": MAX_DOCUMENTS})] if n_left_out else []
    preview = tuple(tuple(cell[:_PREVIEW_CELL] for cell in row) for row in islice(rows(), _PREVIEW_ROWS))
    label_column = columns[label_at] if label_at is not None else ""
    return TableText(
        tuple(documents), tuple(labels), columns, columns[text_at], label_column, preview, tuple(notes)
    )


def check_width(n_columns: int) -> None:
    """Raise `TextError` for a table with too many columns."""
    if n_columns > MAX_COLUMNS:
        raise TextError("table_too_wide", n=n_columns, limit=MAX_COLUMNS)


def _spread(rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """`SAMPLE` to twice as many rows from all over the table, which may be sorted by its labels."""
    kept: list[Sequence[str]] = []
    every = 1
    for at, row in enumerate(rows):
        if at % every == 0:
            kept.append(row)
        if len(kept) == 2 * SAMPLE:
            kept, every = kept[::2], 2 * every
    return kept


def _distinct(columns: Sequence[str]) -> tuple[str, ...]:
    """Column names fit to choose by: short, none empty, none twice.

    >>> _distinct(["a", "", "a"])
    ('a', '2', 'a 3')
    """
    names: list[str] = []
    taken: set[str] = set()
    for at, column in enumerate(columns, 1):
        name = shown_name(column, 60) or str(at)
        name = name if name not in taken else f"{name} {at}"
        while name in taken:
            name += "′"
        names.append(name)
        taken.add(name)
    return tuple(names) or ("1",)


def _position(column: str, columns: tuple[str, ...]) -> int:
    if column not in columns:
        shown = ", ".join(columns[:20])
        raise TextError("column_unknown", column=shown_name(column, 60), columns=shown)
    return columns.index(column)


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _label(row: Sequence[str], at: int) -> str:
    return " ".join(_cell(row, at).split())[:_LONGEST_LABEL] or "—"


def _text_at(columns: tuple[str, ...], sample: list[Sequence[str]]) -> int:
    """The column with the longest text; one that is called so wins when it is no label."""
    lengths = [_mean_length([row[at] for row in sample if at < len(row)]) for at in range(len(columns))]
    named = [at for at, name in enumerate(columns) if name.casefold() in TEXT_NAMES]
    longest = max(range(len(columns)), key=lambda at: lengths[at])
    return next((at for at in named if lengths[at] >= 0.2 * lengths[longest]), longest)


def _mean_length(cells: Sequence[str]) -> float:
    """Letters of the cells beyond what all begin with: an address or a licence says the same in every row."""
    pairs = zip(min(cells, default=""), max(cells, default=""), strict=False) if len(cells) > 1 else ()
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))  # sorted, the ends differ most
    return fmean([sum(map(str.isalpha, cell[shared:])) for cell in cells] or [0])


def _label_position(
    choices: Choices, columns: tuple[str, ...], sample: list[Sequence[str]], text_at: int
) -> int | None:
    if choices.label_column == NO_LABELS:
        return None
    if choices.label_column:
        return _position(choices.label_column, columns)
    found = [at for at in range(len(columns)) if at != text_at and _may_be_label(sample, at)]
    named = [at for at in found if columns[at].casefold() in LABEL_NAMES]
    return min(named or found, key=lambda at: len({_cell(row, at) for row in sample}), default=None)


def _may_be_label(sample: list[Sequence[str]], at: int) -> bool:
    """Whether a column has few distinct, short values, each of them several times."""
    values = [_cell(row, at).strip() for row in sample]
    distinct = set(values)
    few = 2 <= len(distinct) <= max(min(_MANY_LABELS, len(values) / 2), min(_MOST_LABELS, len(values) / 5))
    return few and all(len(value) <= _LONGEST_LABEL for value in distinct) and "" not in distinct
