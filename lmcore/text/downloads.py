"""Fetching files of known size and SHA-256: goes on where it stopped, and gives up in time."""

import errno
import hashlib
import http.client
import os
import shutil
import ssl
import time
import urllib.error
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lmcore.errors import DownloadError
from lmcore.text.catalogue import CATALOGUE, Entry, RemoteFile
from lmcore.text.network import (
    CHUNK,
    HEARTBEAT,
    MAX_REDIRECTS,
    Answer,
    NetworkError,
    NotResumableError,
    Probe,
    Stream,
    answers,
)
from lmcore.text.partial_files import claim, release

REACH_S = 3.0  # longest wait until one of the servers is there
STALL_S = 10.0  # longest silence
_RATE_WINDOW_S = 3.0
_PROBES = CATALOGUE[0].files[0].mirrors


@dataclass(frozen=True)
class Progress:
    """Bytes so far and in all; `paths`, one for each file of the entry, are there once all is stored."""

    received: int
    total: int
    bytes_per_s: float = 0.0
    seconds_left: float | None = None
    paths: tuple[Path, ...] = ()


def is_online(timeout: float = 2.5, urls: Sequence[str] = _PROBES) -> bool:
    """Whether one of `urls` is there, known within `timeout` seconds whatever happens."""
    return answers(urls, timeout)


def fetch(
    entry: Entry, folder: Path, *, reach_s: float = REACH_S, stall_s: float = STALL_S
) -> Iterator[Progress]:
    """Fetch all files of an entry into `folder`; the last progress carries their paths.

    A progress comes at least every `HEARTBEAT` seconds. Closing the iterator stops; what has arrived is kept
    as `SHA256.part` and used the next time. Archives stay packed. Raises `DownloadError` when no mirror can
    be reached, when the last of them answers with an error, sends too much, too little or something else, or
    falls silent, and when the disk is full.
    """
    meter = _Meter(entry.size)
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in entry.files:
            path = folder / f"{file.sha256[:12]}-{file.name}"
            yield from _FileFetch(entry, file, path, meter, reach_s, stall_s).run()
            paths.append(path)
    except OSError as error:  # of the disk: those of the network have become a `DownloadError`
        raise _not_stored(error, entry, folder, meter) from error
    yield meter.progress(tuple(paths))


class _FileFetch:
    """One file of an entry, on its way to `path`."""

    def __init__(
        self, entry: Entry, file: RemoteFile, path: Path, meter: "_Meter", reach_s: float, stall_s: float
    ) -> None:
        self.entry, self.file, self.path, self.meter = entry, file, path, meter
        self.reach_s, self.stall_s = reach_s, stall_s
        self.before = meter.received  # bytes of the files before this one

    def run(self) -> Iterator[Progress]:
        if not (self.path.exists() and (yield from self._is_right(self.path))):
            part = claim(self.path.parent, self.file.sha256, self.file.size)
            try:
                self._check_space(part)
                yield from self._fill(part)
                with part.open("rb+") as written:
                    os.fsync(written.fileno())
                part.replace(self.path)
            finally:
                release(part, self.file.sha256)
        self.meter.set(self.before + self.file.size)

    def _is_right(self, path: Path) -> Generator[Progress, None, bool]:
        """Whether the bytes at `path` are the file."""
        if path.stat().st_size != self.file.size:
            return False
        digest = hashlib.sha256()
        with path.open("rb") as written:
            while chunk := written.read(1 << 20):
                digest.update(chunk)
                yield self.meter.progress()
        return digest.hexdigest() == self.file.sha256

    def _check_space(self, part: Path) -> None:
        needed, free = self.file.size - part.stat().st_size, shutil.disk_usage(part.parent).free
        if needed > free:
            raise DownloadError("download_no_space", name=self.entry.name, needed=needed, free=free)

    def _fill(self, part: Path) -> Iterator[Progress]:
        """Complete `part` from the first mirror that gives the right bytes."""
        failure = DownloadError("download_offline", name=self.entry.name, timeout=self.reach_s)
        probes = {url: Probe(url, self.reach_s) for url in self.file.mirrors}
        end = time.monotonic() + self.reach_s
        for url, probe in probes.items():
            while probe.reached is None and time.monotonic() < end:
                yield self.meter.progress()
                probe.wait(HEARTBEAT)
            if probe.reached:
                problem = yield from self._try(url, part)
                if problem is None:
                    return
                failure = problem
        raise failure

    def _try(self, url: str, part: Path) -> Generator[Progress, None, DownloadError | None]:
        """Complete `part` from this mirror, or say why not.

        Only when what was left of an earlier download may be to blame, it begins anew, once. There is no
        need to ask whether the file is still the same (`If-Range`): the hash tells.
        """
        while True:
            had = part.stat().st_size
            self.meter.set(self.before + had)
            try:
                if had < self.file.size:
                    yield from self._receive(url, part)
                if (yield from self._is_right(part)):
                    return None
                problem = DownloadError("download_wrong_hash", name=self.entry.name, received=self.file.size)
            except NotResumableError:
                problem = self._error("download_cut_off")
            except DownloadError as error:
                return error
            part.write_bytes(b"")
            if not had:
                return problem

    def _receive(self, url: str, part: Path) -> Iterator[Progress]:
        """Append what `url` sends to `part`, from the start when the server cannot go on in the middle."""
        size = part.stat().st_size
        stream = Stream(url, size, self.stall_s)
        try:
            with part.open("ab") as out:
                for item in stream.items():
                    if isinstance(item, Answer):
                        size = self._begin(item, out, size)
                    elif item is not None:
                        size += len(item)
                        self._check_size(size, out)
                        out.write(item)
                        self.meter.set(self.meter.received + len(item))
                    yield self.meter.progress()
        except NetworkError as error:
            raise self._explained(error.reason) from error
        finally:
            stream.close()
        if size < self.file.size:
            raise self._error("download_cut_off")

    def _begin(self, answer: Answer, out: IO[bytes], size: int) -> int:
        """Where the bytes of this answer belong; a file of another size is refused before it comes."""
        if answer.total is not None and answer.total != self.file.size:
            key = "download_too_large" if answer.total > self.file.size else "download_too_small"
            raise DownloadError(key, name=self.entry.name, received=answer.total, limit=self.file.size)
        if answer.start == size:
            return size
        if answer.start:
            raise NotResumableError
        out.truncate(0)  # the server has ignored that only the rest was asked for
        self.meter.set(self.before)
        return 0

    def _check_size(self, size: int, out: IO[bytes]) -> None:
        if size > self.file.size:
            out.truncate(0)
            name, limit = self.entry.name, self.file.size
            raise DownloadError("download_too_large", name=name, received=size, limit=limit)

    def _error(self, key: str, **given: object) -> DownloadError:
        received, total = self.meter.received, self.meter.total
        return DownloadError(key, name=self.entry.name, received=received, total=total, **given)

    def _explained(self, error: Exception) -> Exception:
        """What to tell of an error of the network; what is none, a bug, stays as it is."""
        name = self.entry.name
        if isinstance(error, urllib.error.HTTPError):
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return NotResumableError()
            if 300 <= error.code < 400:
                return DownloadError("download_redirected", name=name, limit=MAX_REDIRECTS)
            return DownloadError("download_status", name=name, status=error.code)
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, ssl.SSLCertVerificationError):
            return DownloadError("download_certificate", name=name, reason=reason.verify_message)
        if isinstance(reason, TimeoutError):
            return self._error("download_stalled", timeout=self.stall_s)
        if isinstance(error, OSError | http.client.HTTPException):
            return self._error("download_cut_off")
        return error


def _not_stored(error: OSError, entry: Entry, folder: Path, meter: "_Meter") -> DownloadError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        needed, free = meter.total - meter.received, shutil.disk_usage(folder).free
        return DownloadError("download_no_space", name=entry.name, needed=needed, free=free)
    return DownloadError("download_not_stored", name=entry.name, reason=error.strerror or str(error))


class _Meter:
    """Counts bytes, and how fast they came in the last seconds."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.received = 0
        self._seen: deque[tuple[float, int]] = deque()

    def set(self, received: int) -> None:
        """So many bytes are there. What was there before, or is gone, says nothing about the rate."""
        if not 0 <= received - self.received <= CHUNK:
            self._seen.clear()
        self.received = received

    def progress(self, paths: tuple[Path, ...] = ()) -> Progress:
        now = time.monotonic()
        self._seen.append((now, self.received))
        while now - self._seen[0][0] > _RATE_WINDOW_S and len(self._seen) > 2:
            self._seen.popleft()
        then, received = self._seen[0]
        rate = (self.received - received) / (now - then) if now > then else 0.0
        left = (self.total - self.received) / rate if rate > 0 else None
        return Progress(self.received, self.total, rate, left, paths)
