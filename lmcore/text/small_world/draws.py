"""Seeded chance. Only `Random.random` is used: its sequence is the one that Python promises to keep."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from lmcore.checks import check_choice, check_range
from lmcore.i18n import LANGUAGES

Item = TypeVar("Item")
MOST = 5_000_000  # sentences, tokens or stories one call may ask for


def generator(what: str, language: str, seed: int) -> Random:
    """Chance of its own for each kind of text, so that one text does not depend on another."""
    return Random(f"{what} {language} {seed}")


def pick(random: Random, items: Sequence[Item]) -> Item:
    """One of `items`."""
    return items[int(random.random() * len(items))]


def shuffled(random: Random, items: Sequence[Item]) -> list[Item]:
    """The items in a new order."""
    return [item for _, _, item in sorted((random.random(), i, item) for i, item in enumerate(items))]


def check_language(language: str) -> None:
    """Raise `ConfigError` unless the world is told in `language`."""
    check_choice("language", language, LANGUAGES)


def check_amount(name: str, value: int) -> None:
    """Raise `ConfigError` unless 0 ≤ value ≤ `MOST`."""
    check_range(name, value, 0, MOST)
