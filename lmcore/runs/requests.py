"""What pages ask of a worker: a request is a generator of JSON values about one run at one step."""

import base64
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from lmcore.analysis.attention import attention_maps, token_text
from lmcore.errors import ConfigError, TextError
from lmcore.generation.decoding import TokenChoice, generate
from lmcore.generation.sampling import SamplingConfig
from lmcore.models.registry import ARCHITECTURES, BIDIRECTIONAL, ENCODER_DECODER, architecture_of
from lmcore.runs.contextual import contextual
from lmcore.runs.home import Home
from lmcore.runs.inside import inside
from lmcore.runs.loaded import model_at
from lmcore.runs.one_step import one_step
from lmcore.runs.take_home.requests import take_home

Part = dict[str, Any]
MAX_TOKENS = 2_000  # of one generation


def attention(home: Home, run: str, step: int, text: str, switched_off: list[list[int]]) -> Iterator[Part]:
    """Attention of every head over `text`; weights as base64 of uint8 (L, H, T, T), 255 = 1."""
    model, tokenizer = model_at(home, run, step)
    off = {(layer, head) for layer, head in switched_off}
    maps = attention_maps(model, tokenizer, text, switched_off=off)
    n_layers, n_heads = maps.weights.shape[:2]
    weights = np.round(maps.weights * 255).astype(np.uint8)
    yield {
        "tokens": list(maps.tokens),
        "causal": maps.causal,
        "L": n_layers,
        "H": n_heads,
        "weights": base64.b64encode(weights.tobytes()).decode("ascii"),
        "next_tokens": [{"text": text, "p": p} for text, p in maps.next_tokens],
        "unknown": tokenizer.unknown(text),
    }


def generation(
    home: Home,
    run: str,
    step: int,
    prompt: str,
    n_tokens: int,
    temperature: float,
    top_k: int,
    top_p: float,
    seed: int,
) -> Iterator[Part]:
    """First the prompt's tokens, then every new token with its ten best alternatives."""
    model, tokenizer = model_at(home, run, step)
    if _reads(model) == BIDIRECTIONAL:
        raise ConfigError("fills_gaps", model=model.config.label)
    ids = tokenizer.ids(prompt)
    if len(ids) == 0:
        raise TextError("prompt_empty")
    config = SamplingConfig(temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
    texts = [tokenizer.token_text(int(i)) for i in ids]
    yield {"prompt_tokens": texts, "unknown": tokenizer.unknown(prompt)}
    for choice in _written(model, ids, min(n_tokens, MAX_TOKENS), config):
        yield {"token": _token(choice, partial(token_text, model, tokenizer))}


def _written(model: Any, ids: np.ndarray, n_tokens: int, config: SamplingConfig) -> Iterator[TokenChoice]:
    """A continuation; a decoder that has an encoder reads `ids` there."""
    if _reads(model) == ENCODER_DECODER:
        from lmcore.generation.encoder_decoder import write

        return write(model, ids, n_tokens, config)
    return generate(model, ids, n_tokens, config)


def _reads(model: Any) -> str:
    return ARCHITECTURES[architecture_of(model.config)].reads


def _token(choice: TokenChoice, text_of: Callable[[int], str]) -> Part:
    return {
        "text": text_of(choice.id),
        "id": choice.id,
        "p": choice.probability,
        "model_p": choice.model_probability,
        "candidates": [
            {
                "text": text_of(candidate.id),
                "logit": candidate.logit,
                "scaled": candidate.scaled,
                "share": candidate.share,
                "kept": candidate.kept,
                "p": candidate.probability,
                "chosen": candidate.id == choice.id,
            }
            for candidate in choice.candidates
        ],
    }


REQUESTS: dict[str, Callable[..., Iterator[Part]]] = {
    "attention": attention,
    "contextual": contextual,
    "generation": generation,
    "inside": inside,
    "one_step": one_step,
    "take_home": take_home,
}
