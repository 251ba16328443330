"""Checks that settings share: every refusal names the setting, its value and the range it must keep."""

import math

from lmcore.errors import ConfigError


def check_range(name: str, value: float, least: float, most: float) -> None:
    """Raise `ConfigError` unless least ≤ value ≤ most; NaN and infinity never pass.

    >>> check_range("dropout", 0.1, 0, 0.9)
    >>> check_range("dropout", float("nan"), 0, 0.9)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    lmcore.errors.ConfigError: dropout is out of range. It is nan, ...
    """
    if not math.isfinite(value) or not least <= value <= most:
        raise ConfigError("out_of_range", name=name, value=value, least=least, most=most)


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise `ConfigError` unless `value` is one of `choices`."""
    if value not in choices:
        raise ConfigError("not_a_choice", name=name, value=value, choices=", ".join(choices))
