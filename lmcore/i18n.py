"""Texts in the visitor's language, from `assets/i18n/{language}.json`."""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
ASSETS = Path(__file__).resolve().parent.parent / "assets"


@cache
def texts(language: str) -> dict[str, str]:
    """All texts of one language, by key such as `training.question`."""
    return json.loads((ASSETS / "i18n" / f"{language}.json").read_text(encoding="utf-8"))


def translate(key: str, language: str = "en", **values: object) -> str:
    """The text for `key` with its `{placeholders}` filled.

    >>> translate("word.loss")
    'loss'
    """
    text = texts(language)[key]
    return text.format(**{name: readable(value) for name, value in values.items()}) if values else text


def notice_key(name: str, language: str = "en") -> str:
    """Key of the text for a notice of the store: `notice.name`, or the error of that name.

    >>> notice_key("diverged"), notice_key("not_divisible")
    ('notice.diverged', 'error.not_divisible')
    """
    return f"notice.{name}" if f"notice.{name}" in texts(language) else f"error.{name}"


def readable(value: object) -> str:
    """A value as a sentence shows it: thousands separated, at most four significant decimals.

    >>> readable(12345), readable(0.123456), readable("abc")
    ('12,345', '0.1235', 'abc')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
