"""Limits come from the environment, and a bad one is named."""

import pytest

from lmcore.errors import ConfigError
from lmcore.runs.limits import Limits


def test_a_limit_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LM_PLAYGROUND_QUEUE_PLACES", "3")
    monkeypatch.setenv("LM_PLAYGROUND_HOURS", "0.5")
    limits = Limits.from_environment()
    assert (limits.queue_places, limits.hours) == (3, 0.5)


@pytest.mark.parametrize("text", ["many", "1.5.2", "0x10", "<b>"])
def test_a_limit_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LM_PLAYGROUND_QUEUE_PLACES", text)
    with pytest.raises(ConfigError, match="LM_PLAYGROUND_QUEUE_PLACES"):
        Limits.from_environment()


def test_a_fixed_memory_limit_does_not_depend_on_what_is_free() -> None:
    assert Limits(memory_gb=2.0).memory_bytes() == 2e9
