"""Filling gaps in a text with a model that reads from both sides (Devlin et al. 2019, section 3.1)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch

from lmcore.errors import TextError
from lmcore.models.base import device_of
from lmcore.models.configs.bert import MASKED_SHARE
from lmcore.models.evaluating import evaluating
from lmcore.models.masked_transformer import MaskedTransformer
from lmcore.text.byte_symbols import shown_bytes
from lmcore.text.tokenizers import Tokenizer


@dataclass(frozen=True)
class Guess:
    """A token for a gap, and its probability among all tokens that a text may contain."""

    id: int
    probability: float


def fill(
    model: MaskedTransformer, ids: Sequence[int] | np.ndarray, positions: Sequence[int], n_best: int = 10
) -> list[list[Guess]]:
    """The `n_best` likeliest tokens for each gap, best first, all gaps open at the same time.

    `ids` is a text without its frame; what stands at `positions` is not shown to the model. Raises
    `TextError` if there is no gap or the text is too long.
    """
    if not len(positions):
        raise TextError("nothing_to_fill", n_tokens=len(ids))
    if len(ids) > model.most_tokens:
        raise TextError("too_long_to_fill", n_tokens=len(ids), limit=model.most_tokens)
    text = torch.tensor([[int(i) for i in ids]], device=device_of(model))
    places = torch.tensor(list(positions), device=text.device)
    text[0, places] = model.config.special("[MASK]")
    with evaluating(model):
        logits = model.two_sided(model.frame(text))[0, 1 + places]
    shares = logits[:, : model.n_ordinary].float().cpu().softmax(dim=1)
    best = shares.topk(min(n_best, shares.shape[1]))
    rows = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return [[Guess(*guess) for guess in zip(*row, strict=True)] for row in rows]


def filled_sample(
    model: MaskedTransformer, tokenizer: Tokenizer, ids: Sequence[int] | np.ndarray, seed: int
) -> str:
    """A window of the text `ids` with 15 % of its tokens guessed, the guesses in square brackets.

    `the [cat] sat on [the] mat`. The same seed takes out the same tokens.
    """
    draw = random.Random(seed)
    start = draw.randrange(max(1, len(ids) - model.most_tokens + 1))
    window = [int(i) for i in ids[start : start + model.most_tokens]]
    gaps = draw.sample(range(len(window)), max(1, round(MASKED_SHARE * len(window))))
    for place, guesses in zip(gaps, fill(model, window, gaps, 1), strict=True):
        window[place] = guesses[0].id
    return with_brackets(tokenizer, window, set(gaps))


def with_brackets(tokenizer: Tokenizer, ids: Sequence[int], guessed: set[int]) -> str:
    """The text of the ids, with square brackets around what stands at `guessed`, spaces outside."""
    parts = []
    for is_guess, group in groupby(range(len(ids)), key=guessed.__contains__):
        part = [ids[place] for place in group]
        parts.append(_bracketed(tokenizer, part) if is_guess else tokenizer.decode(part))
    return "".join(parts)


def _bracketed(tokenizer: Tokenizer, ids: Sequence[int]) -> str:
    text = shown_bytes(b"".join(map(tokenizer.token_bytes, ids)))
    inside = text.strip()
    if not inside:
        return f"[{text}]"
    before, _, after = text.partition(inside)
    return f"{before}[{inside}]{after}"
