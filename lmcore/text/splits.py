"""What a model learns from, what is held back to watch it, and what nobody looks at before the end.

They stand in this order. Neighbours in a text are alike, so each part is one stretch.
"""

import math
from dataclasses import dataclass

import numpy as np

from lmcore.checks import check_range
from lmcore.errors import ConfigError, TextError

FEWEST = 2  # tokens or characters in a part: one to see and one to predict


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
        raise TextError("text_too_short_to_split", length=len(ids), parts=3, needed=3 * FEWEST)
    test_at = len(ids) - n_test
    validation_at = max(0, test_at - n_validation)
    return IdSplit(ids[:validation_at], ids[validation_at:test_at], ids[test_at:])


def _check_shares(validation_share: float, test_share: float) -> None:
    check_range("validation_share", validation_share, 0, 1)
    check_range("test_share", test_share, 0, 1)
    if validation_share + test_share >= 1:
        raise ConfigError("shares_too_large", validation_share=validation_share, test_share=test_share)
