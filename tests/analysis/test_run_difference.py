"""Differences of runs: what differs is named, what is alike is not, and figures follow their definitions."""

import math
from dataclasses import replace

import pytest

from lmcore.analysis.run_difference import (
    MISSING,
    comparable,
    differences,
    differing,
    flattened,
    outcome,
    seconds_of_updates,
)
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import CleaningConfig, TokenizerConfig

SPEC = with_model(RunSpec(tokenizer=TokenizerConfig("byte_bpe")), "gpt", "small")


def training(**settings: object) -> RunSpec:
    return replace(SPEC, training=replace(SPEC.training, **settings))


def named(*specs: RunSpec) -> dict[str, tuple]:
    return {one.name: one.values for one in differing([spec.to_json() for spec in specs])}


def test_equal_specs_differ_in_nothing() -> None:
    assert named(SPEC, SPEC, SPEC) == {} == named(SPEC)


def test_exactly_what_was_changed_is_named() -> None:
    assert named(SPEC, training(learning_rate=0.1), SPEC) == {
        "training.learning_rate": (SPEC.training.learning_rate, 0.1, SPEC.training.learning_rate)
    }


def test_one_model_lacks_the_settings_of_another() -> None:
    found = named(SPEC, with_model(SPEC, "lstm", "small"))
    assert found["model.architecture"][0] == "gpt" != found["model.architecture"][1]
    assert found["model.n_heads"] == (SPEC.model.n_heads, MISSING)


def test_differences_come_in_groups() -> None:
    other = replace(training(steps=7), seed=9, corpus="other", model=replace(SPEC.model, d_model=32))
    assert [one.group for one in differing([SPEC.to_json(), other.to_json()])] == [
        "text", "model", "training", "machine",
    ]  # fmt: skip


def test_what_has_no_effect_is_no_difference() -> None:
    characters = replace(SPEC, tokenizer=TokenizerConfig("character", 512), corpus_sha256="a")
    same = replace(characters, tokenizer=TokenizerConfig("character", 1024), corpus_sha256="b")
    assert named(characters, same) == {}
    assert comparable(characters.to_json(), same.to_json())


def test_off_is_not_nought() -> None:
    assert [one.values for one in differing([{"seed": False}, {"seed": 0}])] == [(False, 0)]


@pytest.mark.parametrize(
    "other",
    [
        replace(SPEC, corpus="other"),
        replace(SPEC, tokenizer=TokenizerConfig("character")),
        replace(SPEC, tokenizer=TokenizerConfig("byte_bpe", 1024)),
        replace(SPEC, cleaning=CleaningConfig(("white_space",))),
        training(validation_share=0.2),
        training(test_share=0.2),
    ],
)
def test_losses_of_other_texts_or_tokens_cannot_be_compared(other: RunSpec) -> None:
    assert not comparable(SPEC.to_json(), other.to_json())
    assert not comparable(other.to_json(), SPEC.to_json())


@pytest.mark.parametrize("other", [training(learning_rate=0.5, steps=3), with_model(SPEC, "lstm", "tiny")])
def test_losses_of_other_models_on_the_same_text_can(other: RunSpec) -> None:
    assert comparable(SPEC.to_json(), other.to_json())


def test_flattening_loses_no_value() -> None:
    described = SPEC.to_json()
    flat = flattened(described)
    assert flat["training.learning_rate"] == described["training"]["learning_rate"]
    assert len(flat) == sum(len(value) if isinstance(value, dict) else 1 for value in described.values())


def test_the_outcome_follows_its_definitions() -> None:
    found = outcome([(0, 4.0), (10, 2.0), (20, 2.5), (30, None)], bytes_per_token=2.0, device="cpu")
    assert (found.final_loss, found.best_loss, found.best_step) == (2.5, 2.0, 10)
    assert found.perplexity == pytest.approx(math.e**2.5)
    assert found.bits_per_byte == pytest.approx(2.5 * math.log2(math.e) / 2)
    assert found.device == "cpu"


@pytest.mark.parametrize("points", [[], [(0, None)], [(0, math.nan), (1, math.inf)]])
def test_a_run_without_a_usable_loss_has_none(points: list) -> None:
    found = outcome(points, test_loss=None, n_parameters=7)
    assert (found.final_loss, found.perplexity, found.n_parameters) == (None, None, 7)


def test_a_loss_beyond_all_numbers_has_no_perplexity() -> None:
    assert outcome([(0, 1e4)]).perplexity is None


def test_what_is_not_known_has_no_difference() -> None:
    assert differences([None, 1.0]) == [None, None]
    assert differences([3, 1, None, 4]) == [None, -2, None, 1]


def test_seconds_add_up_over_changes_of_the_batch() -> None:
    speeds = [(step, 100.0) for step in range(1, 11)]
    assert seconds_of_updates(speeds, 50, []) == pytest.approx(5.0)
    assert seconds_of_updates(speeds, 50, [(4, 100)]) == pytest.approx(4 * 0.5 + 6 * 1.0)
    assert seconds_of_updates([(1, None), (2, 0.0)], 50, []) == 0.0
