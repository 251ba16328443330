"""The bytes of a vectors file, unpacked as they are read, within limits that do not rely on any header."""

import gzip
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from lmcore.errors import TextError
from lmcore.text.reading.archives import MAX_MEMBERS, MAX_RATIO, reason_to_skip
from lmcore.text.uploads import shown_name

BLOCK = 4 * 2**20  # bytes read at once
MOST_LINE_BYTES = 2**20
_RATIO_COUNTS_FROM = 10 * 2**20  # bytes; a small file of equal numbers may be packed as tightly
_DAMAGED = (
    OSError,
    EOFError,
    BadZipFile,
    zlib.error,
    lzma.LZMAError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_MARK = b"\xef\xbb\xbf"  # which some editors put before UTF-8


class Source:
    """A file, or a member of a ZIP file, that is read from its start to its end once.

    `packed` is "", "gzip" or "zip". Raises `TextError` for an archive that is damaged, or made to do harm.
    """

    def __init__(self, path: Path, name: str = "", member: str = "") -> None:
        self.name = shown_name(name or path.name)
        self.size = path.stat().st_size  # bytes on the disk
        if not self.size:
            raise TextError("vectors_empty", name=self.name)
        self._file = path.open("rb")
        self._n_read = 0
        self.members: list[str] = []
        try:
            self.packed, self._stream = self._opened(path, member)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._file.close()

    @property
    def progress(self) -> float:
        """Which share of the file has been read, 0 to 1."""
        return 0.0 if self._file.closed else min(1.0, self._file.tell() / self.size)

    @property
    def most_bytes(self) -> int:
        """More than this does not come out of it."""
        return self.size if not self.packed else max(_RATIO_COUNTS_FROM, MAX_RATIO * self.size)

    def read(self, n: int = BLOCK) -> bytes:
        """The next `n` bytes, fewer at the end; raises `TextError` for what cannot be unpacked."""
        try:
            data = self._stream.read(n)
        except _DAMAGED as error:
            raise TextError("vectors_packed_broken", name=self.name) from error
        if not self._n_read:
            data = data.removeprefix(_MARK)
        self._n_read += len(data)
        if self._n_read > self.most_bytes:
            raise TextError("vectors_bomb", name=self.name, limit=MAX_RATIO)
        return data

    def whole_lines(self) -> Iterator[bytes]:
        """Blocks that end where a line ends; raises `TextError` for lines that no vector can have."""
        rest = b""
        while block := self.read():
            block = rest + block
            end = block.rfind(b"\n") + 1
            rest = block[end:]
            if len(rest) > MOST_LINE_BYTES:
                raise TextError("vectors_unknown", name=self.name)
            if end:
                yield block[:end]
        if rest:
            yield rest

    def _opened(self, path: Path, member: str) -> tuple[str, IO[bytes]]:
        head = self._file.read(4)
        self._file.seek(0)
        if head[:2] == b"\x1f\x8b":
            return "gzip", gzip.GzipFile(fileobj=self._file)  # type: ignore[return-value]
        if head == b"PK\x03\x04":
            return "zip", self._member(member)
        return "", self._file

    def _member(self, wanted: str) -> IO[bytes]:
        """The member of that name, or the first that may hold vectors."""
        try:
            archive = ZipFile(self._file)
            found = {info.filename: info for info in archive.infolist()[:MAX_MEMBERS] if _may_be_read(info)}
            self.members = list(found)
            if not found or (wanted and wanted not in found):
                raise TextError("vectors_not_in_zip", name=self.name, n=len(archive.infolist()))
            return archive.open(found[wanted or self.members[0]])
        except _DAMAGED as error:
            raise TextError("vectors_packed_broken", name=self.name) from error


def _may_be_read(info: ZipInfo) -> bool:
    return not info.is_dir() and info.file_size > 0 and not reason_to_skip(info)


def member_named(members: list[str], name: str) -> str:
    """The member with this file name, in whatever folder; "" if there is none.

    >>> member_named(["a/vectors.tsv", "b.txt"], "vectors.tsv")
    'a/vectors.tsv'
    """
    return next((member for member in members if PurePosixPath(member).name == name), "")
