"""Downloads from servers that misbehave: a sentence instead of a hang, and what has arrived is not lost."""

import errno
import hashlib
import io
import os
import shutil
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from lmcore.errors import DownloadError
from lmcore.text import network
from lmcore.text.catalogue import Entry, RemoteFile
from lmcore.text.downloads import Progress, fetch, is_online
from lmcore.text.partial_files import claim, remove_partial

BODY = b"To be, or not to be, that is the question.\n" * 4000
SHA256 = hashlib.sha256(BODY).hexdigest()
STALL_S = 0.3

pytestmark = pytest.mark.timeout(30)


class Misbehaving(BaseHTTPRequestHandler):
    """What it does wrong is told by the path; /good and all other paths serve the file, or a part of it."""

    over = threading.Event()  # ends all waiting
    asked: list[tuple[str, str | None]]  # path and Range of every request

    def do_HEAD(self) -> None:
        if self.path == "/mute":
            self.over.wait(5)
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Range"]))
        name = self.path.strip("/").partition("/")[0]
        try:
            getattr(self, f"do_{name}", self.serve)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has had enough, as it should

    def start_of_range(self) -> int:
        return int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").rstrip("-"))

    def begin(self, status: int = 200, length: int | None = len(BODY), **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def begin_at(self, start: int, told: int | None = None) -> None:
        if self.headers["Range"] is None:
            return self.begin()
        first = start if told is None else told
        content_range = f"bytes {first}-{len(BODY) - 1}/{len(BODY)}"
        return self.begin(206, len(BODY) - start, Content_Range=content_range)

    def serve(self, body: bytes = BODY) -> None:
        start = self.start_of_range()
        self.begin_at(start)
        self.wfile.write(body[start:])

    def do_cut(self) -> None:
        start = self.start_of_range()
        self.begin_at(start)
        self.wfile.write(BODY[start : (start + len(BODY)) // 2])

    def do_slow(self) -> None:
        self.do_cut()
        self.over.wait(5)

    def do_mute(self) -> None:
        self.over.wait(5)

    def do_drip(self) -> None:
        self.begin()
        for i in range(100):
            self.wfile.write(BODY[i : i + 1])
            if self.over.wait(0.02):
                return

    def do_steady(self) -> None:
        start = self.start_of_range()
        self.begin_at(start)
        for at in range(start, len(BODY), 8192):
            self.wfile.write(BODY[at : at + 8192])
            if self.over.wait(0.01):
                return

    def do_missing(self) -> None:
        self.send_error(404)

    def do_broken(self) -> None:
        self.send_error(500)

    def do_wrong(self) -> None:
        self.serve(BODY[::-1])

    def do_large(self) -> None:
        self.begin(length=2 * len(BODY))
        self.wfile.write(BODY * 2)

    def do_endless(self) -> None:
        self.begin(length=None)
        self.wfile.write(BODY * 50)

    def do_small(self) -> None:
        self.begin(length=100)
        self.wfile.write(BODY[:100])

    def do_babble(self) -> None:
        self.begin()
        self.wfile.write(BODY + b"and more than was announced")

    def do_whole(self) -> None:
        self.begin()
        self.wfile.write(BODY)

    def do_otherrest(self) -> None:
        self.serve(BODY if self.headers["Range"] is None else BODY[::-1])

    def do_shifted(self) -> None:
        self.begin_at(self.start_of_range(), told=7)
        self.wfile.write(BODY[self.start_of_range() :])

    def do_norange(self) -> None:
        if self.headers["Range"] is None:
            return self.serve()
        return self.send_error(416)

    def do_nonsense(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    def do_moved(self) -> None:
        self.begin(302, 0, Location="/good")

    def do_loop(self) -> None:
        self.begin(302, 0, Location="/loop")

    def do_hop(self) -> None:
        self.begin(302, 0, Location=f"/hop/{len(self.asked)}")

    def do_tofile(self) -> None:
        self.begin(302, 0, Location="file:///etc/hostname")

    def do_toftp(self) -> None:
        self.begin(302, 0, Location="ftp://127.0.0.1/good")

    def log_message(self, format: str, *args: object) -> None:
        """Not on the terminal."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def address() -> Iterator[str]:
    Misbehaving.asked = []
    Misbehaving.over.clear()
    with Server(("127.0.0.1", 0), Misbehaving) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        Misbehaving.over.set()
        server.shutdown()


def entry_of(*urls: str, size: int = len(BODY), sha256: str = SHA256) -> Entry:
    file = RemoteFile("hamlet.txt", size, sha256, urls)
    return Entry("hamlet", "Hamlet", "text", "en", "public domain", "test", (file,))


def fetched(entry: Entry, folder: Path) -> bytes:
    *_, last = fetch(entry, folder, reach_s=1.0, stall_s=STALL_S)
    assert last.received == last.total == len(BODY)
    return last.paths[0].read_bytes()


def failure_of(entry: Entry, folder: Path, reach_s: float = 1.0) -> DownloadError:
    with pytest.raises(DownloadError) as failure:
        list(fetch(entry, folder, reach_s=reach_s, stall_s=STALL_S))
    assert failure.value.message("en") and failure.value.message("zh")
    return failure.value


def leave(folder: Path, content: bytes) -> None:
    (folder / f"{SHA256}.part").write_bytes(content)


def left(folder: Path) -> list[int]:
    """Sizes of the files that are there."""
    return [path.stat().st_size for path in folder.iterdir()]


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# what goes well


def test_progress_ends_with_the_file(address: str, tmp_path: Path) -> None:
    progress = list(fetch(entry_of(f"{address}/steady"), tmp_path / "new"))
    received = [p.received for p in progress]
    assert received == sorted(received) and received[-1] == progress[-1].total == len(BODY)
    assert all(p.paths == () for p in progress[:-1])
    (path,) = progress[-1].paths
    assert path.read_bytes() == BODY and path.name.endswith("hamlet.txt")
    middle = progress[len(progress) // 2]
    assert middle.bytes_per_s > 0 and middle.seconds_left is not None
    assert middle.seconds_left == pytest.approx((len(BODY) - middle.received) / middle.bytes_per_s)


def test_what_is_there_already_is_not_asked_for_again(address: str, tmp_path: Path) -> None:
    entry = entry_of(f"{address}/good")
    assert fetched(entry, tmp_path) == fetched(entry, tmp_path) == BODY
    assert len(Misbehaving.asked) == 1


def test_a_finished_file_that_was_changed_is_fetched_again(address: str, tmp_path: Path) -> None:
    *_, last = fetch(entry_of(f"{address}/good"), tmp_path)
    last.paths[0].write_bytes(BODY[::-1])
    assert fetched(entry_of(f"{address}/good"), tmp_path) == BODY


def test_an_entry_of_two_files_counts_both(address: str, tmp_path: Path) -> None:
    other = RemoteFile("other.txt", 100, hashlib.sha256(BODY[:100]).hexdigest(), (f"{address}/small",))
    entry = Entry(
        "pair", "Pair", "parallel", "en", "test", "test", (*entry_of(f"{address}/good").files, other)
    )
    *_, last = fetch(entry, tmp_path)
    assert [path.stat().st_size for path in last.paths] == [len(BODY), 100]
    assert last.received == last.total == len(BODY) + 100


@pytest.mark.parametrize("path", ["/moved", "/babble"])
def test_what_a_server_may_do(address: str, tmp_path: Path, path: str) -> None:
    assert fetched(entry_of(address + path), tmp_path) == BODY


# what goes wrong


@pytest.mark.parametrize(
    ("path", "key", "kept"),
    [
        ("/missing", "download_status", 0),
        ("/broken", "download_status", 0),
        ("/wrong", "download_wrong_hash", 0),
        ("/cut", "download_cut_off", len(BODY) // 2),
        ("/slow", "download_stalled", len(BODY) // 2),
        ("/mute", "download_stalled", 0),
        ("/large", "download_too_large", 0),
        ("/endless", "download_too_large", 0),
        ("/small", "download_too_small", 0),
        ("/nonsense", "download_cut_off", 0),
        ("/loop", "download_redirected", 0),
        ("/hop", "download_redirected", 0),
        ("/tofile", "download_redirected", 0),
        ("/toftp", "download_redirected", 0),
    ],
)
def test_a_bad_download_is_explained(address: str, tmp_path: Path, path: str, key: str, kept: int) -> None:
    assert failure_of(entry_of(address + path), tmp_path).key == key
    assert left(tmp_path) == [kept] * bool(kept)


def test_a_byte_now_and_then_is_silence(address: str, tmp_path: Path) -> None:
    assert failure_of(entry_of(f"{address}/drip"), tmp_path).key == "download_stalled"


def test_a_redirect_never_leaves_https() -> None:
    request = urllib.request.Request("https://example.org/a")
    handler = network._Redirects()
    for target, followed in [("https://example.org/b", True), ("http://example.org/b", False)]:
        assert (
            handler.redirect_request(request, io.BytesIO(), 302, "", HTTPMessage(), target) is not None
        ) is followed


def test_a_certificate_that_is_refused_is_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refused.verify_message = "self-signed certificate"

    def raise_refused(*given: object, **more: object) -> None:
        raise urllib.error.URLError(refused)

    monkeypatch.setattr(network, "_OPENER", SimpleNamespace(open=raise_refused))
    failure = failure_of(entry_of(f"{address}/good"), tmp_path)
    assert failure.key == "download_certificate" and "self-signed" in str(failure)


def test_a_bug_stays_a_bug(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_OPENER", None)
    with pytest.raises(AttributeError):
        list(fetch(entry_of(f"{address}/good"), tmp_path))


def test_no_server_is_offline(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{unused_port()}/good"
    assert not is_online(urls=[nowhere])
    assert failure_of(entry_of(nowhere), tmp_path).key == "download_offline"


def test_a_name_that_never_resolves_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: time.sleep(3) or [])
    nowhere = "http://nowhere.invalid/x"
    start = time.monotonic()
    assert not is_online(0.2, [nowhere])
    assert failure_of(entry_of(nowhere, f"{nowhere}/2"), tmp_path, reach_s=0.2).key == "download_offline"
    assert time.monotonic() - start < 2


def test_is_online_answers_in_time(address: str) -> None:
    assert is_online(2, [f"{address}/missing", f"{address}/good"])
    assert not is_online(2, [f"{address}/missing"])
    start = time.monotonic()
    assert not is_online(0.2, [f"{address}/mute"])
    assert is_online(2, [f"{address}/mute", f"{address}/good"])
    assert time.monotonic() - start < 2


# mirrors


@pytest.mark.parametrize("first", ["/broken", "/missing", "/wrong", "/cut", "/slow", "/large", "/loop"])
def test_a_mirror_helps(address: str, tmp_path: Path, first: str) -> None:
    assert fetched(entry_of(address + first, f"{address}/good"), tmp_path) == BODY
    assert [path.name for path in tmp_path.iterdir()] == [f"{SHA256[:12]}-hamlet.txt"]


def test_a_mirror_goes_on_where_the_first_was_cut_off(address: str, tmp_path: Path) -> None:
    assert fetched(entry_of(f"{address}/cut", f"{address}/good"), tmp_path) == BODY
    assert Misbehaving.asked == [("/cut", None), ("/good", f"bytes={len(BODY) // 2}-")]


def test_a_server_that_is_not_there_is_passed_over(address: str, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{unused_port()}/good"
    assert fetched(entry_of(nowhere, f"{address}/good"), tmp_path) == BODY


# going on


def test_a_cut_off_download_goes_on(address: str, tmp_path: Path) -> None:
    failure_of(entry_of(f"{address}/cut"), tmp_path)
    first = next(p for p in fetch(entry_of(f"{address}/good"), tmp_path) if p.received)
    assert first.received >= len(BODY) // 2
    assert fetched(entry_of(f"{address}/good"), tmp_path) == BODY
    assert Misbehaving.asked[1][1] == f"bytes={len(BODY) // 2}-"


def test_a_cancelled_download_goes_on(address: str, tmp_path: Path) -> None:
    progress = fetch(entry_of(f"{address}/steady"), tmp_path)
    stopped_at = next(p.received for p in progress if p.received > 20_000)
    progress.close()  # type: ignore[attr-defined]
    assert left(tmp_path) == [stopped_at]
    assert fetched(entry_of(f"{address}/good"), tmp_path) == BODY
    assert Misbehaving.asked[-1] == ("/good", f"bytes={stopped_at}-")


@pytest.mark.parametrize("path", ["/whole", "/otherrest", "/shifted", "/norange"])
def test_a_server_that_cannot_go_on_begins_anew(address: str, tmp_path: Path, path: str) -> None:
    leave(tmp_path, BODY[:1000])
    assert fetched(entry_of(address + path), tmp_path) == BODY
    assert len(Misbehaving.asked) == (1 if path == "/whole" else 2)


@pytest.mark.parametrize("junk", [BODY[::-1], BODY[::-1][:1000], BODY + b"more"])
def test_what_was_left_may_be_wrong(address: str, tmp_path: Path, junk: bytes) -> None:
    leave(tmp_path, junk)
    assert fetched(entry_of(f"{address}/good"), tmp_path) == BODY


def test_beginning_anew_happens_once(address: str, tmp_path: Path) -> None:
    leave(tmp_path, BODY[:1000])
    assert failure_of(entry_of(f"{address}/wrong"), tmp_path).key == "download_wrong_hash"
    assert [asked for _, asked in Misbehaving.asked] == ["bytes=1000-", None]
    assert left(tmp_path) == []


def test_all_bytes_but_no_end_is_finished_without_a_request(address: str, tmp_path: Path) -> None:
    leave(tmp_path, BODY)
    assert fetched(entry_of(f"{address}/good"), tmp_path) == BODY
    assert Misbehaving.asked == []


def test_two_who_fetch_the_same_both_get_it(address: str, tmp_path: Path) -> None:
    leave(tmp_path, BODY[:1000])
    entry = entry_of(f"{address}/steady")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: fetched(entry, tmp_path), range(4)))
    assert results == [BODY] * 4
    assert [path.suffix for path in tmp_path.iterdir()] == [".txt"]


def test_only_what_nobody_writes_to_is_taken_over(tmp_path: Path) -> None:
    written, abandoned = tmp_path / f"{SHA256}.aa.part", tmp_path / f"{SHA256}.bb.part"
    written.write_bytes(b"new")
    abandoned.write_bytes(b"old!")
    os.utime(abandoned, (0, 0))
    assert claim(tmp_path, SHA256, 100).read_bytes() == b"old!"
    assert claim(tmp_path, SHA256, 100).read_bytes() == b""
    assert written.read_bytes() == b"new"


def test_old_partial_files_are_removed(tmp_path: Path) -> None:
    for name, age in [("a.part", 100), ("b.part", 0), ("c.txt", 100)]:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    remove_partial(tmp_path, 50)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.part", "c.txt"]


# the disk


def test_a_full_disk_is_known_before(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10))
    failure = failure_of(entry_of(f"{address}/good"), tmp_path)
    assert failure.key == "download_no_space" and failure.given["needed"] == len(BODY)
    assert Misbehaving.asked == [] and left(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "key"), [(errno.ENOSPC, "download_no_space"), (errno.EIO, "download_not_stored")]
)
def test_a_disk_that_fails_is_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, key: str
) -> None:
    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    assert failure_of(entry_of(f"{address}/good"), tmp_path).key == key


def test_a_sign_comes_while_nothing_else_does(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "HEARTBEAT", 0.02)
    signs: list[Progress] = []
    with pytest.raises(DownloadError):
        collect(fetch(entry_of(f"{address}/mute"), tmp_path, stall_s=STALL_S), signs.append)
    assert len(signs) > 3 and {sign.received for sign in signs} == {0}


def collect(progress: Iterator[Progress], take: Callable[[Progress], None]) -> None:
    for sign in progress:
        take(sign)
