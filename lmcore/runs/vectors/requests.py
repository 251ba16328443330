"""What pages ask about word vectors: a request is a generator of JSON values, the last one is the answer.

The others say how much is done, {"progress": 0 … 1}; between any two of them a request can be taken back.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from lmcore.runs.home import Home

Part = dict[str, Any]

_FILES = {  # the file with the requests of a view
    "frame": ("frame",),
    "look_up": ("neighbours", "arithmetic", "analogy", "matrix", "odd_one_out", "strip"),
    "learn": ("learn",),
    "scores": ("scores_now",),
    "bias": ("bias", "debias"),
    "compare": ("moved",),
    "look_at": ("look_at_vectors",),
    "take_in": ("take_in_vectors",),
    "export": ("export",),
}
FETCHED = {  # what components ask for by themselves, and the kinds of its arguments
    "neighbours": {"word": str, "n": int, "measure": str},
    "frame": {"method": str, "dims": int, "x": str, "y": str, "known": str},
    "learn": {"centre": str, "context": str, "nth": int, "draw": int},
}


def _imported_when_asked(file: str, name: str, home: Home, /, **arguments: Any) -> Iterator[Part]:
    """A reading worker is there in a moment, because it imports nothing that nobody asked for."""
    return getattr(import_module(f"lmcore.runs.vectors.{file}"), name)(home, **arguments)


REQUESTS: dict[str, Callable[..., Iterator[Part]]] = {
    name: partial(_imported_when_asked, file, name) for file, names in _FILES.items() for name in names
}
