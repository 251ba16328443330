"""What a command says: results on stdout, everything about them on stderr."""

import json
import sys
from collections.abc import Callable
from typing import Any

Say = Callable[[str], None]


def say(text: str, end: str = "\n") -> None:
    """A result, at once, since another program may be reading."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def say_json(**values: Any) -> None:
    """A result as one line of JSON."""
    say(json.dumps(values, ensure_ascii=False, allow_nan=False))


def complain(text: str) -> None:
    """An error or a remark, on one line."""
    sys.stderr.write(" ".join(text.split()) + "\n")
    sys.stderr.flush()


def survive_any_character() -> None:
    """A terminal that lacks a character shows a question mark instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
