"""From a file on disk to documents: every kind of file, every nasty one, and the memory it takes."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from lmcore.errors import TextError
from lmcore.text.reading import pdf
from lmcore.text.reading.draft import MAX_BYTES, Choices, Draft
from lmcore.text.reading.read import read_file

WORDS = "The keeper lit the lamp at dusk. "


def read(folder: Path, data: bytes | str, name: str = "a.txt", choices: Choices | None = None) -> Draft:
    path = folder / "upload"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_file(path, name, choices or Choices())


def refusal(folder: Path, data: bytes | str, name: str = "a.txt") -> TextError:
    with pytest.raises(TextError) as caught:
        read(folder, data, name)
    assert all(caught.value.message(language) for language in ("en", "zh"))
    return caught.value


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (WORDS, "a.txt", "txt"),
        ("# Title\n\n" + WORDS, "a.md", "md"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHello\n", "film.srt", "srt"),
        ("<!doctype html><p>" + WORDS, "page", "html"),
        ("<!doctype html><p>" + WORDS, "a.txt", "html"),
        ('<?xml version="1.0"?><feed><title>' + WORDS + "</title></feed>", "feed.xml", "xml"),
        ("label,text\na," + WORDS + "\nb,x\n", "a.csv", "csv"),
        ((WORDS + "\t1\n") * 6, "a.txt", "tsv"),
        ('{"text": "one"}\n{"text": "two"}\n', "a.txt", "jsonl"),
        ('[{"text": "one"}]', "download", "json"),
        ("[Enter Hamlet.] To be or not to be", "a.txt", "txt"),
        ("[1] A. Author, A title, 1999.\n[2] B. Author, Another.", "a.txt", "txt"),
        ("{curly} words", "a.txt", "txt"),
        ("PK is no archive by itself", "a.txt", "txt"),
        ("MZ, BM and ID3 begin this text. " + WORDS, "a.txt", "txt"),
        (WORDS, "no ending", "txt"),
        (WORDS, "a.unknown", "txt"),
    ],
)
def test_the_format_is_found_by_content_and_then_by_name(
    tmp_path: Path, data: str, name: str, format: str
) -> None:
    draft = read(tmp_path, data, name)
    assert draft.format == format
    assert draft.documents[0].strip()
    assert "<" not in draft.documents[0] or format in ("txt", "html")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "שלום \u202eevil\u202c مرحبا " * 20,
        "z" + "\u0301" * 10_000,
        "👩‍👩‍👧 e\u0301 你好",
        "\x1b[31mred\x1b[0m in a long enough text " * 20,
        "<script>alert(1)</script> is how attacks look",
        "a\u2028b\x0cc",
    ],
)
def test_odd_but_honest_text_is_kept_as_it_is(tmp_path: Path, text: str) -> None:
    draft = read(tmp_path, text)
    assert (draft.documents, draft.encoding, draft.certain, draft.notes) == ((text,), "utf-8", True, ())


def test_line_ends_become_one_kind_and_the_mark_goes(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        data = ("one\r\ntwo\rthree\n" + WORDS).encode(encoding)
        assert read(tmp_path, data).documents == ("one\ntwo\nthree\n" + WORDS,)


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe \0\n\0", b"<html></html>"]
)
def test_nothing_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data).key == "text_empty"


def test_the_limit_is_fifty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(TextError, match="limit is 50 MB"):
        read_file(path, "big.txt")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "EXE"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "GZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC"),
        (b"\x7fELF\x02\x01\x01\0", "ELF"),
        (b"{\\rtf1\\ansi Hello}", "RTF"),
    ],
)
def test_files_that_hold_no_text_are_named(tmp_path: Path, data: bytes, kind: str) -> None:
    error = refusal(tmp_path, data, "innocent.txt")
    assert (error.key, error.given["kind"]) == ("file_not_text", kind)


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 40, b"\0" * 5000, b"abc\0def", bytes(range(1, 32)) * 10]
)
def test_binary_data_without_a_signature_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data).key in ("text_control_characters", "text_empty")


def test_a_few_zero_bytes_are_dropped_with_a_note(tmp_path: Path) -> None:
    draft = read(tmp_path, WORDS * 20 + "\0" + WORDS + "\0\0")
    assert draft.documents == (WORDS * 21,)
    assert [(note.key, note.given["n"]) for note in draft.notes] == [("note.nul_dropped", 3)]


def test_broken_bytes_are_replaced_with_a_note(tmp_path: Path) -> None:
    draft = read(
        tmp_path, ("Grüße aus Köln. " * 50).encode() + b"\xff" + "Grüße. ".encode() + "ü".encode()[:1]
    )
    assert [(note.key, note.given) for note in draft.notes] == [
        ("note.replaced", {"n": 2, "encoding": "utf-8"})
    ]
    assert draft.documents[0].count("\ufffd") == 2


def test_the_question_of_the_encoding_reaches_the_visitor_and_the_answer_the_text(tmp_path: Path) -> None:
    data = "na\xefve".encode("latin-1")
    draft = read(tmp_path, data)
    assert (draft.certain, len(draft.guesses) > 1) == (False, True)
    assert read(tmp_path, data, choices=Choices(encoding="latin-1")).documents == ("naïve",)
    with pytest.raises(TextError, match="no such encoding"):
        read(tmp_path, data, choices=Choices(encoding="klingon"))


def test_pages_are_read_in_the_encoding_they_declare(tmp_path: Path) -> None:
    page = (
        '<html><head><meta charset="iso-8859-2"></head><body><p>Dvořák řekl: '
        + WORDS * 5
        + "</p></body></html>"
    )
    draft = read(tmp_path, page.encode("iso8859-2"), "a.html")
    assert (draft.encoding, "Dvořák řekl" in draft.documents[0]) == ("iso8859-2", True)


def test_hostile_names_appear_short_and_on_one_line(tmp_path: Path) -> None:
    for name in (
        "<script>alert(1)</script>",
        "a\nb\0c\u202e.txt",
        "x" * 5000 + ".txt",
        "../../etc/passwd",
        "",
        "\ud800",
    ):
        message = str(refusal(tmp_path, b"\x89PNG\r\n\x1a\n", name))
        assert len(message) < 300
        assert message.isprintable()
        assert read(tmp_path, WORDS, name).documents == (WORDS,)


def test_a_table_knows_its_columns(tmp_path: Path) -> None:
    rows = "".join(f"{'pos' if n % 2 else 'neg'},Sentence number {n} is here\n" for n in range(20))
    draft = read(tmp_path, "mood,words\n" + rows, "a.csv")
    assert (draft.columns, draft.text_column, draft.label_column) == (("mood", "words"), "words", "mood")
    assert (len(draft.documents), set(draft.labels), len(draft.rows)) == (20, {"pos", "neg"}, 5)
    other = read(tmp_path, "mood,words\n" + rows, "a.csv", Choices(text_column="mood"))
    assert other.documents[0] == "neg"


def test_deep_json_is_refused_and_its_name_shown_short(tmp_path: Path) -> None:
    error = refusal(tmp_path, "[" * 100_000, "x" * 500 + ".json")
    assert error.key == "json_too_deep"
    assert len(str(error)) < 300


def pdf_of(content: bytes) -> bytes:
    """A PDF of one page with this content stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(data))
    )


def test_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = pdf_of(b"BT /F 12 Tf 20 100 Td (The lamp is lit.) Tj ET")
    if pdf.find_spec("pypdf"):
        draft = read(tmp_path, good, "a.txt")
        assert (draft.format, draft.documents) == ("pdf", ("The lamp is lit.",))
        assert refusal(tmp_path, pdf_of(b"")).key == "pdf_no_text"
        assert refusal(tmp_path, b"%PDF-1.4\nnonsense" + bytes(range(256))).key == "document_broken"
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    assert refusal(tmp_path, good, "a.pdf").key == "pdf_missing"


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(TextError, match="password"):
        read_file(path, "locked.pdf")


@pytest.mark.parametrize("piece", ["word ", "wörd ", "word\r\n", "дом\r\n", "雪。"])
def test_fifty_megabytes_take_at_most_four_times_their_size(tmp_path: Path, piece: str) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(piece.encode() * (MAX_BYTES // len(piece.encode())))
    tracemalloc.start()
    draft = read_file(path, "big.txt")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(draft.documents[0]) == MAX_BYTES // len(piece.encode()) * len(piece.replace("\r", ""))
    assert peak < 4.1 * MAX_BYTES


def test_a_page_alone_stays_html_and_a_page_in_an_archive_becomes_text(tmp_path: Path) -> None:
    page = f"<!doctype html><html><body><p>{WORDS}</p></body></html>"
    assert read(tmp_path, page, "a.html").documents == (page,)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.html", page)
    (packed,) = read(tmp_path, buffer.getvalue(), "a.zip").documents
    assert "<" not in packed and WORDS.strip() in packed
