"""Where every head looks while a model reads a text."""

from collections.abc import Collection
from typing import Protocol

import numpy as np
import torch

from lmcore.analysis.maps import AttentionMaps
from lmcore.checks import check_range
from lmcore.errors import ConfigError, TextError
from lmcore.models.base import LanguageModel, device_of
from lmcore.models.configs.base import TransformerConfig
from lmcore.models.evaluating import evaluating
from lmcore.models.recording import Recording
from lmcore.models.registry import ARCHITECTURES, CAUSAL, architecture_of
from lmcore.models.t5 import T5

N_NEXT = 5
AROUND = {"bert": ("[CLS]", "[SEP]")}  # what stands around a text that the model is given


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
    there and for a model that has none.
    """
    known = ARCHITECTURES[architecture_of(model.config)]
    config = model.config
    if not known.attends or not isinstance(config, TransformerConfig):
        raise ConfigError("no_attention", model=config.label)
    for layer, head in switched_off:
        check_range("layer", layer, 0, config.n_layers - 1)
        check_range("head", head, 0, config.n_heads - 1)
    around = AROUND.get(architecture_of(model.config), ("", ""))
    room = model.config.context_length - sum(map(bool, around))
    ids = np.asarray(tokenizer.ids(text))[-min(max_tokens, room) :]
    if len(ids) == 0:
        raise TextError("prompt_empty")
    ids = np.array([*_special(model, around[0]), *ids, *_special(model, around[1])])
    recording = record(model, ids, switched_off)
    weights = torch.cat(recording.attention).float().cpu().numpy()  # one text: (1, H, T, T) a layer
    names = [token_text(model, tokenizer, int(i)) for i in ids]
    following = _following(model, tokenizer, recording) if known.reads == CAUSAL else ()
    return AttentionMaps(tuple(names), weights, following, causal=known.reads == CAUSAL)


def token_text(model: LanguageModel, tokenizer: ReadsText, id: int) -> str:
    """The text of a token, the special ones of the model among them."""
    first = model.config.vocab_size - len(model.config.specials)
    return model.config.specials[id - first] if id >= first else tokenizer.token_text(id)


def _special(model: LanguageModel, name: str) -> list[int]:
    return [model.config.special(name)] if name else []


def _following(
    model: LanguageModel, tokenizer: ReadsText, recording: Recording
) -> tuple[tuple[str, float], ...]:
    assert recording.logits is not None
    probabilities = recording.logits[0, -1].float().softmax(-1)
    best = probabilities.topk(min(N_NEXT, len(probabilities)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return tuple((token_text(model, tokenizer, i), probability) for i, probability in pairs)


def record(
    model: LanguageModel, ids: np.ndarray, switched_off: Collection[tuple[int, int]] = ()
) -> Recording:
    """All that the model computes for one row of token ids, without dropout and gradients.

    Of an encoder–decoder it is the encoder that reads.
    """
    recording = Recording(switched_off=frozenset(switched_off))
    text = torch.from_numpy(ids.astype(np.int64))[None].to(device_of(model))
    with evaluating(model):
        if isinstance(model, T5):
            model.encode(text, recording)
        else:
            model(text, record=recording)
    return recording
