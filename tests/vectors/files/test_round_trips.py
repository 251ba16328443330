"""What is written is what is read, by us and by gensim."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from lmcore.errors import ConfigError
from lmcore.vectors.files.detect import READABLE, WRITABLE, detect
from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors
from lmcore.vectors.files.write import SUFFIXES, write_vectors

WORDS = ("the", "king", "café", "女王", "\u00a0", "new\u2028line", ".", "1", "queen")
COUNTS = np.arange(len(WORDS), 0, -1)


@pytest.fixture
def matrix() -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(len(WORDS), 7)).astype(np.float32)
    drawn[0] *= 1e-30
    drawn[1] *= 1e14
    drawn[2, :3] = 0, -1, 16777217
    return drawn


def read(path: Path, **how: object) -> ReadVectors:
    *shares, last = read_vectors(path, **how)  # type: ignore[arg-type]
    assert shares == sorted(shares) and all(0 <= share <= 1 for share in shares)  # type: ignore[type-var]
    assert isinstance(last, ReadVectors)
    return last


def written(path: Path, matrix: np.ndarray, format: str, counts: np.ndarray | None = None) -> Path:
    shares = list(write_vectors(path, WORDS, matrix, format, counts))
    assert shares == sorted(shares) and shares[-1] == 1
    assert list(path.parent.iterdir()) == [path]
    return path


@pytest.mark.parametrize("format", READABLE)
def test_what_is_written_is_read_exactly(tmp_path: Path, matrix: np.ndarray, format: str) -> None:
    path = written(tmp_path / "file", matrix, format, COUNTS)
    assert detect(path).format == format and detect(path).dimensions == 7
    found = read(path)
    assert found.words == WORDS
    assert np.array_equal(found.matrix, matrix) and found.matrix.dtype == np.float32
    report = found.report
    assert (report.format, report.n_read) == (format, len(WORDS))
    assert report.n_bad_rows == report.n_duplicates == report.n_not_finite == report.n_repaired == 0


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_the_formats_of_word2vec(tmp_path: Path, matrix: np.ndarray, binary: bool) -> None:
    path = written(tmp_path / "file", matrix, "binary" if binary else "word2vec")
    found = KeyedVectors.load_word2vec_format(str(path), binary=binary)
    assert tuple(found.index_to_key) == WORDS
    assert np.array_equal(found.vectors, matrix)


@pytest.mark.parametrize("binary", [False, True])
def test_what_gensim_writes_is_read(tmp_path: Path, matrix: np.ndarray, binary: bool) -> None:
    vectors = KeyedVectors(7)
    vectors.add_vectors(list(WORDS), matrix)
    path = tmp_path / "file"
    vectors.save_word2vec_format(str(path), binary=binary)
    found = read(path)
    assert found.words == WORDS and found.report.n_promised == len(WORDS)
    assert np.array_equal(found.matrix, matrix)


@pytest.mark.parametrize(
    ("name", "binary"),
    [
        ("crime-and-punishment.vec", False),
        ("lee_fasttext.vec", False),
        ("high_precision.kv.txt", False),
        ("word2vec_pre_kv_c", False),
        ("euclidean_vectors.bin", True),
        ("high_precision.kv.bin", True),
    ],
)
def test_files_that_come_with_gensim_are_read_as_gensim_reads_them(name: str, binary: bool) -> None:
    path = Path(datapath(name))
    theirs, ours = KeyedVectors.load_word2vec_format(str(path), binary=binary), read(path)
    assert ours.words == tuple(theirs.index_to_key)
    np.testing.assert_allclose(ours.matrix, theirs.vectors, rtol=1e-6)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves it open
def test_gensim_reads_glove_without_a_header(tmp_path: Path, matrix: np.ndarray) -> None:
    path = written(tmp_path / "file", matrix, "glove")
    found = KeyedVectors.load_word2vec_format(str(path), no_header=True)
    assert tuple(found.index_to_key) == WORDS and np.array_equal(found.vectors, matrix)


def test_gensim_loads_its_own_format_with_counts(tmp_path: Path, matrix: np.ndarray) -> None:
    path = written(tmp_path / "file", matrix, "keyed_vectors", COUNTS)
    found = KeyedVectors.load(str(path))
    assert tuple(found.index_to_key) == WORDS and np.array_equal(found.vectors, matrix)
    assert [found.get_vecattr(word, "count") for word in WORDS] == COUNTS.tolist()


@pytest.mark.parametrize("counts", [None, COUNTS])
def test_the_projector_gets_as_many_words_as_vectors(
    tmp_path: Path, matrix: np.ndarray, counts: np.ndarray | None
) -> None:
    with ZipFile(written(tmp_path / "file", matrix, "tsv", counts)) as archive:
        vectors = archive.read("vectors.tsv").decode().removesuffix("\n").split("\n")
        words = archive.read("metadata.tsv").decode().removesuffix("\n").split("\n")
    assert all(len(row.split("\t")) == 7 for row in vectors)
    if counts is not None:  # several columns need a header, one must have none
        assert words[0] == "word\tcount"
        words = words[1:]
        assert [int(row.split("\t")[1]) for row in words] == counts.tolist()
    assert [row.split("\t")[0] for row in words] == list(WORDS)
    assert len(vectors) == len(words)


@pytest.mark.parametrize("format", ["word2vec", "binary", "glove", "tsv"])
def test_a_word_with_blanks_does_not_break_the_columns(tmp_path: Path, format: str) -> None:
    path = tmp_path / "file"
    list(write_vectors(path, ["new york", "a\tb\nc"], np.ones((2, 3), np.float32), format))
    assert read(path).words == ("new_york", "a_b_c")


@pytest.mark.parametrize("format", WRITABLE)
def test_what_is_given_up_leaves_nothing(tmp_path: Path, matrix: np.ndarray, format: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    writing = write_vectors(path, WORDS, matrix, format)
    next(writing)
    writing.close()  # type: ignore[attr-defined]
    assert [p.name for p in tmp_path.iterdir()] == ["file"] and path.read_bytes() == b"before"


def test_another_format_is_refused(tmp_path: Path, matrix: np.ndarray) -> None:
    assert set(SUFFIXES) == set(WRITABLE)
    with pytest.raises(ConfigError):
        list(write_vectors(tmp_path / "file", WORDS, matrix, "npz"))
    assert not list(tmp_path.iterdir())


def test_many_rows_pass_through_all_blocks(tmp_path: Path) -> None:
    n = 12_345
    words = [f"w{i}" for i in range(n)]
    drawn = np.random.default_rng(1).normal(size=(n, 120)).astype(np.float32)
    for format in READABLE:
        path = tmp_path / format
        list(write_vectors(path, words, drawn, format))
        *shares, found = read_vectors(path)
        assert isinstance(found, ReadVectors) and shares
        assert list(found.words) == words and np.array_equal(found.matrix, drawn)
