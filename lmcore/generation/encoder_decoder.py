"""Writing with an encoder–decoder: it reads a source, then writes until it says that this is the end."""

import random
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lmcore.errors import TextError
from lmcore.generation.decoding import TokenChoice, token_choice
from lmcore.generation.sampling import SamplingConfig, distribution, draw
from lmcore.models.base import device_of
from lmcore.models.configs.t5 import END, PAD, SENTINELS, T5Config
from lmcore.models.evaluating import evaluating
from lmcore.models.spans import corrupted, noise_mask
from lmcore.models.t5 import T5

ARROW = " → "


class Decodes(Protocol):
    """What is asked of a tokenizer here."""

    def decode(self, ids: Sequence[int]) -> str: ...


def write(
    model: T5, source_ids: Sequence[int] | np.ndarray, n_tokens: int, config: SamplingConfig
) -> Iterator[TokenChoice]:
    """What the model writes when it has read the source: at most `n_tokens` tokens, `</s>` being the last.

    The same seed gives the same text. Raises `TextError` for an empty source.
    """
    if len(source_ids) == 0:
        raise TextError("prompt_empty")
    return _write(model, [int(i) for i in source_ids], n_tokens, config)


def _write(model: T5, source_ids: list[int], n_tokens: int, config: SamplingConfig) -> Iterator[TokenChoice]:
    darts = random.Random(config.seed)
    with evaluating(model):
        memory = model.encode(torch.tensor([source_ids], device=device_of(model)))
    written: list[int] = []
    for _ in range(n_tokens):
        logits = _next_logits(model, memory, written)
        shaped = distribution(logits, config)
        chosen = draw(shaped.probabilities, darts.random())
        yield token_choice(chosen, logits, shaped)
        if chosen == model.config.special(END):
            return
        written.append(chosen)


def _next_logits(model: T5, memory: Tensor, written: list[int]) -> Tensor:
    """Logits (V,), on the CPU, for what follows `written`."""
    target = [*written, model.config.special(PAD)]  # the last one is what is asked for
    with evaluating(model):
        return model.decode(memory, torch.tensor([target], device=memory.device))[0, -1].float().cpu()


def t5_sample(
    model: T5, tokenizer: Decodes, ids: Sequence[int] | np.ndarray, objective: str, seed: int
) -> str:
    """A look at what a T5 has learned, on a text of at least two tokens.

    `seq2seq` shows the first half of a context and what the model goes on with, `span` a text with gaps and
    in brackets what the model put there: `the [cat sat] on the mat`. Raises `TextError` for a shorter text.
    """
    ids = [int(i) for i in ids[: model.config.context_length]]
    if len(ids) < 2:
        raise TextError("prompt_empty")
    config = SamplingConfig(seed=seed)
    if objective == "span":
        return _with_gaps_filled(model, tokenizer, ids, config)
    half = (model.config.context_length + 1) // 2
    source = ids[:half]
    written = [choice.id for choice in write(model, source, half, config)]
    return tokenizer.decode(source) + ARROW + tokenizer.decode(_of_texts(written, model.config))


def _with_gaps_filled(model: T5, tokenizer: Decodes, ids: list[int], config: SamplingConfig) -> str:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        noise = noise_mask(1, len(ids))
    source, target = corrupted(torch.tensor([ids]), noise, model.config)
    written = [choice.id for choice in write(model, source[0].tolist(), 2 * target.shape[1], config)]
    put = filled(written, model.config)
    parts, gap = [], 0
    for run in _runs(source[0].tolist()[:-1], model.config):
        if run[0] < model.config.special(PAD):
            parts.append(tokenizer.decode(run))
        else:
            parts.append(f"[{tokenizer.decode(put.get(gap, []))}]")
            gap += 1
    return "".join(parts)


def filled(written: Sequence[int], config: T5Config) -> dict[int, list[int]]:
    """The tokens that a target puts into every gap, by the number of its sentinel.

    What stands before the first sentinel belongs nowhere; of a sentinel that comes twice the first counts.
    """
    first = config.special(SENTINELS[0])
    found: dict[int, list[int]] = {}
    current: list[int] = []
    for id in written:
        if id >= first:
            current = []
            found.setdefault(id - first, current)
        elif id < config.special(PAD):
            current.append(id)
    return found


def _runs(ids: Sequence[int], config: T5Config) -> Iterator[list[int]]:
    """Tokens of the text together, sentinels one by one."""
    run: list[int] = []
    for id in ids:
        if id < config.special(PAD):
            run.append(id)
            continue
        if run:
            yield run
        yield [id]
        run = []
    if run:
        yield run


def _of_texts(ids: Sequence[int], config: T5Config) -> list[int]:
    """Without special tokens."""
    return [id for id in ids if id < config.special(PAD)]
