"""What a worker hears: JSON lines on its standard input, whose end means that the server is gone."""

import json
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TextIO

GRACE_S = 4.0  # to save a checkpoint after the server is gone; then the process ends in any case

Message = dict[str, Any]


class Inbox:
    """Messages in order of arrival, read by a thread of its own."""

    def __init__(self, stream: TextIO, give_up: Callable[[int], None] = os._exit) -> None:
        self.closed = threading.Event()
        self.cancelled: set[str] = set()  # requests that nobody waits for
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._give_up = give_up
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: TextIO) -> None:
        for line in stream:
            message = json.loads(line)
            if "cancel" in message:
                self.cancelled.add(message["cancel"])
            else:
                self._messages.put(message)
        self.closed.set()
        self._messages.put(None)
        time.sleep(GRACE_S)
        self._give_up(0)

    def wait(self) -> Message | None:
        """The next message; None at the end of the input."""
        return self._messages.get()

    def take(self) -> Message | None:
        """The next message if there is one already."""
        try:
            return self._messages.get_nowait()
        except queue.Empty:
            return None
