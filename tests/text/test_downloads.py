"""Downloads from servers that misbehave: a sentence instead of a hang, and nothing left behind."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lmcore.errors import DownloadError
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.downloads import CATALOGUE, Entry, download, is_online

BODY = b"To be, or not to be, that is the question.\n" * 4000


class Misbehaving(BaseHTTPRequestHandler):
    """/good, /missing, /wrong, /cut, /large, /endless (no length given), /slow (silent for two seconds)."""

    def do_HEAD(self) -> None:
        if self.path == "/slow":
            time.sleep(2)
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()

    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        body = {"/wrong": BODY[::-1], "/large": BODY * 2, "/endless": BODY * 50}.get(self.path, BODY)
        self.send_response(200)
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body[: len(body) // 2])
            if self.path == "/slow":
                time.sleep(2)
            if self.path not in ("/cut", "/slow"):
                self.wfile.write(body[len(body) // 2 :])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has had enough, as it should

    def log_message(self, format: str, *args: object) -> None:
        """Not on the terminal."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def library(tmp_path: Path) -> CorpusLibrary:
    return CorpusLibrary(tmp_path)


def entry(url: str) -> Entry:
    return Entry(
        "hamlet", "Hamlet", url, len(BODY), hashlib.sha256(BODY).hexdigest(), "public domain", "test"
    )


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_good_download_ends_in_the_library(address: str, library: CorpusLibrary) -> None:
    progress = list(download(entry(f"{address}/good"), library, "ann"))
    received = [p.received for p in progress]
    assert received == sorted(received) and received[-1] == progress[-1].total == len(BODY)
    assert [p.corpus is None for p in progress] == [True] * (len(progress) - 1) + [False]
    corpus = progress[-1].corpus
    assert corpus is not None and corpus.owner == "ann" and corpus.licence == "public domain"
    assert library.get(corpus.id).text.encode() == BODY


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/missing", "download_status"),
        ("/wrong", "download_wrong_hash"),
        ("/cut", "download_cut_off"),
        ("/slow", "download_cut_off"),
        ("/large", "download_too_large"),
        ("/endless", "download_too_large"),
    ],
)
def test_a_bad_download_is_explained_and_leaves_nothing(
    address: str, library: CorpusLibrary, path: str, key: str
) -> None:
    with pytest.raises(DownloadError) as failure:
        list(download(entry(address + path), library, "ann", timeout=0.3))
    assert failure.value.key == key
    assert failure.value.message("en") and failure.value.message("zh")
    assert list(library.folder.iterdir()) == []


def test_no_server_is_offline(library: CorpusLibrary) -> None:
    nowhere = entry(f"http://127.0.0.1:{unused_port()}/good")
    assert not is_online(nowhere)
    with pytest.raises(DownloadError) as failure:
        list(download(nowhere, library, "ann"))
    assert failure.value.key == "download_offline"


def test_a_cancelled_download_leaves_nothing(address: str, library: CorpusLibrary) -> None:
    progress = download(entry(f"{address}/good"), library, "ann")
    assert next(progress).received > 0
    progress.close()  # type: ignore[attr-defined]
    assert list(library.folder.iterdir()) == []


def test_is_online_answers_in_time(address: str) -> None:
    assert is_online(entry(f"{address}/good"))
    assert not is_online(entry(f"{address}/missing"))
    start = time.monotonic()
    assert not is_online(entry(f"{address}/slow"), timeout=0.3)
    assert time.monotonic() - start < 1


def test_a_name_look_up_that_hangs_does_not_hang_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: time.sleep(2) or [])
    start = time.monotonic()
    assert not is_online(replace(CATALOGUE[0], url="http://nowhere.invalid/x"), timeout=0.2)
    assert time.monotonic() - start < 1


def test_the_catalogue_is_complete() -> None:
    for listed in CATALOGUE:
        assert listed.url.startswith("https://") and len(listed.sha256) == 64 and listed.size > 0
