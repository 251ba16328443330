"""Files that have arrived in part: `SHA256.part` is nobody's, `SHA256.TOKEN.part` is being written to.

Renaming is atomic, so of two downloads, in one process or in two, only one gets what an earlier one left.
"""

import secrets
import time
from pathlib import Path

ABANDONED_S = 60.0  # a file that is being written to changes more often than this


def claim(folder: Path, sha256: str, size: int) -> Path:
    """A partial file of at most `size` bytes that only the caller writes to; empty when none was left."""
    mine = folder / f"{sha256}.{secrets.token_hex(4)}.part"
    left = _left(folder, sha256)
    for candidate in (left, *folder.glob(f"{sha256}.*.part")):
        try:
            if candidate == left or _age(candidate) > ABANDONED_S:
                candidate.rename(mine)
                break
        except OSError:
            continue  # not there, or another download took it first
    mine.touch()
    if mine.stat().st_size > size:
        mine.write_bytes(b"")
    return mine


def release(part: Path, sha256: str) -> None:
    """Leave what has arrived for the next download; of two such files, the longer one."""
    if not part.exists():
        return
    left = _left(part.parent, sha256)
    size = part.stat().st_size
    if size == 0 or (left.exists() and left.stat().st_size >= size):
        part.unlink()
    else:
        part.replace(left)


def remove_partial(folder: Path, seconds: float) -> None:
    """Remove the partial files that nothing was added to for so long."""
    for part in folder.glob("*.part"):
        try:
            if _age(part) > seconds:
                part.unlink()
        except FileNotFoundError:
            continue  # a download has just gone on with it


def _left(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.part"


def _age(part: Path) -> float:
    return time.time() - part.stat().st_mtime
