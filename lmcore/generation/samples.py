"""What a model under training writes: a continuation, or a text whose gaps it fills."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lmcore.generation.decoding import generate
from lmcore.generation.sampling import SamplingConfig
from lmcore.models.base import LanguageModel
from lmcore.models.registry import ARCHITECTURES, BIDIRECTIONAL, ENCODER_DECODER, architecture_of
from lmcore.text.tokenizers import Tokenizer

TEMPERATURE = 0.8


def sample(
    model: Any,
    tokenizer: Tokenizer,
    prompt: Sequence[int] | np.ndarray,
    passage: np.ndarray,
    n_tokens: int,
    **how: Any,
) -> str:
    """About `n_tokens` of text; `how` is the `objective` and a `seed`, and the same seed writes the same.

    A model that reads from left to right continues `prompt`; one that does not is given `passage`, a piece of
    held-back text, and its own words stand in brackets.
    """
    reads = ARCHITECTURES[architecture_of(model.config)].reads
    passage = passage[: min(n_tokens, model.config.context_length)]
    if reads == BIDIRECTIONAL:
        from lmcore.generation.filling import filled_sample

        return filled_sample(model, tokenizer, passage, how["seed"])
    if reads == ENCODER_DECODER:
        from lmcore.generation.encoder_decoder import t5_sample

        return t5_sample(model, tokenizer, passage, how["objective"], how["seed"])
    return continued(model, tokenizer, prompt, n_tokens, how["seed"])


def continued(
    model: LanguageModel, tokenizer: Tokenizer, prompt: Sequence[int] | np.ndarray, n_tokens: int, seed: int
) -> str:
    """What follows `prompt`."""
    choices = generate(model, prompt, n_tokens, SamplingConfig(temperature=TEMPERATURE, seed=seed))
    return tokenizer.decode([choice.id for choice in choices])
