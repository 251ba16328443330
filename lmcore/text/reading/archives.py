"""Members of a ZIP archive, unpacked with a limit on their size that no header can talk its way around."""

import lzma
import stat
import zlib
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from lmcore.errors import TextError
from lmcore.text.reading.draft import MAX_UNPACKED_BYTES
from lmcore.text.uploads import shown_name

MAX_MEMBERS = 100_000
MAX_RATIO = 100  # unpacked bytes for each packed one
_RATIO_COUNTS_FROM = 10 * 2**20  # bytes unpacked; a small, monotonous text may be packed as tightly
_CHUNK = 2**18
_DAMAGED = (  # what zipfile lets through when a member is not what its header says
    BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Archive:
    """An open ZIP file. All that is read from it, and from archives within it, counts towards one limit."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = shown_name(name)
        self.size = path.stat().st_size
        self.n_unpacked = 0
        try:
            self._zip = ZipFile(path)
        except _DAMAGED as error:
            raise TextError("zip_broken", name=self.name) from error
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise TextError("zip_too_many", name=self.name, n=len(self._zip.infolist()), limit=MAX_MEMBERS)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> list[ZipInfo]:
        """All members in the order of the archive, folders left out."""
        return [member for member in self._zip.infolist() if not member.is_dir()]

    def names(self) -> set[str]:
        return set(self._zip.namelist())

    def read(self, member: ZipInfo | str) -> bytes | None:
        """The bytes of a member, or None if it is damaged or packed in a way not known here.

        Raises `TextError` as soon as what is unpacked passes the limits, whatever the header promises.
        """
        pieces = []
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    self._count(len(chunk))
                    pieces.append(chunk)
        except KeyError:  # there is no member of that name
            return None
        except _DAMAGED:
            return None
        return b"".join(pieces)

    def _count(self, n_bytes: int) -> None:
        self.n_unpacked += n_bytes
        if self.n_unpacked > MAX_UNPACKED_BYTES:
            raise TextError("zip_too_large", name=self.name, limit=MAX_UNPACKED_BYTES // 2**20)
        if self.n_unpacked > max(_RATIO_COUNTS_FROM, MAX_RATIO * self.size):
            raise TextError("zip_bomb", name=self.name, limit=MAX_RATIO)


def reason_to_skip(member: ZipInfo) -> str:
    """Why a member is not read, as the name of a note, or "".

    >>> reason_to_skip(ZipInfo("../../etc/passwd")), reason_to_skip(ZipInfo("a/b.txt"))
    ('outside', '')
    """
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0].endswith(":")):
        return "outside"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "links"
    if member.flag_bits & 1:
        return "encrypted"
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return "hidden"
    return ""
