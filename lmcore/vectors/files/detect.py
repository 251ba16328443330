"""What kind of vectors file this is, told by its content."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lmcore.errors import TextError
from lmcore.vectors.files.sizes import check_dimensions
from lmcore.vectors.files.source import Source, member_named

WORD2VEC, BINARY, GLOVE, TSV, KEYED_VECTORS = "word2vec", "binary", "glove", "tsv", "keyed_vectors"
READABLE = (WORD2VEC, BINARY, GLOVE, TSV)
WRITABLE = (WORD2VEC, BINARY, GLOVE, KEYED_VECTORS, TSV)
VECTORS_MEMBER, WORDS_MEMBER = "vectors.tsv", "metadata.tsv"

_HEAD = 2**18  # bytes that are looked at
_LINES = 50
_HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t]*\r?\n")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_FASTTEXT_MODEL = b"\xba\x16\x4f\x2f"
_NO_TEXT = re.compile(rb"[^\t\n\r\x20-\x7e]")  # hardly any float32 is without


@dataclass(frozen=True)
class Detected:
    """A kind of file, the numbers in a vector, and how many words there are.

    `n_words` is what the header says (`promised`), or about as many as the rows at the beginning let expect.
    `members` are the files of an archive that one could choose from.
    """

    format: str
    dimensions: int
    n_words: int
    promised: bool
    members: tuple[str, ...] = ()


def detect(path: Path, name: str = "", member: str = "") -> Detected:
    """Look at the beginning of a file; raises `TextError` for one that holds no vectors we can read."""
    with Source(path, name, member) as source:
        if (numbers := member_named(source.members, VECTORS_MEMBER)) and not member:
            if not member_named(source.members, WORDS_MEMBER):
                raise TextError("vectors_no_metadata", name=source.name)
            with Source(path, name, numbers) as vectors:
                return _of_text(vectors.read(_HEAD), vectors, TSV)
        head = source.read(_HEAD)
        _refuse_programs(head, source.name)
        header = _HEADER.match(head)
        if header is None:
            return _of_text(head, source, GLOVE)
        return _with_header(head, int(header[1]), int(header[2]), header.end(), source)


def _refuse_programs(head: bytes, name: str) -> None:
    if _PICKLE.match(head):
        raise TextError("vectors_pickle", name=name)
    if head.startswith(_FASTTEXT_MODEL):
        raise TextError("vectors_fasttext_model", name=name)


def _of_text(head: bytes, source: Source, format: str) -> Detected:
    """Rows of text without a header."""
    lines = _lines(head)
    dimensions = _dimensions(lines, with_word=format != TSV)
    if dimensions is None:
        raise TextError("vectors_unknown", name=source.name)
    check_dimensions(dimensions)
    if dimensions == 1 and format == GLOVE:
        raise TextError("vectors_one_number", name=source.name)  # such as counts of words
    length = sum(len(line) + 1 for line in lines) / len(lines)
    packed = 3 if source.packed else 1  # numbers in text are packed to about a third
    n_words = max(len(lines), round(packed * source.size / length))
    return Detected(format, dimensions, n_words, False, tuple(source.members))


def _with_header(head: bytes, n_words: int, dimensions: int, end: int, source: Source) -> Detected:
    """word2vec's text or binary; the header has to fit what follows."""
    in_rows = _dimensions(_lines(head[end:]), with_word=True)
    if in_rows == 1 and dimensions != 1:
        return _of_text(head, source, GLOVE)  # the first row is one like the others
    check_dimensions(dimensions)
    if n_words == 0 or not head[end:].strip():
        raise TextError("vectors_no_rows", name=source.name, n=n_words)
    binary = in_rows is None
    if binary and not _NO_TEXT.search(head[end:].partition(b" ")[2][: 4 * dimensions]):
        raise TextError("vectors_unknown", name=source.name)
    if not binary and in_rows != dimensions:
        raise TextError("vectors_header_wrong", name=source.name, dimensions=dimensions, found=in_rows)
    least = n_words * ((4 if binary else 2) * dimensions + 2) - 1  # the last line may lack its end
    if least > source.most_bytes:
        given = {"n": n_words, "dimensions": dimensions, "needed": _size(least), "size": _size(source.size)}
        raise TextError("vectors_header_claims", name=source.name, **given)
    return Detected(BINARY if binary else WORD2VEC, dimensions, n_words, True, tuple(source.members))


def _size(n_bytes: int) -> str:
    """Bytes as people say them.

    >>> _size(480_000_000), _size(120)
    ('480.0 MB', '120 B')
    """
    return f"{n_bytes / 1e6:,.1f} MB" if n_bytes >= 100_000 else f"{n_bytes} B"


def _lines(head: bytes) -> list[bytes]:
    """The first lines that are there in full and not empty; of a head without a line end, all of it."""
    lines = head.split(b"\n")
    if len(head) >= _HEAD and len(lines) > 1:
        lines = lines[:-1]
    return [line for line in lines[:_LINES] if line.strip()]


def _dimensions(lines: list[bytes], *, with_word: bool) -> int | None:
    """How many numbers most rows have; None where they are no rows of numbers."""
    counts = Counter(n for line in lines if (n := _n_numbers(line.split(), with_word)))
    if not counts or 2 * counts.total() < len(lines):
        return None
    most = max(counts.values())
    return min(n for n, times in counts.items() if times == most)


def _n_numbers(parts: list[bytes], with_word: bool) -> int:
    """Numbers at the end of a row; a word before them that is a number itself does not count."""
    n = 0
    for part in reversed(parts[1:] if with_word else parts):
        if not _is_number(part):
            break
        n += 1
    return n


def _is_number(part: bytes) -> bool:
    try:
        float(part)
    except ValueError:
        return False
    return True
