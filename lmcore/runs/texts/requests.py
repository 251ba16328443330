"""What pages ask about texts: a request is a generator of JSON values, the last of which is the answer.

The others say how much is done, {"progress": 0 … 1}; between any two of them a request can be taken back.
"""

from collections.abc import Callable, Iterator

from lmcore.runs.texts.clean import clean
from lmcore.runs.texts.count import count
from lmcore.runs.texts.files import look, take_in, take_in_entry
from lmcore.runs.texts.merge import merge
from lmcore.runs.texts.predict import predict
from lmcore.runs.texts.prepare import prepare
from lmcore.runs.texts.read import read, words
from lmcore.runs.texts.shared import Part
from lmcore.runs.texts.split import split

REQUESTS: dict[str, Callable[..., Iterator[Part]]] = {
    "read": read,
    "words": words,
    "clean": clean,
    "split": split,
    "merge": merge,
    "count": count,
    "predict": predict,
    "look": look,
    "take_in": take_in,
    "take_in_entry": take_in_entry,
    "prepare": prepare,
}
