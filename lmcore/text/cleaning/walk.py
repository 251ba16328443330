"""What every cleaning step does, or would do, to some documents, with examples out of them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lmcore.text.cleaning.changes import Example, changes
from lmcore.text.cleaning.clean import storable
from lmcore.text.cleaning.steps import Applied, apply, available
from lmcore.text.config import STEPS, CleaningConfig


@dataclass(frozen=True)
class StepReport:
    """One step at its place. What a step that is off would do is told, and not passed on.

    `n_places` counts unbroken runs of changed characters (case, full_width, simplified, numbers,
    punctuation), replacements (control, zero_width, white_space), stretches (nfc, nfkc), tags and entities
    (html), lines (mojibake, duplicate_lines) or documents (length).
    """

    name: str
    on: bool
    available: bool
    n_places: int
    n_documents: int  # changed or dropped
    characters_before: int
    characters_after: int
    documents_before: int
    documents_after: int
    seconds: float
    examples: tuple[Example, ...]


def walk(
    documents: Sequence[str], config: CleaningConfig, order: Sequence[str] = STEPS, examples: int = 5
) -> Iterator[StepReport]:
    """Report on the steps of `order`; the steps that are on must stand in it as they do in `config`."""
    texts, places = storable(documents), list(range(len(documents)))  # of the texts in the input
    for step in order:
        start = time.perf_counter()
        applied = apply(step, texts, config)
        seconds = time.perf_counter() - start
        on = step in config.steps
        yield StepReport(
            name=step,
            on=on,
            available=available(step),
            n_places=applied.n_places,
            n_documents=applied.n_documents,
            characters_before=sum(map(len, texts)),
            characters_after=sum(map(len, applied.documents)),
            documents_before=len(texts),
            documents_after=len(applied.documents),
            seconds=seconds,
            examples=_examples(texts, applied, places, examples),
        )
        if on:
            texts, places = applied.documents, [places[i] for i in applied.kept]


def _examples(
    texts: Sequence[str], applied: Applied, places: Sequence[int], most: int
) -> tuple[Example, ...]:
    """The first changes, from as many documents as there are examples if so many changed."""
    after = dict(zip(applied.kept, applied.documents, strict=True))
    pairs = ((i, text, after.get(i, "")) for i, text in enumerate(texts))
    changed = list(islice((pair for pair in pairs if pair[0] not in after or pair[1] != pair[2]), most))
    found: list[Example] = []
    for n_left, (i, a, b) in zip(range(len(changed), 0, -1), changed, strict=True):
        n = -(-(most - len(found)) // n_left)
        found += [Example(places[i], pieces) for pieces in islice(changes(a, b), n)]
    return tuple(found)
