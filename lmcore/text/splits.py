"""What a model learns from, what is held back to watch it, and what nobody looks at before the end.

They stand in this order. Neighbours in a text are alike, so each part is one stretch.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmcore.checks import check_range
from lmcore.errors import ConfigError, TextError

FEWEST = 2  # tokens or characters in a part: one to see and one to predict
_CLOSE = 0.01  # of the text: a line ending no farther from where the cut belongs is where it goes


@dataclass(frozen=True)
class IdSplit:
    """The token ids of a text in three parts; `test` may be empty."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    @property
    def n_tokens(self) -> dict[str, int]:
        """How many tokens each part has."""
        return {"train": len(self.train), "validation": len(self.validation), "test": len(self.test)}


@dataclass(frozen=True)
class Split:
    """Documents in three parts; `test` may be empty. A single text is cut, several stay whole."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]

    @property
    def shares(self) -> dict[str, float]:
        """The share of the characters that each part has."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        lengths = {name: sum(map(len, documents)) for name, documents in parts.items()}
        return {name: length / max(1, sum(lengths.values())) for name, length in lengths.items()}


def split_ids(ids: np.ndarray, validation_share: float, test_share: float = 0.0) -> IdSplit:
    """The last share of `ids` for the test, before it one for validation, at least two ids each.

    Without a test share there is no test part. Raises `ConfigError` for shares that leave nothing to train
    on, `TextError` for ids too few for three parts; with fewer for two, the part to train on is short or
    empty, which its user says.

    >>> parts = split_ids(np.arange(20), 0.1, 0.2)
    >>> parts.n_tokens, parts.test.tolist()
    ({'train': 14, 'validation': 2, 'test': 4}, [16, 17, 18, 19])
    """
    _check_shares(validation_share, test_share)
    n_test = max(FEWEST, math.ceil(len(ids) * test_share)) if test_share else 0
    n_validation = max(FEWEST, math.ceil(len(ids) * validation_share))
    if test_share and len(ids) < n_test + n_validation + FEWEST:
        _too_short(len(ids), 3)
    test_at = len(ids) - n_test
    validation_at = max(0, test_at - n_validation)
    return IdSplit(ids[:validation_at], ids[validation_at:test_at], ids[test_at:])


def split_documents(
    documents: Sequence[str],
    validation_share: float,
    test_share: float = 0.0,
    shuffle_seed: int | None = None,
) -> Split:
    """Several documents whole, by their characters; a single one cut, at a line ending if one is close.

    The documents keep their order unless there is a `shuffle_seed`: sorted ones should be shuffled, those of
    one story should not. Raises `ConfigError` for shares that leave nothing to train on, `TextError` for
    documents too few or too short.
    """
    _check_shares(validation_share, test_share)
    n_parts = 3 if test_share else 2
    if len(documents) < n_parts:
        return _cut("\n".join(documents), validation_share, test_share)
    documents = list(documents)
    if shuffle_seed is not None:
        random.Random(shuffle_seed).shuffle(documents)
    train, validation, test = _whole(documents, validation_share, test_share)
    parts = (train, validation, test)[:n_parts]
    if min(sum(map(len, part)) for part in parts) < FEWEST:
        _too_short(sum(map(len, documents)), n_parts)
    return Split(train, validation, test)


def _check_shares(validation_share: float, test_share: float) -> None:
    check_range("validation_share", validation_share, 0, 1)
    check_range("test_share", test_share, 0, 1)
    if validation_share + test_share >= 1:
        raise ConfigError("shares_too_large", validation_share=validation_share, test_share=test_share)


def _too_short(length: int, n_parts: int) -> None:
    raise TextError("text_too_short_to_split", length=length, parts=n_parts, needed=n_parts * FEWEST)


def _whole(documents: list[str], validation_share: float, test_share: float) -> tuple[tuple[str, ...], ...]:
    """Three parts of whole documents, whose borders are the nearest to where the shares put them."""
    ends = np.cumsum([len(document) for document in documents])
    n_test = 1 if test_share else 0  # at least one document a part
    validation_at = _nearest(ends, 1 - validation_share - test_share, 1, len(documents) - 1 - n_test)
    test_at = _nearest(ends, 1 - test_share, validation_at + 1, len(documents) - n_test)
    return (
        tuple(documents[:validation_at]),
        tuple(documents[validation_at:test_at]),
        tuple(documents[test_at:]),
    )


def _nearest(ends: np.ndarray, share: float, least: int, most: int) -> int:
    """How many documents together come nearest to a share of the characters, from `least` to `most`."""
    return least + int(np.abs(ends[least - 1 : most] - share * ends[-1]).argmin())


def _cut(text: str, validation_share: float, test_share: float) -> Split:
    n_parts = 3 if test_share else 2
    if len(text) < n_parts * FEWEST:
        _too_short(len(text), n_parts)
    n_test = max(FEWEST, math.ceil(len(text) * test_share)) if test_share else 0
    n_validation = max(FEWEST, math.ceil(len(text) * validation_share))
    test_at = _line_near(text, len(text) - n_test, len(text) - FEWEST) if test_share else len(text)
    validation_at = _line_near(text, test_at - n_validation, test_at - FEWEST)
    if validation_at < FEWEST:
        _too_short(len(text), n_parts)
    parts = (text[:validation_at], text[validation_at:test_at], text[test_at:])
    return Split(*((part,) if part else () for part in parts))


def _line_near(text: str, at: int, most: int) -> int:
    """The nearest beginning of a line at most `_CLOSE` of the text away, and not past `most`; else `at`."""
    reach = int(_CLOSE * len(text))
    later = text.find("\n", max(0, at - 1), max(0, at + reach)) + 1
    earlier = text.rfind("\n", max(0, at - 1 - reach), max(0, at)) + 1
    found = [place for place in (earlier, later) if FEWEST <= place <= most]
    return min(found, key=lambda place: abs(place - at), default=at)
