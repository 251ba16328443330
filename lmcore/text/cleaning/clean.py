"""Documents as a model is to read them: the chosen steps, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmcore.errors import TextError
from lmcore.text.cleaning.steps import apply, is_blank
from lmcore.text.config import CleaningConfig
from lmcore.text.uploads import without_surrogates


@dataclass(frozen=True)
class Cleaned:
    """What is left; `kept` (N,) holds its places in the input, so that labels can follow."""

    documents: tuple[str, ...]
    kept: np.ndarray


def clean(documents: Sequence[str], config: CleaningConfig) -> Cleaned:
    """Carry out the steps of `config` in their order.

    Raises `TextError` if there is nothing to clean, or nothing left afterwards.

    >>> clean(["Hello  there", "no"], CleaningConfig(("case", "white_space", "length"), shortest=3))
    Cleaned(documents=('hello there',), kept=array([0]))
    """
    if all(map(is_blank, documents)):
        raise TextError("text_empty", length=sum(map(len, documents)))
    texts, kept = storable(documents), np.arange(len(documents))
    for step in config.steps:
        applied = apply(step, texts, config)
        texts, kept = applied.documents, kept[applied.kept]
    if all(map(is_blank, texts)):
        raise TextError("cleaned_away", characters=sum(map(len, documents)), documents=len(documents))
    return Cleaned(tuple(texts), kept)


def storable(documents: Sequence[str]) -> list[str]:
    """The documents without half surrogate pairs, which no file and no database can hold."""
    return [text if _is_storable(text) else without_surrogates(text) for text in documents]


def _is_storable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
