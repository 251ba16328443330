"""Errors cross processes, speak both languages, and keep their tone."""

import json

import pytest

from lmcore.checks import check_choice, check_range
from lmcore.errors import ConfigError, LmcoreError, from_json
from lmcore.i18n import LANGUAGES, texts

KINDS = [LmcoreError, *LmcoreError.__subclasses__()]
ERRORS = [key for key in texts("en") if key.startswith("error.")]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_the_same_in_another_process(kind: type[LmcoreError]) -> None:
    error = kind("not_divisible", d_model=100, n_heads=3)
    again = from_json(json.loads(json.dumps(error.to_json())))
    assert type(again) is kind
    assert [again.message(language) for language in LANGUAGES] == [error.message(x) for x in LANGUAGES]


@pytest.mark.parametrize("value", ["{0}", "{name.__class__}", "%s", "\x00", "<b>", "猫"])
def test_a_value_is_shown_and_never_filled_in(value: str) -> None:
    assert value in str(ConfigError("not_a_choice", name="preset", value=value, choices="tiny"))


@pytest.mark.parametrize("key", ERRORS)
def test_errors_say_what_is_wrong_what_was_given_and_what_to_do(key: str) -> None:
    english, chinese = texts("en")[key], texts("zh")[key]
    assert english.count(". ") + english.endswith(".") >= 2
    assert chinese.count("。") + chinese.count("；") + chinese.count("？") >= 2
    assert not [word for word in ("please", "!", "oops", "sorry") if word in english.lower()]
    assert not [word for word in ("！", "抱歉") if word in chinese]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), -1, 11, 10.0001])
def test_a_value_out_of_range_is_refused_with_its_limits(value: float) -> None:
    with pytest.raises(ConfigError, match=r"between 0 and 10"):
        check_range("steps", value, 0, 10)


@pytest.mark.parametrize("value", [0, 10, 1e-300, True])
def test_both_ends_of_a_range_belong_to_it(value: float) -> None:
    check_range("steps", value, 0, 10)


def test_an_unknown_choice_is_refused_with_the_choices() -> None:
    check_choice("size", "small", ("tiny", "small"))
    with pytest.raises(ConfigError, match="tiny, small"):
        check_choice("size", "Small", ("tiny", "small"))
