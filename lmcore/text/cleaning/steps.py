"""The cleaning steps by name, which of them can run here, and which a kind of text needs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from lmcore.text.cleaning.chinese import full_width, simplified
from lmcore.text.cleaning.invisible import control, zero_width
from lmcore.text.cleaning.lines import duplicate_lines, white_space
from lmcore.text.cleaning.normal_forms import nfc, nfkc
from lmcore.text.cleaning.repairs import html, mojibake
from lmcore.text.cleaning.words import case, numbers, punctuation
from lmcore.text.config import STEPS, CleaningConfig

TEXT_STEPS: dict[str, Callable[[str], tuple[str, int]]] = {
    "mojibake": mojibake,
    "html": html,
    "control": control,
    "zero_width": zero_width,
    "nfc": nfc,
    "nfkc": nfkc,
    "full_width": full_width,
    "simplified": simplified,
    "case": case,
    "numbers": numbers,
    "punctuation": punctuation,
    "white_space": white_space,
}
PACKAGES = {"mojibake": "ftfy", "simplified": "opencc"}  # optional
_IN_BATCHES = ("zero_width", "nfc", "nfkc", "simplified", "case", "numbers", "punctuation")
_SEPARATOR = (
    "\x1e"  # ends a word, is a blank and stays as it is in these steps: many short documents pass as one
)
_BATCH = 2**20
_LAID_OUT = ("html", "htm", "epub", "pdf", "docx")  # their blanks and lines come from a layout


@dataclass(frozen=True)
class Applied:
    """What a step made of some documents; `kept` are the places of those that are left."""

    documents: list[str]
    kept: list[int]
    n_places: int
    n_documents: int  # changed or dropped


def available(step: str) -> bool:
    """Whether the package that the step needs, if any, is installed."""
    return step not in PACKAGES or find_spec(PACKAGES[step]) is not None


def apply(step: str, documents: Sequence[str], config: CleaningConfig) -> Applied:
    """Carry out one step; a document of which it leaves nothing but white space is dropped.

    A step whose package is missing changes nothing.
    """
    if step == "length":
        return _of_good_length(documents, config)
    after, n_places = _changed(step, documents) if available(step) else (documents, 0)
    changed = [a is not b and a != b for a, b in zip(documents, after, strict=True)]
    kept = [i for i, text in enumerate(after) if not (changed[i] and is_blank(text))]
    return Applied([after[i] for i in kept], kept, n_places, sum(changed))


def _changed(step: str, documents: Sequence[str]) -> tuple[Sequence[str], int]:
    if step == "duplicate_lines":
        return duplicate_lines(documents)
    in_batches = step in _IN_BATCHES and not any(_SEPARATOR in document for document in documents)
    batches = _batches(documents) if in_batches else ([document] for document in documents)
    after: list[str] = []
    n_places = 0
    for batch in batches:
        text, n = TEXT_STEPS[step](_SEPARATOR.join(batch))
        if n:
            batch = text.split(_SEPARATOR) if len(batch) > 1 else [text]  # one alone may hold the separator
        after += batch
        n_places += n
    return after, n_places


def _batches(documents: Sequence[str]) -> Iterator[list[str]]:
    """The documents in lists of about `_BATCH` characters."""
    batch, n_characters = [], 0
    for document in documents:
        batch.append(document)
        n_characters += len(document)
        if n_characters >= _BATCH:
            yield batch
            batch, n_characters = [], 0
    if batch:
        yield batch


def _of_good_length(documents: Sequence[str], config: CleaningConfig) -> Applied:
    longest = config.longest or float("inf")
    kept = [i for i, document in enumerate(documents) if config.shortest <= len(document) <= longest]
    n_dropped = len(documents) - len(kept)
    return Applied([documents[i] for i in kept], kept, n_dropped, n_dropped)


def is_blank(text: str) -> bool:
    """Whether there is nothing but white space."""
    return not text or text.isspace()


def recommended(format: str, language: str) -> CleaningConfig:
    """What does no harm to a text of this format and language: nothing that is read gets lost.

    >>> recommended("txt", "zh").steps
    ('control', 'zero_width', 'nfc', 'full_width')
    """
    wanted = {"control", "zero_width", "nfc"}
    if format in ("html", "htm"):
        wanted.add("html")
    if format in _LAID_OUT:
        wanted.add("white_space")
    if language == "zh":
        wanted.add("full_width")
    return CleaningConfig(tuple(step for step in STEPS if step in wanted))
