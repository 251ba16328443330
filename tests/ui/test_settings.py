"""Every field of the settings has an effect, and links that carry nonsense do no harm."""

from typing import Any

import pytest

from lmcore.errors import ConfigError
from lmcore.tasks.model_presets import PRESETS, SIZES, model_of, with_model
from lmcore.tasks.presets import default_spec
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec
from lmcore.ui.settings import FIELDS, Field, belongs, options, parsed

ALL = [pytest.param(task, field, id=f"{task}-{field.name}") for task in FIELDS for field in FIELDS[task]]


def another_value(field: Field, spec: RunSpec) -> Any:
    now = field.read(spec)
    if field.choices:
        return next(choice for choice in options(field, spec) if choice != now)
    other = type(now)(now * 2 if now * 2 <= field.most else now / 2) or min(1, field.most)
    return other if field.name != "dropout" else 0.5


def spec_with(task: str, field: Field) -> RunSpec:
    """The first model that has the field, and a choice of it."""
    spec = default_spec(task)
    if task != LANGUAGE_MODEL:
        return spec
    specs = [with_model(spec, name) for name in PRESETS]
    fits = [one for one in specs if belongs(field, one)]
    return next(one for one in fits if field.name != "objective" or len(options(field, one)) > 1)


@pytest.mark.parametrize(("task", "field"), ALL)
def test_every_field_changes_the_spec_and_comes_back_from_a_link(task: str, field: Field) -> None:
    spec = spec_with(task, field)
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
    n_parameters = [with_model(RunSpec(), "gpt", size).model.n_parameters for size in SIZES]
    assert n_parameters == sorted(n_parameters)


def test_an_unknown_size_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="gigantic"):
        with_model(RunSpec(task=LANGUAGE_MODEL), "gpt", "gigantic")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_known_by_its_settings(name: str) -> None:
    spec = with_model(RunSpec(), name)
    assert RunSpec.from_json(spec.to_json()) == spec
    assert model_of(spec) == name
