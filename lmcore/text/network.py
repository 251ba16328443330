"""Bytes from the net, read in threads: whoever wants them never waits longer than it says.

The look-up of a name and a slow server know no time limit. So threads do the waiting, and what reads from
them gives a sign at least every `HEARTBEAT` seconds and can be left at any time.
"""

import http.client
import queue
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

HEARTBEAT = 0.2  # seconds
CHUNK = 1 << 16  # bytes
MAX_REDIRECTS = 5
_MIN_BYTES = 1024  # fewer within the longest silence count as silence
_HEADERS = {"User-Agent": "lm-playground", "Accept-Encoding": "identity"}
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class NetworkError(Exception):
    """The network gave `reason` instead of bytes."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotResumableError(Exception):
    """The server cannot go on in the middle of the file."""


@dataclass(frozen=True)
class Answer:
    """What comes before the bytes."""

    start: int  # place in the file of the first byte that follows
    total: int | None  # bytes of the whole file, if told


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few: to https, or from http to http."""

    max_redirections = MAX_REDIRECTS
    max_repeats = 2

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and scheme != req.type:
            return None  # becomes an HTTPError with this code
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Knows http and https and nothing else, in particular no files of this machine."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


_OPENER = _opener()


def answers(urls: Sequence[str], timeout: float) -> bool:
    """Whether one of `urls` is there, known within `timeout` seconds whatever happens."""
    found: queue.Queue[bool] = queue.Queue()

    def ask(url: str) -> None:
        request = urllib.request.Request(url, method="HEAD", headers=_HEADERS)
        try:
            with _OPENER.open(request, timeout=timeout):
                found.put(True)
        except urllib.error.HTTPError as error:
            error.close()
            found.put(False)
        except (OSError, http.client.HTTPException, ValueError):  # ValueError: a name that is none
            found.put(False)

    for url in urls:
        threading.Thread(target=ask, args=(url,), daemon=True, name="online").start()
    end = time.monotonic() + timeout
    try:
        return any(found.get(timeout=max(0.0, end - time.monotonic())) for _ in urls)
    except queue.Empty:
        return False


class Probe:
    """Finds out whether the server of an address, or the proxy before it, takes connections.

    `reached` is None until that is known.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self.reached: bool | None = None
        self._url, self._timeout = url, timeout
        self._thread = threading.Thread(target=self._run, daemon=True, name="probe")
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for an answer, but not longer."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with socket.create_connection(_address(self._url), timeout=self._timeout):
                self.reached = True
        except (OSError, ValueError):
            self.reached = False


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


class Stream:
    """What `url` sends from byte `start` on; a thread reads ahead a little."""

    def __init__(self, url: str, start: int, stall_s: float) -> None:
        headers = {**_HEADERS, "Range": f"bytes={start}-"} if start else _HEADERS
        self._request = urllib.request.Request(url, headers=headers)
        self._stall_s = stall_s
        self._arrived: queue.Queue[Answer | bytes | Exception | None] = queue.Queue(maxsize=16)
        self._closed = threading.Event()
        threading.Thread(target=self._run, daemon=True, name="download").start()

    def close(self) -> None:
        """Nobody reads any more; the thread ends with what it waits for, after `stall_s` at the latest."""
        self._closed.set()

    def items(self) -> Iterator[Answer | bytes | None]:
        """An answer, then bytes; None every `HEARTBEAT` while nothing comes.

        Raises `NetworkError`, with a `TimeoutError` in it after `stall_s` of silence.
        """
        alive, n_bytes = time.monotonic(), 0
        while True:
            try:
                item = self._arrived.get(timeout=min(HEARTBEAT, self._stall_s))
            except queue.Empty:
                item = b""
            if item is None:
                return
            if isinstance(item, Exception):
                raise NetworkError(item)
            n_bytes += len(item) if isinstance(item, bytes) else _MIN_BYTES
            if n_bytes >= _MIN_BYTES:
                alive, n_bytes = time.monotonic(), 0
            elif time.monotonic() - alive > self._stall_s:
                raise NetworkError(TimeoutError())
            yield item or None

    def _run(self) -> None:
        try:
            with _OPENER.open(self._request, timeout=self._stall_s) as response:
                self._put(_answer(response))
                while not self._closed.is_set() and (chunk := response.read1(CHUNK)):
                    self._put(chunk)
            self._put(None)
        except urllib.error.HTTPError as error:
            error.close()
            self._put(error)
        except Exception as error:  # whatever it is, whoever reads must not wait for more
            self._put(error)

    def _put(self, item: Answer | bytes | Exception | None) -> None:
        while not self._closed.is_set():
            try:
                return self._arrived.put(item, timeout=HEARTBEAT)
            except queue.Full:
                continue


def _answer(response: http.client.HTTPResponse) -> Answer:
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        match = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        if match is None:
            raise NotResumableError
        return Answer(int(match[1]), None if match[2] == "*" else int(match[2]))
    length = response.headers.get("Content-Length", "")
    return Answer(0, int(length) if length.isdecimal() else None)
