"""One word in many sentences: its hidden state in each, after every layer (Ethayarajh 2019)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from lmcore.errors import ConfigError, TextError
from lmcore.models.base import LanguageModel, device_of
from lmcore.models.evaluating import evaluating
from lmcore.models.recording import Recording
from lmcore.models.registry import ARCHITECTURES, CAUSAL, architecture_of
from lmcore.text.occurrences import Occurrence
from lmcore.text.tokenizers import Encoding

AT_ONCE = 32  # texts
NEAREST = 3


class Encodes(Protocol):
    """What is asked of a tokenizer here."""

    def encode(self, text: str) -> Encoding: ...


@dataclass(frozen=True)
class States:
    """n occurrences of a word, L layers and the embedding below them, C = d_model.

    `others` are states of one other token of each text, drawn at random: what likeness means in this model.
    """

    word: np.ndarray  # (L + 1, n, C) float32, the residual stream at the last token of the word
    others: np.ndarray  # the same shape
    read: np.ndarray  # (n,) tokens that the model has read before that token


@dataclass(frozen=True)
class Layer:
    """The occurrences after one layer, in the plane; all layers of one map have one scale."""

    xy: np.ndarray  # (n, 2) float32 within [-1, 1]
    kept: float  # share of the variance that lies in the plane
    similarity: float  # mean cosine between two occurrences
    baseline: float  # mean cosine between two other tokens
    nearest: np.ndarray  # (n, k) occurrences with the largest cosines, the nearest first


def hidden_states(
    model: LanguageModel, tokenizer: Encodes, places: Sequence[Occurrence], seed: int = 0
) -> States:
    """Let the model read every text up to the end of its word, as many tokens as its context holds.

    What comes after the word cannot reach it in a model that reads from left to right. Raises `TextError`
    for a word of more tokens than the context, `ConfigError` for a model that does not read so.
    """
    known = ARCHITECTURES[architecture_of(model.config)]
    if known.reads != CAUSAL or not known.attends:
        raise ConfigError("no_states_to_follow", model=model.config.label)
    windows = [_window(tokenizer, place, model.config.context_length) for place in places]
    draw = np.random.default_rng(seed)
    other = [int(draw.integers(0, max(1, len(window) - 1))) for window in windows]
    parts = [
        _states(model, windows[start : start + AT_ONCE], other[start : start + AT_ONCE])
        for start in range(0, len(windows), AT_ONCE)
    ]
    word, others = (np.concatenate([part[which] for part in parts], axis=1) for which in (0, 1))
    return States(word, others, np.array([len(window) - 1 for window in windows]))


def _window(tokenizer: Encodes, place: Occurrence, context: int) -> np.ndarray:
    """The ids up to the last token of the word, (T,)."""
    encoding = tokenizer.encode(place.text)
    start, end = len(place.before), len(place.before) + len(place.word)
    inside = [i for i, (a, b) in enumerate(encoding.offsets) if a < end and b > start]
    if not inside:
        raise TextError("contextual_no_token", word=place.word)
    n_tokens = inside[-1] - inside[0] + 1
    if n_tokens > context:
        raise TextError("contextual_beyond_context", n_tokens=n_tokens, context=context)
    return encoding.ids[: inside[-1] + 1][-context:]


def _states(
    model: LanguageModel, windows: list[np.ndarray], other: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """States (L + 1, B, C) at the last token of each window and at another one.

    Windows are filled up on the right, where a causal model does not look.
    """
    ids = np.zeros((len(windows), max(map(len, windows))), np.int64)
    for row, window in zip(ids, windows, strict=True):
        row[: len(window)] = window
    recording = Recording()
    with evaluating(model):
        model(torch.from_numpy(ids).to(device_of(model)), record=recording)
    residual = torch.stack(recording.residual).float().cpu().numpy()  # (L + 1, B, T, C)
    rows = np.arange(len(windows))
    return residual[:, rows, [len(window) - 1 for window in windows]], residual[:, rows, other]


def layered_map(states: States) -> list[Layer]:
    """The principal plane of every layer, each turned onto the one before (Schönemann 1966), never scaled.

    Vectors are brought to length 1 first: distance in the plane is then about cosine alone.
    """
    planes, kept = [], []
    for vectors in states.word:
        unit = _unit(vectors)
        xy, share = _plane(unit - unit.mean(axis=0))
        planes.append(_turned(xy, planes[-1]) if planes else xy)
        kept.append(share)
    reach = max(float(np.abs(xy).max()) for xy in planes) or 1.0
    return [
        Layer(xy / reach, share, mean_cosine(word), mean_cosine(other), _nearest(word))
        for xy, share, word, other in zip(planes, kept, states.word, states.others, strict=True)
    ]


def mean_cosine(vectors: np.ndarray) -> float:
    """Mean cosine between every two different rows (n, C), n ≥ 2: self-similarity (Ethayarajh 2019, eq. 1).

    >>> round(mean_cosine(np.array([[1.0, 0], [0, 2], [1, 0]])), 4)
    0.3333
    """
    unit, n = _unit(vectors), len(vectors)
    return float(((unit.sum(axis=0) ** 2).sum() - (unit**2).sum()) / (n * (n - 1)))


def _unit(vectors: np.ndarray) -> np.ndarray:
    vectors = np.asarray(vectors, np.float64)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _plane(centred: np.ndarray) -> tuple[np.ndarray, float]:
    """The first two principal components (n, 2), and the share of the variance they hold."""
    u, singular, _ = np.linalg.svd(centred, full_matrices=False)
    variance = singular**2
    xy = np.zeros((len(centred), 2))
    n = min(2, len(singular))
    xy[:, :n] = u[:, :n] * singular[:n]
    total = float(variance.sum())
    return xy, float(variance[:2].sum()) / total if total > 1e-12 else 1.0


def _turned(xy: np.ndarray, reference: np.ndarray) -> np.ndarray:
    u, _, v = np.linalg.svd(xy.T @ reference)
    return xy @ (u @ v)


def _nearest(vectors: np.ndarray) -> np.ndarray:
    unit = _unit(vectors)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, : min(NEAREST, len(unit) - 1)]
