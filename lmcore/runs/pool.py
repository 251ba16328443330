"""Warm worker processes and the two ends of their pipes."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lmcore
from lmcore.runs.home import Home

ROOT = Path(lmcore.__file__).resolve().parent.parent
TRAINING, ANSWERING, READING = "training", "answering", "reading"  # runs; questions on models; on texts
NICE = {TRAINING: 10, ANSWERING: 0, READING: 5}  # trainings give way to pages and the answers they wait for


class Worker:
    """One process. `on_line` and `on_exit` are called from a thread that reads its output."""

    def __init__(
        self,
        home: Home,
        *,
        role: str,
        on_line: Callable[["Worker", dict[str, Any]], None],
        on_exit: Callable[["Worker"], None],
    ) -> None:
        self.role = role
        self.ready = False
        self.run_id: str | None = None
        self.subject = ""  # what the last question was about, which is still in its memory
        options = ["--role", role, "--nice", str(NICE[role])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lmcore.runs.worker", str(home.folder), *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        threading.Thread(target=self._read, args=(on_line, on_exit), daemon=True).start()

    @property
    def training(self) -> bool:
        return self.role == TRAINING

    @property
    def pid(self) -> int:
        return self.process.pid

    def say(self, **message: object) -> bool:
        """Send one line; False when the process no longer listens."""
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except (OSError, ValueError):  # broken pipe, or closed by `close`
            return False
        return True

    def close(self) -> None:
        """End of input: the process saves what it has and ends."""
        try:
            assert self.process.stdin is not None
            self.process.stdin.close()
        except OSError:  # it has ended already, which is what we want
            return

    def wait(self, seconds: float) -> None:
        """Wait for the end; a process that does not end in time is killed."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _read(self, on_line: Callable, on_exit: Callable) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                on_line(self, json.loads(line))
        self.process.wait()
        self.close()
        on_exit(self)
