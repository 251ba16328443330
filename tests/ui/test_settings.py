"""Every field of the settings has an effect, and links that carry nonsense do no harm."""

from typing import Any

import pytest

from lmcore.errors import ConfigError
from lmcore.tasks.presets import SIZES, default_spec, sized
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.settings import FIELDS, Field, parsed

ALL = [pytest.param(task, field, id=f"{task}-{field.name}") for task in FIELDS for field in FIELDS[task]]


def another_value(field: Field, spec: RunSpec) -> Any:
    now = field.read(spec)
    if field.choices:
        return next(choice for choice in field.choices if choice != now)
    return type(now)(now * 2 if field.name != "dropout" else 0.5) or 1


@pytest.mark.parametrize(("task", "field"), ALL)
def test_every_field_changes_the_spec_and_comes_back_from_a_link(task: str, field: Field) -> None:
    spec = default_spec(task)
    value = another_value(field, spec)
    changed = field.write(spec, value)
    assert changed.to_json() != spec.to_json()
    assert RunSpec.from_json(changed.to_json()) == changed
    assert parsed(field, str(value)) == value


@pytest.mark.parametrize(("task", "field"), ALL)
@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "-1e99", "<script>", "1; DROP TABLE runs", "9" * 400, "\x00"]
)
def test_nonsense_in_a_link_is_left_out(task: str, field: Field, text: str) -> None:
    assert parsed(field, text) is None


def test_names_are_used_once_in_a_link() -> None:
    for fields in FIELDS.values():
        names = [field.name for field in fields]
        assert len(names) == len(set(names))


def test_sizes_grow() -> None:
    n_parameters = [sized(RunSpec(), size).model.n_parameters for size in SIZES]
    assert n_parameters == sorted(n_parameters)


def test_an_unknown_size_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="gigantic"):
        sized(RunSpec(task=LANGUAGE_MODEL), "gigantic")
