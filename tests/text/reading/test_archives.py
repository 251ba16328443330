"""Archives and documents in them: what is text comes out, what does harm is refused."""

import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from lmcore.errors import TextError
from lmcore.text.reading.draft import Draft
from lmcore.text.reading.read import read_file

WORDS = "The keeper lit the lamp at dusk. "
DOCX = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def packed(folder: Path, members: dict[str, bytes | str], name: str = "a.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


def notes(draft: Draft) -> dict[str, object]:
    return {note.key: note.given.get("n") for note in draft.notes}


def refusal(path: Path, name: str = "") -> TextError:
    with pytest.raises(TextError) as caught:
        read_file(path, name or path.name)
    assert all(caught.value.message(language) for language in ("en", "zh"))
    return caught.value


def test_class_folders_are_labels(tmp_path: Path) -> None:
    members = {f"reviews/{label}/{n}.txt": f"{label} {WORDS}" for label in ("pos", "neg") for n in range(20)}
    draft = read_file(packed(tmp_path, members | {"reviews/README": WORDS}), "a.zip")
    assert (draft.format, len(draft.documents), set(draft.labels)) == ("zip", 40, {"pos", "neg"})
    assert all(text.startswith(label) for text, label in zip(draft.documents, draft.labels, strict=True))
    assert notes(draft) == {"note.skipped_classless": 1}


def test_files_of_one_folder_have_no_labels(tmp_path: Path) -> None:
    draft = read_file(packed(tmp_path, {f"book/{n}.txt": WORDS for n in range(5)}), "a.zip")
    assert (len(draft.documents), draft.labels) == (5, ())


def test_pages_and_tables_are_read_as_what_they_are(tmp_path: Path) -> None:
    members = {
        "a.html": f"<html><body><p>{WORDS * 5}</p></body></html>",
        "b.jsonl": '{"text": "x y"}\n{"text": "z"}\n',
    }
    draft = read_file(packed(tmp_path, members), "a.zip")
    assert len(draft.documents) == 3
    assert "<" not in draft.documents[0]
    assert draft.documents[1:] == ("x y", "z")


def test_small_files_share_their_encoding(tmp_path: Path) -> None:
    texts = ["Вечером дети вернулись домой.", "Шёл снег.", "Бабушка поставила чайник на стол."]
    draft = read_file(
        packed(tmp_path, {f"{n}.txt": text.encode("cp1251") for n, text in enumerate(texts)}), "a.zip"
    )
    assert (draft.documents, draft.encoding) == (tuple(texts), "cp1251")


def test_what_is_no_text_is_skipped_and_counted(tmp_path: Path) -> None:
    inner = packed(tmp_path, {"x.txt": "x"}, "inner.zip").read_bytes()
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the name that is there twice
        for name, data in [
            ("good.txt", WORDS), ("good.txt", "again"), ("../../up.txt", "up"), ("/root.txt", "root"),
            ("C:\\win.txt", "win"), ("inner.zip", inner), ("p.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99),
            ("noise.txt", bytes(range(32)) * 9), (".DS_Store", "x"),
            ("__MACOSX/good.txt", "x"), ("empty.txt", ""),
        ]:  # fmt: skip
            archive.writestr(name, data)
        archive.writestr(link, "/etc/passwd")
    draft = read_file(path, "a.zip")
    assert draft.documents == (WORDS,)
    assert notes(draft) == {
        "note.skipped_twice": 1, "note.skipped_outside": 3, "note.skipped_archives": 1,
        "note.skipped_not_text": 2, "note.skipped_hidden": 2, "note.skipped_links": 1,
    }  # fmt: skip


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    assert refusal(packed(tmp_path, {f"{n}.txt": b"a" * 2**24 for n in range(4)})).key == "zip_bomb"


def test_a_header_that_lies_about_the_size_changes_nothing(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.txt": b"a" * 2**25})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24  # uncompressed size in the central directory
    data[at : at + 4] = struct.pack("<I", 100)
    path.write_bytes(data)
    assert refusal(path).key == "zip_no_text"  # what comes out fits neither the size nor the checksum


def test_too_much_in_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lmcore.text.reading.archives.MAX_UNPACKED_BYTES", 1000)
    assert refusal(packed(tmp_path, {f"{n}.txt": WORDS for n in range(50)})).key == "zip_too_large"


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lmcore.text.reading.archives.MAX_MEMBERS", 10)
    assert refusal(packed(tmp_path, {f"{n}.txt": "x" for n in range(11)})).key == "zip_too_many"


def test_encrypted_archives_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.txt": WORDS})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1  # general purpose bit 0
    path.write_bytes(data)
    assert refusal(path).key == "zip_encrypted"


@pytest.mark.parametrize("cut", [4, 60, 100])
def test_broken_archives_are_refused(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path, {"a.txt": WORDS * 100})
    path.write_bytes(path.read_bytes()[:cut])
    assert refusal(path).key == "zip_broken"


def test_a_damaged_file_spoils_only_itself(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.txt": WORDS * 50, "b.txt": WORDS})
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"  # within the packed bytes of a.txt
    path.write_bytes(data)
    draft = read_file(path, "a.zip")
    assert (draft.documents, notes(draft)) == ((WORDS,), {"note.skipped_damaged": 1})


def test_an_archive_without_text_is_refused(tmp_path: Path) -> None:
    assert refusal(packed(tmp_path, {"a.png": b"\x89PNG\r\n\x1a\n"})).key == "zip_no_text"
    assert refusal(packed(tmp_path, {})).key == "zip_no_text"


def docx(folder: Path, body: str, head: str = "") -> Path:
    root = f'<w:document xmlns:w="{DOCX}"><w:body>{body}</w:body></w:document>'
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{head}{root}'
    return packed(folder, {"[Content_Types].xml": "<Types/>", "word/document.xml": xml}, "a.docx")


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_word_documents_keep_paragraphs_tables_and_breaks(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("a", "b"))
    body = (
        paragraph("One &amp; two")
        + "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>"
        + "<w:r><w:t>x</w:t><w:tab/><w:t>y</w:t><w:br/><w:t>z</w:t></w:r></w:p>"
        + f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>"
    )
    draft = read_file(docx(tmp_path, body), "a.docx")
    assert (draft.format, draft.documents) == ("docx", ("One & two\nx\ty\nz\na\tb\na\tb\nkept",))


BOMB = "<!DOCTYPE x [" + '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
) + "]>"  # fmt: skip


def test_entity_bombs_are_refused(tmp_path: Path) -> None:
    assert refusal(docx(tmp_path, paragraph("&m;"), BOMB)).key == "xml_doctype"
    head = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert refusal(docx(tmp_path, paragraph("&f;"), head)).key == "xml_doctype"
    book = {"META-INF/container.xml": BOMB + "<container>&m;</container>", "mimetype": "application/epub+zip"}
    assert refusal(packed(tmp_path, book, "a.epub")).key == "xml_doctype"


@pytest.mark.parametrize("body", ["<w:p>", "", "<w:p>" * 100_000])
def test_broken_or_empty_word_documents_are_refused(tmp_path: Path, body: str) -> None:
    assert refusal(docx(tmp_path, body)).key in ("document_broken", "text_empty")


def epub(folder: Path, extra: dict[str, str] | None = None, href: str = "ch%201.xhtml") -> Path:
    package = (
        f'<package><manifest><item id="one" href="{href}"/><item id="two" href="../OPS/two.xhtml"/>'
        '<item id="menu" href="nav.xhtml"/></manifest>'
        '<spine><itemref idref="two"/><itemref idref="one"/><itemref idref="none"/></spine></package>'
    )
    page = (
        '<?xml version="1.0"?><!DOCTYPE html><html><head><title>T</title></head><body><p>{}</p></body></html>'
    )
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="OPS/book.opf"/></container>',
        "OPS/book.opf": package,
        "OPS/ch 1.xhtml": page.format("One&nbsp;é"),
        "OPS/two.xhtml": page.format("Two"),
        "OPS/nav.xhtml": page.format("Contents"),
    }
    return packed(folder, members | (extra or {}), "a.epub")


def test_books_are_read_in_the_order_of_their_spine(tmp_path: Path) -> None:
    draft = read_file(epub(tmp_path), "a.epub")
    assert (draft.format, draft.documents) == ("epub", ("Two", "One\xa0é"))


def test_protected_or_broken_books_are_refused(tmp_path: Path) -> None:
    locked = {"META-INF/encryption.xml": '<e><CipherReference URI="OPS/two.xhtml"/></e>'}
    assert refusal(epub(tmp_path, locked)).key == "book_protected"
    assert refusal(epub(tmp_path, {"META-INF/container.xml": "<container/>"})).key == "document_broken"
    assert refusal(epub(tmp_path, {"OPS/book.opf": "<package/>"})).key == "document_broken"
    leading_out = epub(tmp_path, {"OPS/two.xhtml": " "}, href="../../../etc/passwd")
    assert refusal(leading_out).key == "document_broken"
