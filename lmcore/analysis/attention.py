"""Where every head looks while a model reads a text."""

from collections.abc import Collection
from typing import Protocol

import numpy as np
import torch

from lmcore.analysis.maps import AttentionMaps
from lmcore.checks import check_range
from lmcore.errors import TextError
from lmcore.models.base import LanguageModel, device_of
from lmcore.models.evaluating import evaluating
from lmcore.models.recording import Recording

N_NEXT = 5


class ReadsText(Protocol):
    """What is asked of a tokenizer here."""

    def ids(self, text: str) -> np.ndarray: ...

    def token_text(self, id: int) -> str: ...


def attention_maps(
    model: LanguageModel,
    tokenizer: ReadsText,
    text: str,
    max_tokens: int = 64,
    switched_off: Collection[tuple[int, int]] = (),
) -> AttentionMaps:
    """Attention over the last tokens of `text`, at most `max_tokens` and the model's context.

    The output of `switched_off` heads (layer, head) does not reach the residual stream, which changes every
    later layer and the prediction. Raises `TextError` for an empty text, `ConfigError` for a head that is not
    there.
    """
    for layer, head in switched_off:
        check_range("layer", layer, 0, model.config.n_layers - 1)
        check_range("head", head, 0, model.config.n_heads - 1)
    ids = np.asarray(tokenizer.ids(text))[-min(max_tokens, model.config.context_length) :]
    if len(ids) == 0:
        raise TextError("prompt_empty")
    recording = record(model, ids, switched_off)
    weights = torch.cat(recording.attention).float().cpu().numpy()  # one text: (1, H, T, T) a layer
    assert recording.logits is not None
    probabilities = recording.logits[0, -1].float().softmax(-1)
    best = probabilities.topk(min(N_NEXT, len(probabilities)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return AttentionMaps(
        tokens=tuple(tokenizer.token_text(int(i)) for i in ids),
        weights=weights,
        next_tokens=tuple((tokenizer.token_text(i), probability) for i, probability in pairs),
    )


def record(
    model: LanguageModel, ids: np.ndarray, switched_off: Collection[tuple[int, int]] = ()
) -> Recording:
    """All that the model computes for one row of token ids, without dropout and gradients."""
    recording = Recording(switched_off=frozenset(switched_off))
    with evaluating(model):
        model(torch.from_numpy(ids.astype(np.int64))[None].to(device_of(model)), record=recording)
    return recording
