"""Downloads for many visitors: two at once, one for each visitor, and one for two who want the same."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lmcore.errors import ResourceError
from lmcore.text.catalogue import Entry
from lmcore.text.downloads import Progress, fetch
from lmcore.text.partial_files import remove_partial

AT_ONCE = 2
WAITING_PLACES = 20
KEPT_S = 600.0  # how long the end of a download is remembered
PARTIAL_KEPT_S = 7 * 24 * 3600.0
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


@dataclass(frozen=True)
class DownloadState:
    """How far a download is. `error` is a `DownloadError`, or a bug; `progress.paths` are there when done."""

    entry: Entry
    status: str
    progress: Progress
    error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in (WAITING, RUNNING)


@dataclass(eq=False)
class _Job:
    """One entry on its way, for all who want it."""

    entry: Entry
    progress: Progress
    status: str = WAITING
    error: Exception | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    tickets: set[str] = field(default_factory=set)


@dataclass
class _Ticket:
    job: _Job
    owner: str
    cancelled: bool = False
    ended_at: float | None = None


class Downloads:
    """Fetches entries into `folder`, each in a thread that only uses the network and the disk."""

    def __init__(self, folder: Path, fetcher: Callable[[Entry, Path], Iterator[Progress]] = fetch) -> None:
        self.folder = folder
        self._fetch = fetcher
        self._tickets: dict[str, _Ticket] = {}
        self._jobs: list[_Job] = []  # under way, in the order they came
        self._lock = threading.Lock()
        self._closed = False
        if folder.exists():
            remove_partial(folder, PARTIAL_KEPT_S)

    def start(self, entry: Entry, owner: str) -> str:
        """Begin or join a download and give its id. What the owner is fetching already keeps its id.

        Raises `ResourceError` when the owner fetches something else, or too many are waiting.
        """
        with self._lock:
            if self._closed:
                raise ResourceError("downloads_closed")
            self._forget()
            for ticket_id, ticket in self._tickets.items():
                if ticket.owner == owner and not _state(ticket).ended:
                    if ticket.job.entry == entry:
                        return ticket_id
                    raise ResourceError("download_busy", name=ticket.job.entry.name, limit=1)
            job = self._job(entry)
            ticket_id = secrets.token_hex(6)
            self._tickets[ticket_id] = _Ticket(job, owner)
            job.tickets.add(ticket_id)
            self._begin_waiting()
            return ticket_id

    def state(self, download_id: str) -> DownloadState | None:
        """How far it is; None when it is unknown or ended long ago."""
        with self._lock:
            self._forget()
            ticket = self._tickets.get(download_id)
            return None if ticket is None else _state(ticket)

    def cancel(self, download_id: str) -> None:
        """This visitor no longer wants it; it goes on as long as another one does."""
        with self._lock:
            ticket = self._tickets.get(download_id)
            if ticket is None or _state(ticket).ended:
                return
            ticket.cancelled, ticket.ended_at = True, time.monotonic()
            job = ticket.job
            job.tickets.discard(download_id)
            if not job.tickets:
                job.stop.set()
                if job.thread is None:
                    job.status = CANCELLED
                    self._jobs.remove(job)

    def close(self) -> None:
        """Stop all within a second; what has arrived is kept for the next server."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs)
            for job in jobs:
                job.stop.set()
        end = time.monotonic() + 1.0
        for job in jobs:
            if job.thread is not None:
                job.thread.join(max(0.0, end - time.monotonic()))

    def _job(self, entry: Entry) -> _Job:
        """The job that fetches this entry, or a new one."""
        for job in self._jobs:
            if job.entry == entry and not job.stop.is_set():
                return job
        if sum(job.thread is None for job in self._jobs) >= WAITING_PLACES:
            raise ResourceError("downloads_full", limit=WAITING_PLACES)
        job = _Job(entry, Progress(0, entry.size))
        self._jobs.append(job)
        return job

    def _begin_waiting(self) -> None:
        """Give free places to those who wait longest."""
        for job in self._jobs[:AT_ONCE]:
            if job.thread is None and not self._closed:
                job.status = RUNNING
                job.thread = threading.Thread(target=self._run, args=(job,), daemon=True, name="downloads")
                job.thread.start()

    def _run(self, job: _Job) -> None:
        status, error = CANCELLED, None
        try:
            arriving = self._fetch(job.entry, self.folder)
            for progress in arriving:
                job.progress = progress
                if job.stop.is_set():
                    arriving.close()  # type: ignore[attr-defined]
                    break
            else:
                status = DONE
        except Exception as problem:  # a `DownloadError` or a bug: whoever asks for the state gets it
            status, error = FAILED, problem
        with self._lock:
            job.status, job.error = status, error
            self._jobs.remove(job)
            for ticket_id in job.tickets:
                self._tickets[ticket_id].ended_at = time.monotonic()
            self._begin_waiting()

    def _forget(self) -> None:
        now = time.monotonic()
        for ticket_id, ticket in list(self._tickets.items()):
            if ticket.ended_at is not None and now - ticket.ended_at > KEPT_S:
                del self._tickets[ticket_id]


def _state(ticket: _Ticket) -> DownloadState:
    job = ticket.job
    status = CANCELLED if ticket.cancelled else job.status
    return DownloadState(job.entry, status, job.progress, job.error)
