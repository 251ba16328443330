"""The runs of the scaling lab."""

from dataclasses import replace

import pytest

from lmcore.errors import ConfigError
from lmcore.models.configs.base import TransformerConfig
from lmcore.models.registry import build_model
from lmcore.runs.scaling import SIZE, TEXT, can_scale, ladder, larger, tokens_seen, weights_without_embeddings
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec

BASE = with_model(RunSpec(), "gpt")


@pytest.mark.parametrize("name", ["gpt", "fast"])
@pytest.mark.parametrize("by", [SIZE, TEXT])
def test_the_runs_grow_in_one_thing_only(name: str, by: str) -> None:
    base = with_model(RunSpec(), name)
    specs = [*ladder(base, by), larger(base, by)]
    assert 7 <= len(specs) <= 11
    sizes = [weights_without_embeddings(spec.model) for spec in specs]  # type: ignore[arg-type]
    tokens = [tokens_seen(spec) for spec in specs]
    grows, stays = (sizes, tokens) if by == SIZE else (tokens, sizes)
    assert grows == sorted(set(grows))
    assert len(set(stays)) == 1
    assert grows[-1] > 2.5 * grows[-2]


def test_weights_without_embeddings_are_those_of_the_model() -> None:
    model = build_model(BASE.model)
    matrices = [p.numel() for name, p in model.named_parameters() if p.ndim == 2 and "embedding" not in name]
    assert isinstance(BASE.model, TransformerConfig)
    assert weights_without_embeddings(BASE.model) == sum(matrices)


def test_a_model_without_layers_and_width_is_refused() -> None:
    recurrent = with_model(RunSpec(), "lstm")
    assert not can_scale(recurrent)
    with pytest.raises(ConfigError) as refused:
        ladder(recurrent, SIZE)
    assert refused.value.key == "not_scalable"


def test_a_masked_model_does_not_predict_the_next_token() -> None:
    assert not can_scale(with_model(RunSpec(), "bert"))
    assert can_scale(BASE)


def test_a_rate_stays_within_what_is_allowed() -> None:
    base = replace(BASE, training=replace(BASE.training, learning_rate=1.0))
    assert all(spec.training.learning_rate <= 0.03 for spec in ladder(base, SIZE))
