"""Corpora that are fetched on request: known size, known hash, nothing left behind when it fails."""

import hashlib
import http.client
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from lmcore.errors import DownloadError
from lmcore.text.corpora import CorpusInfo, CorpusLibrary
from lmcore.text.uploads import text_from_bytes

_CHUNK = 1 << 16
_HEADERS = {"User-Agent": "lm-playground", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Entry:
    """A text on the net. `size` in bytes and `sha256` must both be met."""

    id: str
    name: str
    url: str
    size: int
    sha256: str
    licence: str
    source: str


@dataclass(frozen=True)
class Progress:
    """Bytes so far and in all; `corpus` is there once all is stored."""

    received: int
    total: int
    corpus: CorpusInfo | None = None


CATALOGUE = (
    Entry(
        id="tinyshakespeare",
        name="Tiny Shakespeare",
        url="https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        size=1_115_394,
        sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        licence="public domain",
        source="github.com/karpathy/char-rnn (40,000 lines of Shakespeare)",
    ),
)


def is_online(entry: Entry, timeout: float = 2.0) -> bool:
    """Whether the entry can be reached, answered within `timeout` seconds.

    The look-up of a name knows no time limit, so it happens in a thread that is left alone when it takes
    longer.
    """
    answered: list[bool] = []

    def ask() -> None:
        request = urllib.request.Request(entry.url, method="HEAD", headers=_HEADERS)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                answered.append(response.status < 400)
        except (OSError, http.client.HTTPException):
            answered.append(False)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout)
    return bool(answered and answered[0])


def download(entry: Entry, library: CorpusLibrary, owner: str, timeout: float = 10.0) -> Iterator[Progress]:
    """Fetch an entry into the library; the last progress carries the corpus. Closing the iterator cancels.

    `timeout` is the longest silence in seconds. Raises `DownloadError` when the server cannot be reached,
    answers with an error, sends too much, too little or something else, or falls silent.
    """
    library.folder.mkdir(parents=True, exist_ok=True)
    received = 0
    digest = hashlib.sha256()
    with tempfile.TemporaryFile(dir=library.folder, prefix=".download-") as file:
        for chunk in _chunks(entry, timeout):
            file.write(chunk)
            digest.update(chunk)
            received += len(chunk)
            yield Progress(received, entry.size)
        if digest.hexdigest() != entry.sha256:
            raise DownloadError("download_wrong_hash", name=entry.name, received=received)
        file.seek(0)
        text = text_from_bytes(file.read(), entry.name)
    corpus = library.add(entry.name, text, owner=owner, licence=entry.licence, source=entry.source)
    yield Progress(received, entry.size, corpus)


def _chunks(entry: Entry, timeout: float) -> Iterator[bytes]:
    """The bytes as they come, every failure of the network told as a `DownloadError`."""
    received = 0
    try:
        request = urllib.request.Request(entry.url, headers=_HEADERS)
        with urllib.request.urlopen(request, timeout=timeout) as response:
            _check_size(entry, int(response.headers.get("Content-Length") or 0))
            while chunk := response.read1(_CHUNK):
                received += len(chunk)
                _check_size(entry, received)
                yield chunk
    except urllib.error.HTTPError as error:
        with error:
            raise DownloadError("download_status", name=entry.name, status=error.code) from error
    except (OSError, http.client.HTTPException) as error:
        if received == 0:
            raise DownloadError("download_offline", name=entry.name, timeout=timeout) from error
        raise DownloadError(
            "download_cut_off", name=entry.name, received=received, total=entry.size
        ) from error
    if received < entry.size:
        raise DownloadError("download_cut_off", name=entry.name, received=received, total=entry.size)


def _check_size(entry: Entry, size: int) -> None:
    if size > entry.size:
        raise DownloadError("download_too_large", name=entry.name, received=size, limit=entry.size)
