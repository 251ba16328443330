"""What a visitor can mend. Everything else is a bug and stays one.

LmcoreError
├── TextError        a corpus or tokenizer that cannot be used
├── ConfigError      a setting outside what the model or the training allows
├── ResourceError    memory, time or queue places that are not there
├── RunError         a run, step or snapshot that does not exist or does not allow this
└── DownloadError    a download that failed or is switched off

An error names a text, `error.<key>` in `assets/i18n`, and the values it mentions. The text says what is
wrong, what was given, and what to do, in that order; its first sentence stands alone as a headline.
"""

from lmcore.i18n import translate


class LmcoreError(Exception):
    """Base of all errors shown to a visitor.

    >>> str(ConfigError("not_divisible", d_model=100, n_heads=3)).partition(". ")[0]
    'The width cannot be split over the heads'
    """

    def __init__(self, key: str, **given: object) -> None:
        self.key = key
        self.given = given
        super().__init__(key)

    def __str__(self) -> str:
        return self.message("en")

    def message(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(f"error.{self.key}", language, **self.given)

    def to_json(self) -> dict[str, object]:
        """Plain values that cross a process border; `from_json` gives the error back."""
        return {"type": type(self).__name__, "key": self.key, "given": self.given}


class TextError(LmcoreError):
    """A corpus or tokenizer that cannot be used."""


class ConfigError(LmcoreError):
    """A setting outside what the model or the training allows."""


class ResourceError(LmcoreError):
    """Memory, time or queue places that are not there."""


class RunError(LmcoreError):
    """A run, step or snapshot that does not exist or does not allow this."""


class DownloadError(LmcoreError):
    """A download that failed or is switched off."""


def headline_and_rest(message: str, language: str) -> tuple[str, str]:
    """The first sentence of an error, and the others.

    >>> headline_and_rest("This is empty. Type a word.", "en")
    ('This is empty', 'Type a word.')
    """
    headline, _, rest = message.partition("。" if language == "zh" else ". ")
    return headline.rstrip("."), rest.strip()


_TYPES = {
    kind.__name__: kind
    for kind in (LmcoreError, TextError, ConfigError, ResourceError, RunError, DownloadError)
}


def from_json(value: dict) -> LmcoreError:
    """The error that `LmcoreError.to_json` described."""
    return _TYPES[value["type"]](value["key"], **value["given"])
