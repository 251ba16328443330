"""Files that are wrong in every way there is: read as far as they can be, or refused in one sentence."""

import gzip
import io
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from lmcore.errors import LmcoreError, ResourceError, TextError
from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors, Rows
from lmcore.vectors.files.sizes import MOST_NUMBERS, most_words
from lmcore.vectors.files.write import write_vectors

ROWS = b"the 0.1 0.2 0.3\nking 0.4 0.5 0.6\nqueen -1 2e-3 .5\n"
Read = Callable[..., ReadVectors]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(content: bytes, name: str = "file.txt", **how: object) -> ReadVectors:
        path = tmp_path / "file"
        path.write_bytes(content)
        *_, found = read_vectors(path, name, **how)  # type: ignore[arg-type]
        assert isinstance(found, ReadVectors)
        assert found.matrix.shape == (len(found.words), found.report.dimensions)
        assert found.report.n_read == len(set(found.words)) == len(found.words)
        assert np.isfinite(found.matrix).all()
        return found

    return read


def refused(read: Read, content: bytes, **how: object) -> LmcoreError:
    with pytest.raises(LmcoreError) as caught:
        read(content, **how)
    for language in ("en", "zh"):
        message = caught.value.message(language)
        assert message and "{" not in message and not message.startswith("error.")
    return caught.value


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return file.getvalue()


def binary(rows: list[tuple[bytes, list[float]]], header: bytes | None = None) -> bytes:
    head = header if header is not None else b"%d %d\n" % (len(rows), len(rows[0][1]))
    return head + b"".join(word + b" " + struct.pack(f"<{len(x)}f", *x) + b"\n" for word, x in rows)


BINARY = binary([(b"the", [0.1, 0.2, 0.3]), (b"king", [0.4, 0.5, 0.6]), (b"queen", [-1, 0.002, 0.5])])


def test_every_way_to_write_the_same_is_read_alike(read: Read) -> None:
    plain = read(ROWS)
    assert plain.words == ("the", "king", "queen") and plain.report.format == "glove"
    crlf, tabs = ROWS.replace(b"\n", b"\r\n"), ROWS.replace(b" ", b"\t")
    ways = [
        b"3 3\n" + ROWS,
        b"3 3 \r\n" + crlf,
        b"\xef\xbb\xbf" + ROWS,
        b"\xef\xbb\xbf3 3\n" + ROWS,
        tabs,
        ROWS.replace(b"\n", b" \n"),
        ROWS.replace(b" ", b"  "),
        ROWS.rstrip(),
        b"\n\n" + ROWS + b"\n\n",
        BINARY,
        BINARY.replace(b"\nking", b"king").replace(b"\nqueen", b"queen"),  # as gensim writes it
        gzip.compress(ROWS),
        gzip.compress(BINARY),
        packed(a_txt=ROWS),
        packed(a_bin=BINARY),
    ]
    for way in ways:
        found = read(way)
        assert found.words == plain.words and np.array_equal(found.matrix, plain.matrix), way[:30]
        assert found.report.n_bad_rows == 0


def test_words_with_blanks_are_split_from_the_right(read: Read) -> None:
    rows = ROWS + b". . . 1 2 3\nat name@domain.com 4 5 6\n"
    found = read(rows)
    assert found.words[3:] == (". . .", "at name@domain.com")
    assert found.matrix[4].tolist() == [4, 5, 6]
    assert read(b". . . 1 2 3\n" + ROWS).words[0] == ". . ."


def test_ragged_rows_are_left_out_and_counted(read: Read) -> None:
    good = ROWS + b"and 1 1 1\nof 2 2 2\n"
    found = read(good + b"short 1 2\nlong 1 2 3 4\nword a b c\n 1 2 3\nlast 7 8 9\nstuck 1.5-3 2 1\n")
    assert found.words == ("the", "king", "queen", "and", "of", "last")
    assert found.report.n_bad_rows == 5


def test_mostly_ragged_rows_are_refused(read: Read) -> None:
    rows = b"".join(b"w%d %s\n" % (i, b" ".join([b"1"] * (3 + i))) for i in range(9))
    assert refused(read, b"one 1 2 3\n" + rows).key == "vectors_ragged"


def test_of_two_rows_of_a_word_the_first_counts(read: Read) -> None:
    found = read(ROWS + b"the 9 9 9\nking 9 9 9\nthe 8 8 8\n")
    assert found.words == ("the", "king", "queen") and found.report.n_duplicates == 3
    assert found.matrix[0, 0] == np.float32(0.1)


def test_rows_that_mostly_repeat_are_no_list_of_words(read: Read) -> None:
    matrix_market = b"".join(b"%d %d 1.0\n" % (i % 9, i) for i in range(50))
    error = refused(read, matrix_market)
    assert error.key == "vectors_repeated" and (error.given["n"], error.given["total"]) == (41, 50)


def test_rows_with_nan_and_infinity_are_left_out(read: Read) -> None:
    found = read(b"the nan 0 0\n" + ROWS + b"a inf 1 1\nb 1 -inf 1\nc 1e39 0 0\nd 1 1e400 1\n")
    assert found.words == ("the", "king", "queen") and found.report.n_not_finite == 5
    assert found.matrix[0].tolist() == pytest.approx([0.1, 0.2, 0.3])  # the first that can be used
    rows = [(b"a", [1.0, float("nan")]), (b"b", [1.0, 2.0]), (b"c", [float("inf"), 1.0])]
    assert read(binary(rows)).words == ("b",)
    assert refused(read, b"a nan nan\nb inf 1\n").key == "vectors_none_left"


def numbers_read(read: Read, texts: list[str]) -> np.ndarray:
    """One number a row: what the compiled loop leaves to Python, it leaves a row at a time."""
    return read("".join(f"w{i} 7 {text}\n" for i, text in enumerate(texts)).encode()).matrix[:, 1]


def test_odd_spellings_of_numbers(read: Read) -> None:
    texts = [
        "1",
        "+2",
        "-3.",
        ".5e+2",
        "1E-40",
        "1e-22",
        "3e-23",
        "5E14",
        "007",
        "-0",
        "123456789012345.67890123456789",
    ]
    texts += [
        "0.1000000000000000055511151231257827",
        "0.123456789012345678",
        "0" * 60 + "1.5",
        "1e" + "0" * 9 + "2",
    ]
    wanted = np.array([float(text) for text in texts], np.float32)
    assert np.array_equal(numbers_read(read, texts), wanted)


@pytest.mark.parametrize(
    "text", ["-", "+", ".", "e5", "1e", "1e+", "--1", "1.2.3", "1,5", "0x1", "1-", "+-1", "1e5.5"]
)
def test_what_is_no_number_is_no_row(read: Read, text: str) -> None:
    found = read(b"a 1 2\nb 3 4\n" + f"c 5 {text}\nd {text} 6\n".encode())
    assert found.words == ("a", "b") and found.report.n_bad_rows == 2


def test_two_numbers_need_a_blank_between_them(read: Read) -> None:
    found = read(b"a 1 2\nb 3 4\nc 1.5-3\nd 1.2.3\n")
    assert found.words == ("a", "b") and found.report.n_bad_rows == 2


def test_numbers_are_read_as_python_reads_them(read: Read) -> None:
    draw = np.random.default_rng(3)
    values = draw.normal(size=3000) * 10.0 ** draw.integers(-30, 14, 3000)
    texts = [f"{v:.{draw.integers(1, 18)}{draw.choice(list('gef'))}}" for v in values]
    assert np.array_equal(numbers_read(read, texts), np.array([float(text) for text in texts], np.float32))


def test_numbers_too_large_to_compare_are_left_out(read: Read) -> None:
    found = read(b"a 1e15 1\nb 2e15 1\nc -3e15 1\nd 1 2000000000000000\ne 0 0\n")
    assert found.words == ("a", "e") and found.report.n_not_finite == 3


def test_words_that_are_not_utf8_are_repaired(read: Read) -> None:
    broken = ROWS + "café 1 2 3\nnaïve 1 2 3\n中 1 1 1\n".encode() + b"cut\xe4\xb8 4 5 6\nz\x07z 1 1 1\n"
    found = read(broken)
    assert found.words[-2:] == ("cut\ufffd", "z\ufffdz") and found.report.n_repaired == 2
    assert found.report.encoding == "utf-8"


def test_broken_words_that_become_one_are_one(read: Read) -> None:
    rows = ROWS + "é 1 1 1\nü 2 2 2\nö 3 3 3\n".encode() + b"x\xff 4 4 4\nx\xfe 5 5 5\n"
    found = read(rows)
    assert found.words[-1] == "x\ufffd" and found.matrix[-1, 0] == 4
    assert found.report.n_duplicates == 1 and found.report.n_repaired == 2


def test_another_encoding_is_found(read: Read) -> None:
    chinese = "".join(
        f"{word} 1 2 3\n" for word in ("国王", "女王", "我们", "他们", "中国", "北京", "上海", "时间")
    )
    found = read(chinese.encode("gb18030"))
    assert found.words[:2] == ("国王", "女王") and found.report.encoding == "gb18030"
    latin = "".join(f"{word} 1 2 3\n" for word in ("für", "über", "größe", "mädchen", "schön", "straße"))
    assert read(latin.encode("latin-1")).words[0] == "für"


def test_a_header_that_promises_other_numbers_is_refused(read: Read) -> None:
    error = refused(read, b"3 5\n" + ROWS)
    assert error.key == "vectors_header_wrong" and (error.given["dimensions"], error.given["found"]) == (5, 3)


def test_a_header_that_counts_wrongly_is_not_relied_on(read: Read) -> None:
    few, many = read(b"2 3\n" + ROWS), read(b"4 3\n" + ROWS)
    assert len(few.words) == len(many.words) == 3
    assert (few.report.n_promised, many.report.n_promised) == (2, 4)


@pytest.mark.parametrize("rows", [ROWS, BINARY.partition(b"\n")[2]])
@pytest.mark.parametrize(
    "header", [b"9000000 3", b"100000000 300", b"9999999999999999 3", b"400000 3", b"999999999999999999 3"]
)
def test_ten_gigabytes_in_a_header_are_refused_before_any_is_taken(
    read: Read, header: bytes, rows: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rows, "__init__", lambda *_: pytest.fail("memory was asked for"))
    for content in (header + b"\n" + rows, gzip.compress(header + b"\n" + rows)):
        if (header, content[:2]) == (b"400000 3", b"\x1f\x8b"):
            continue  # five megabytes may come out of an archive
        error = refused(read, content)
        assert error.key in ("vectors_header_claims", "vectors_header_wrong", "vectors_too_many")


def test_the_memory_there_is_decides(read: Read) -> None:
    assert refused(read, b"3 3\n" + ROWS, memory=100.0).key == "vectors_no_memory"
    assert isinstance(refused(read, ROWS, memory=0.0), ResourceError)
    assert len(read(ROWS, memory=1e5).words) == 3


def test_more_than_can_be_held_is_refused_unless_the_first_are_wanted(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lmcore.vectors.files.sizes.MOST_NUMBERS", 6)
    for content in (ROWS, b"3 3\n" + ROWS, BINARY):
        error = refused(read, content)
        assert error.key == "vectors_too_many" and error.given["limit"] == 2
        found = read(content, first_words=2)
        assert found.words == ("the", "king") and found.report.stopped
        assert refused(read, content, first_words=3).key == "vectors_too_many"
    assert not read(ROWS.partition(b"\n")[0]).report.stopped


def test_the_limits_are_those_that_are_promised() -> None:
    assert MOST_NUMBERS == 400_000 * 300 and most_words(300) == 400_000 and most_words(4096) > 29_000


@pytest.mark.parametrize("content", [b"", b"\n", b" \n \n", b"0 3\n", b"3 3\n", b"3 3\n\n\n", b"0 0\n"])
def test_nothing_in_it_is_said(read: Read, content: bytes) -> None:
    assert isinstance(refused(read, content), TextError)


@pytest.mark.parametrize("content", [b"3 0\nthe\nking\nqueen\n", b"3 0\n" + ROWS])
def test_vectors_without_numbers_are_refused(read: Read, content: bytes) -> None:
    assert refused(read, content).key == "vectors_no_numbers"


def test_one_row_and_one_number_are_vectors(read: Read) -> None:
    assert read(b"word 1 2 3").words == ("word",)
    assert read(b"1 3\nword 1 2 3\n").words == ("word",)
    assert read(b"2 1\na 1\nb 2\n").matrix.tolist() == [[1], [2]]
    assert read(binary([(b"w", [0.5])])).matrix.tolist() == [[0.5]]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"This is a text about word vectors.\nIt has some lines.\n" * 50, "vectors_unknown"),
        (b"3 4\nhello world this is text\nand more of it\n", "vectors_unknown"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "vectors_unknown"),
        (b"{\"the\": [0.1, 0.2]}", "vectors_unknown"),
        (ROWS.decode().encode("utf-16"), "vectors_unknown"),
        (b"x" * 3_000_000, "vectors_unknown"),
        (b"the 1200\nof 700\nand 650\n", "vectors_one_number"),
        (b"5 7\n6 8\n", "vectors_one_number"),
        (b"love\tsex\t6.77\ntiger\tcat\t7.35\n", "vectors_one_number"),
        (b"love\tsex\t6.77\t1\ntiger\tcat\t7.35\t1\n", "vectors_ragged"),
        (b"word " + b"1 " * 20_000, "vectors_too_wide"),
        (b"3 99999\n" + b"word " + b"1 " * 20_000, "vectors_too_wide"),
        (pickle.dumps({"the": np.ones(3)}), "vectors_pickle"),
        (b"\xba\x16\x4f\x2f" + bytes(100), "vectors_fasttext_model"),
        (gzip.compress(pickle.dumps([1])), "vectors_pickle"),
        (gzip.compress(b""), "vectors_unknown"),
        (gzip.compress(ROWS)[:-9], "vectors_packed_broken"),
        (gzip.compress(ROWS * 9)[:30] + b"\0\0\0\0\0\0", "vectors_packed_broken"),
        (b"PK\x03\x04 and no archive", "vectors_packed_broken"),
        (packed(a_txt=ROWS)[:-9], "vectors_packed_broken"),
        (packed(), "vectors_unknown"),
        (packed(vectors_tsv=b"1\t2\n", other_txt=b"a\n"), "vectors_no_metadata"),
    ],
)  # fmt: skip
def test_what_is_no_vectors_file_is_said(read: Read, content: bytes, key: str) -> None:
    assert refused(read, content).key == key


@pytest.mark.parametrize("cut", [1, 5, 13, 20])
def test_a_binary_file_that_was_cut_is_refused(read: Read, cut: int) -> None:
    plain, gz = BINARY[: -1 - cut], gzip.compress(BINARY[: -1 - cut])
    assert refused(read, plain).key in ("vectors_header_claims", "vectors_cut_off")
    error = refused(read, gz)
    assert error.key == "vectors_cut_off" and error.given["promised"] == 3


def test_a_binary_file_out_of_step_is_refused(read: Read) -> None:
    good = binary([(b"the", [0.1, 0.2])])
    error = refused(read, good.replace(b"1 2", b"3 2", 1) + b"x" * 5_000)
    assert error.key == "vectors_binary_broken" and error.given["n"] == 2


def test_a_bomb_does_not_go_off(read: Read) -> None:
    bomb = gzip.compress(b"3 3\n" + ROWS + b"\n" * 60_000_000)
    assert refused(read, bomb).key == "vectors_bomb"
    assert refused(read, packed(a_txt=ROWS + b" " * 60_000_000)).key in ("vectors_bomb", "vectors_unknown")


def test_a_member_of_an_archive_can_be_chosen(read: Read) -> None:
    archive = packed(a_txt=ROWS, b_txt=b"other 1 2\n", c_txt=b"")
    assert read(archive).words[0] == "the"
    assert read(archive, member="b.txt").words == ("other",)
    assert refused(read, archive, member="../a.txt").key == "vectors_not_in_zip"
    assert refused(read, archive, member="c.txt").key == "vectors_not_in_zip"


def test_members_that_lead_outside_are_not_read(read: Read) -> None:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("../../etc/vectors.txt", ROWS)
        archive.writestr("__MACOSX/x.txt", ROWS)
        archive.writestr("good.txt", b"good 1 2\n")
    assert read(file.getvalue()).words == ("good",)


@pytest.mark.parametrize(
    ("words", "key"),
    [(b"the\nking\n", "vectors_metadata_short"), (b"a\nb\nc\nd\n", "vectors_metadata_long")],
)
def test_words_and_vectors_of_the_projector_must_agree(read: Read, words: bytes, key: str) -> None:
    assert refused(read, packed(vectors_tsv=b"1\t2\n3\t4\n5\t6\n", metadata_tsv=words)).key == key


def test_the_projector_pair_is_read_with_and_without_a_header(read: Read) -> None:
    for words in (b"the\nking\n", b"word\tcount\nthe\t9\nking\t8\n", b"word\tcount\r\nthe\t9\r\nking\t8\r\n"):
        found = read(packed(metadata_tsv=words, vectors_tsv=b"1\t2\n3\tnan\n"))
        assert found.words == ("the",) and found.report.n_not_finite == 1


def test_a_word_may_not_be_a_novel(read: Read) -> None:
    found = read(ROWS + b"x" * 5_000 + b" 1 2 3\n")
    assert found.report.n_bad_rows == 1 and len(found.words) == 3


def test_a_line_without_end_is_refused(read: Read) -> None:
    assert refused(read, ROWS * 9_000 + b"1" * 9_000_000).key == "vectors_unknown"


def mutated(content: bytes, draw: np.random.Generator) -> bytes:
    """The file with a few bytes changed, taken out, doubled or put in, or cut."""
    data = bytearray(content)
    for _ in range(int(draw.integers(1, 6))):
        at, n = int(draw.integers(0, len(data) + 1)), int(draw.integers(1, 30))
        kind = draw.integers(0, 5)
        if kind == 0:
            data[at : at + n] = draw.integers(0, 256, n, dtype=np.uint8).tobytes()
        elif kind == 1:
            del data[at : at + n]
        elif kind == 2:
            data[at:at] = data[at : at + n]
        elif kind == 3:
            data[at:at] = draw.choice([b" ", b"\n", b"nan", b"-", b"1e99", b"\0", b"\xff", b"\t", b"9" * 20])
        else:
            del data[at:]
        if not data:
            return b""
    return bytes(data)


@pytest.mark.parametrize("format", ["word2vec", "binary", "glove", "tsv", "gzip", "pair", "keyed_vectors"])
def test_whatever_happens_to_a_file_it_is_read_or_refused(tmp_path: Path, read: Read, format: str) -> None:
    words = [f"w{i}" for i in range(40)] + ["café", "女王", ". ."]
    matrix = np.random.default_rng(0).normal(size=(43, 5)).astype(np.float32)
    path = tmp_path / "whole"
    if format == "pair":  # not packed: a single column file of its own
        whole = b"".join(b"w%d\t1\t2\n" % i for i in range(40))
    else:
        list(write_vectors(path, words, matrix, "glove" if format == "gzip" else format))
        whole = gzip.compress(path.read_bytes()) if format == "gzip" else path.read_bytes()
    draw = np.random.default_rng(7)
    n_read = 0
    for _ in range(400):
        content = mutated(whole, draw)
        try:
            read(content)
            n_read += 1
        except LmcoreError as error:
            assert "{" not in error.message("en") and "{" not in error.message("zh")
    assert n_read or format == "keyed_vectors"
