"""Many visitors download: places, waiting, sharing, cancelling, and an end within a second."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmcore.errors import DownloadError, ResourceError
from lmcore.runs import downloading
from lmcore.runs.downloading import AT_ONCE, Downloads, DownloadState
from lmcore.text.catalogue import CATALOGUE, Entry, RemoteFile
from lmcore.text.downloads import Progress

pytestmark = pytest.mark.timeout(30)
ONE, TWO, THREE, FOUR = CATALOGUE[:4]


class Fetching:
    """Stands for `fetch`: each entry stays half-way until it is let go."""

    def __init__(self) -> None:
        self.let_go = {entry.id: threading.Event() for entry in CATALOGUE}
        self.begun: list[str] = []
        self.closed: list[str] = []
        self.error: Exception | None = None

    def __call__(self, entry: Entry, folder: Path) -> Iterator[Progress]:
        self.begun.append(entry.id)
        try:
            while not self.let_go[entry.id].wait(0.005):
                yield Progress(entry.size // 2, entry.size)
            if self.error is not None:
                raise self.error
            yield Progress(entry.size, entry.size, paths=(folder / entry.id,))
        except GeneratorExit:
            self.closed.append(entry.id)
            raise


@pytest.fixture
def fetching() -> Fetching:
    return Fetching()


@pytest.fixture
def downloads(fetching: Fetching, tmp_path: Path) -> Iterator[Downloads]:
    manager = Downloads(tmp_path, fetching)
    yield manager
    manager.close()


def state(downloads: Downloads, download_id: str) -> DownloadState:
    found = downloads.state(download_id)
    assert found is not None
    return found


def until(downloads: Downloads, download_id: str, *statuses: str) -> DownloadState:
    """The state as soon as it is one of these."""
    end = time.monotonic() + 10
    while state(downloads, download_id).status not in statuses and time.monotonic() < end:
        time.sleep(0.002)
    assert state(downloads, download_id).status in statuses
    return state(downloads, download_id)


def test_a_download_runs_and_ends_with_its_paths(
    downloads: Downloads, fetching: Fetching, tmp_path: Path
) -> None:
    download = downloads.start(ONE, "ann")
    assert until(downloads, download, "running").entry is ONE
    fetching.let_go[ONE.id].set()
    done = until(downloads, download, "done")
    assert done.ended and done.error is None and done.progress.paths == (tmp_path / ONE.id,)


@pytest.mark.parametrize("error", [DownloadError("download_offline", name="x", timeout=3), ValueError("bug")])
def test_an_error_is_kept_for_whoever_asks(
    downloads: Downloads, fetching: Fetching, error: Exception
) -> None:
    fetching.error = error
    fetching.let_go[ONE.id].set()
    assert until(downloads, downloads.start(ONE, "ann"), "failed").error is error
    fetching.error = None
    assert until(downloads, downloads.start(ONE, "ann"), "done").error is None


def test_only_two_run_and_the_next_waits_its_turn(downloads: Downloads, fetching: Fetching) -> None:
    ids = [downloads.start(entry, entry.id) for entry in (ONE, TWO, THREE, FOUR)]
    for running in ids[:AT_ONCE]:
        until(downloads, running, "running")
    assert [state(downloads, download).status for download in ids[AT_ONCE:]] == ["waiting", "waiting"]
    fetching.let_go[TWO.id].set()
    until(downloads, ids[2], "running")
    assert state(downloads, ids[3]).status == "waiting"
    assert sorted(fetching.begun) == sorted([ONE.id, TWO.id, THREE.id])


def test_each_visitor_has_one(downloads: Downloads) -> None:
    download = downloads.start(ONE, "ann")
    assert downloads.start(ONE, "ann") == download
    with pytest.raises(ResourceError) as refused:
        downloads.start(TWO, "ann")
    assert refused.value.key == "download_busy"
    assert refused.value.message("en") and refused.value.message("zh")
    downloads.cancel(download)
    assert downloads.start(TWO, "ann") != download


def test_two_visitors_share_one_download(downloads: Downloads, fetching: Fetching) -> None:
    ann, bob = downloads.start(ONE, "ann"), downloads.start(ONE, "bob")
    downloads.cancel(ann)
    assert state(downloads, ann).status == "cancelled"
    fetching.let_go[ONE.id].set()
    until(downloads, bob, "done")
    assert fetching.begun == [ONE.id] and fetching.closed == []
    assert state(downloads, ann).status == "cancelled"


def test_what_nobody_wants_any_more_stops(downloads: Downloads, fetching: Fetching) -> None:
    ids = [downloads.start(entry, entry.id) for entry in (ONE, TWO, THREE, FOUR)]
    downloads.cancel(ids[2])  # it waits: it never begins
    downloads.cancel(ids[0])
    until(downloads, ids[3], "running")
    assert fetching.closed == [ONE.id] and THREE.id not in fetching.begun
    downloads.cancel("unknown")
    downloads.cancel(ids[0])


def test_one_who_comes_while_it_is_being_stopped_gets_a_new_one(
    downloads: Downloads, fetching: Fetching
) -> None:
    first = downloads.start(ONE, "ann")
    until(downloads, first, "running")
    downloads.cancel(first)
    again = downloads.start(ONE, "ann")
    fetching.let_go[ONE.id].set()
    until(downloads, again, "done")
    assert fetching.begun == [ONE.id, ONE.id]


def test_too_many_waiting_are_refused(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "WAITING_PLACES", 1)
    for entry in (ONE, TWO, THREE):
        downloads.start(entry, entry.id)
    with pytest.raises(ResourceError) as refused:
        downloads.start(FOUR, "dan")
    assert refused.value.key == "downloads_full" and refused.value.message("zh")
    assert downloads.start(THREE, "eve")  # joins


def test_results_are_forgotten(
    downloads: Downloads, fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching.let_go[ONE.id].set()
    ended, running = downloads.start(ONE, "ann"), downloads.start(TWO, "bob")
    until(downloads, ended, "done")
    monkeypatch.setattr(downloading, "KEPT_S", 0.0)
    time.sleep(0.001)
    assert downloads.state(ended) is None
    assert state(downloads, running).status == "running"


def test_close_ends_all_threads_at_once(downloads: Downloads, fetching: Fetching) -> None:
    ids = [downloads.start(entry, entry.id) for entry in (ONE, TWO, THREE)]
    until(downloads, ids[1], "running")
    threads = [thread for thread in threading.enumerate() if thread.name == "downloads"]
    start = time.monotonic()
    downloads.close()
    assert time.monotonic() - start < 2
    assert len(threads) == AT_ONCE and not any(thread.is_alive() for thread in threads)
    assert THREE.id not in fetching.begun
    with pytest.raises(ResourceError) as refused:
        downloads.start(FOUR, "dan")
    assert refused.value.key == "downloads_closed" and refused.value.message("zh")


def test_a_server_that_stays_silent_does_not_delay_the_end(tmp_path: Path) -> None:
    """With the real `fetch`: its thread waits for the network, ours does not."""

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        file = RemoteFile("x.txt", 10, "0" * 64, (url,))
        manager = Downloads(tmp_path)
        download = manager.start(Entry("x", "X", "text", "en", "test", "test", (file,)), "ann")
        until(manager, download, "running")
        start = time.monotonic()
        manager.close()
        assert time.monotonic() - start < 2
        assert state(manager, download).status == "cancelled"
