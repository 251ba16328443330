"""Tables and JSON: the text and the label are found, and no cell breaks the rest."""

import json

import pytest

from lmcore.errors import TextError
from lmcore.text.reading.delimited import read_delimited
from lmcore.text.reading.draft import NO_LABELS, Choices
from lmcore.text.reading.json_files import read_json, read_json_lines
from lmcore.text.reading.tables import read_table

REVIEWS = [
    (n % 2, f"The room was {'quiet' if n % 2 else 'loud'}, and breakfast number {n} was late.")
    for n in range(40)
]


def csv_of(rows: list[tuple], header: str = "label,review\n", delimiter: str = ",") -> str:
    return header + "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)


def notes(table) -> dict[str, object]:
    return {note.key: note.given.get("n") for note in table.notes}


@pytest.mark.parametrize(
    ("delimiter", "format"), [(",", "csv"), (";", "csv"), ("\t", "csv"), ("|", "csv"), ("\t", "tsv")]
)
def test_text_and_label_are_found(delimiter: str, format: str) -> None:
    header = f"label{delimiter}review\n"
    table = read_delimited(csv_of(REVIEWS, header, delimiter), Choices(), format)
    assert (table.columns, table.text_column, table.label_column) == (("label", "review"), "review", "label")
    assert table.documents == tuple(text for _, text in REVIEWS)
    assert table.labels == tuple(str(label) for label, _ in REVIEWS)
    assert table.rows[0] == ("0", REVIEWS[0][1])


def test_a_table_without_a_header_loses_no_row() -> None:
    table = read_delimited(csv_of(REVIEWS, header=""), Choices(), "csv")
    assert (table.columns, table.text_column, table.label_column) == (("1", "2"), "2", "1")
    assert len(table.documents) == 40


def test_labels_are_found_in_a_table_sorted_by_them() -> None:
    rows = [
        (int(n > 4000), f"This is the sentence with the number {n}, and it goes on.") for n in range(5000)
    ]
    table = read_delimited(csv_of(rows), Choices(), "csv")
    assert set(table.labels) == {"0", "1"}


def test_the_visitor_chooses_the_columns() -> None:
    text = csv_of(REVIEWS)
    assert read_delimited(text, Choices(text_column="label"), "csv").documents[:2] == ("0", "1")
    assert read_delimited(text, Choices(label_column=NO_LABELS), "csv").labels == ()
    with pytest.raises(TextError, match="label, review"):
        read_delimited(text, Choices(text_column="<script>"), "csv")


def test_formulas_are_text() -> None:
    table = read_delimited(
        'text,x\n"=HYPERLINK(""http://x"",""y"")",1\n"+1+1",2\n@SUM(A1),3\n', Choices(), "csv"
    )
    assert table.documents == ('=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)")


def test_line_breaks_and_quotes_within_cells_are_kept() -> None:
    table = read_delimited('label,text\na,"one\ntwo ""three"""\nb,four\n', Choices(text_column="text"), "csv")
    assert table.documents == ('one\ntwo "three"', "four")


def test_a_quote_that_never_closes_swallows_no_rows() -> None:
    rows = "".join(f"{n % 2},Sentence number {n} is here\n" for n in range(30))
    table = read_delimited('label,text\n0,"never closed\n' + rows, Choices(), "csv")
    assert len(table.documents) == 31
    assert "note.quotes_broken" in notes(table)


def test_quotes_between_tabs_are_just_quotes() -> None:
    table = read_delimited('"Yes\tja\nno"\tnein\n' * 5, Choices(), "tsv")
    assert len(table.documents) == 10


def test_rows_without_text_are_counted() -> None:
    table = read_delimited(
        "label,text\n1,some words here\n2,\n3\n4,   \n", Choices(text_column="text"), "csv"
    )
    assert table.documents == ("some words here",)
    assert notes(table) == {"note.rows_empty": 3}


def test_a_cell_of_twenty_megabytes_is_read() -> None:
    cell = "word " * 4_000_000
    assert read_delimited(f'label,text\n1,"{cell}"\n', Choices(text_column="text"), "csv").documents == (
        cell,
    )


def test_a_hundred_thousand_columns_are_refused() -> None:
    with pytest.raises(TextError, match="100,000 columns, and the limit is 1,000"):
        read_delimited(",".join("x" * 100_000) + "\n", Choices(), "csv")
    with pytest.raises(TextError, match="too wide"):
        read_json(json.dumps([{str(n): "x" for n in range(100_000)}]), "a.json", Choices())


def test_hostile_column_names_are_short_single_lines_and_distinct() -> None:
    table = read_table(["<script>\n" * 900, "a", "a", ""], lambda: [["one two", "x", "y", "z"]], Choices())
    assert len(set(table.columns)) == 4
    assert all(len(column) <= 64 and "\n" not in column for column in table.columns)


@pytest.mark.parametrize(
    ("value", "documents"),
    [
        (["one", "two"], ("one", "two")),
        ([{"title": "t", "text": "a b c"}, {"text": "d"}], ("a b c", "d")),
        ([{"paragraphs": ["line one,", "line two."]}], ("line one,\nline two.",)),
        ({"data": [{"text": "x y"}, {"text": "z"}], "version": "1"}, ("x y", "z")),
        (
            {"data": [{"paragraphs": [{"context": "long context", "qas": [{"question": "q?"}]}]}]},
            ("long context",),
        ),
        ([["hello there", 1], ["good bye", 2]], ("hello there", "good bye")),
        ({"text": "alone"}, ("alone",)),
        ("a string", ("a string",)),
        (["half \ud83d", "zero \0 end", "a\r\nb"], ("half \ufffd", "zero  end", "a\nb")),
    ],
)
def test_json_of_many_shapes(value: object, documents: tuple[str, ...]) -> None:
    assert read_json(json.dumps(value), "a.json", Choices()).documents == documents


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 900 + '"x"' + "]" * 900])
def test_deep_json_is_refused_or_read_and_never_a_crash(text: str) -> None:
    try:
        assert read_json(text, "a.json", Choices()).documents == ("x",)
    except TextError as refusal:
        assert refusal.key in ("json_too_deep", "json_broken")


def test_broken_json_says_where() -> None:
    with pytest.raises(TextError, match="line 2, column"):
        read_json("[1,\n oops]", "a.json", Choices())


def test_a_number_of_ten_thousand_digits_is_text() -> None:
    assert read_json("[" + "7" * 10_000 + "]", "a.json", Choices()).documents == ("7" * 10_000,)


def test_bad_lines_of_json_are_skipped_and_counted() -> None:
    lines = [
        '{"text": "one", "label": "a"}',
        "oops",
        '{"text": "two"',
        "",
        '{"text": "three"}',
        "[" * 100_000,
    ]
    table = read_json_lines("\n".join(lines), "a.jsonl", Choices())
    assert table.documents == ("one", "three")
    assert notes(table) == {"note.lines_bad": 3}
    with pytest.raises(TextError, match="not whole JSON"):
        read_json_lines("oops\n" * 3, "a.jsonl", Choices())
