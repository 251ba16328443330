"""Errors, in short: the app has a sentence for each."""


class ConfigError(ValueError):
    """A setting, or a text, that cannot be used; `key` says why."""

    def __init__(self, key: str, **given: object) -> None:
        super().__init__(f"{key}: {given}")


TextError = RunError = ConfigError
