"""Embedding and attention of a model while it trains: its tokens in the plane, its heads on a text."""

import base64
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from lmcore.analysis.attention import record
from lmcore.analysis.token_plane import token_plane
from lmcore.models.base import LanguageModel
from lmcore.models.registry import ARCHITECTURES, CAUSAL, ENCODER_DECODER
from lmcore.runs.home import Home
from lmcore.runs.loaded import model_at, snapshot_at
from lmcore.runs.store import Store
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.prepared import tokenized
from lmcore.text.splits import split_ids
from lmcore.text.tokenizers import Tokenizer
from lmcore.training.snapshots import read_snapshot

Part = dict[str, Any]
N_TOKENS = 60  # drawn in the plane
N_READ = 24  # tokens that the heads look at
KEPT_TEXTS = 4
KEPT_PLANES = 200


def inside(home: Home, run: str, step: int) -> Iterator[Part]:
    """Places of the most frequent tokens, and every head's weights over the first held-back tokens.

    `attention` is None where the model has none, or reads two texts at once. Weights are base64 of uint8
    (L, H, T, T), 255 = 1.
    """
    spec = Store(home.database).run(run).spec
    model, tokenizer = model_at(home, run, step)
    frequent, held_back = _read(home, spec)
    yield {
        "step": step,
        "plane": _plane_part(home, run, step, model, tokenizer, frequent),
        "attention": _attention_part(model, spec, tokenizer, held_back),
    }


@lru_cache(KEPT_TEXTS)
def _read(home: Home, spec: RunSpec) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The most frequent ids of the text that is trained on, and the first ones of the held-back text."""
    text = CorpusLibrary(home.corpora).get(spec.corpus)
    _, ids = tokenized(text, spec.cleaning, spec.tokenizer, home.cache)
    parts = split_ids(ids, spec.training.validation_share, spec.training.test_share)
    counts = np.bincount(parts.train)
    order = np.argsort(-counts, kind="stable")[:N_TOKENS]
    return tuple(int(i) for i in order if counts[i]), tuple(parts.validation[:N_READ].tolist())


def _plane_part(
    home: Home, run: str, step: int, model: LanguageModel, tokenizer: Tokenizer, ids: tuple[int, ...]
) -> Part | None:
    """None where no row of weights stands for one token."""
    name = _embedding_of(model)
    if name is None or len(ids) < 2:
        return None
    xy, kept = _plane(_snapshots_up_to(home, run, step), f"{name}.weight", ids)
    return {
        "tokens": [tokenizer.token_text(i) for i in ids],
        "xy": xy.round(4).tolist(),
        "kept": round(kept, 4),
        "dimensions": model.get_parameter(f"{name}.weight").shape[1],
    }


def _embedding_of(model: LanguageModel) -> str | None:
    """The module with a row for every token."""
    n_tokens = model.config.vocab_size
    modules = model.named_modules()
    return next((n for n, m in modules if isinstance(m, nn.Embedding) and m.num_embeddings == n_tokens), None)


def _snapshots_up_to(home: Home, run: str, step: int) -> tuple[tuple[Path, int, int], ...]:
    """Folder, step and time of writing of the snapshots before `step`, and of its own."""
    store = Store(home.database)
    steps = [artifact.step for artifact in store.artifacts(run, "snapshot") if artifact.step < step]
    return tuple(snapshot_at(home, run, one) for one in (*steps, step))


@lru_cache(KEPT_PLANES)
def _plane(
    snapshots: tuple[tuple[Path, int, int], ...], name: str, ids: tuple[int, ...]
) -> tuple[np.ndarray, float]:
    """The tokens at the last of the snapshots, each picture turned towards the one before it.

    So a step has the same picture however much later the run is.
    """
    folder, step, _ = snapshots[-1]
    vectors = read_snapshot(folder, step)[name][list(ids)].float().numpy()
    before = _plane(snapshots[:-1], name, ids)[0] if len(snapshots) > 1 else None
    return token_plane(vectors, before)


def _attention_part(
    model: LanguageModel, spec: RunSpec, tokenizer: Tokenizer, ids: tuple[int, ...]
) -> Part | None:
    architecture = ARCHITECTURES[spec.architecture]
    if not architecture.attends or architecture.reads == ENCODER_DECODER:
        return None
    read = ids[: model.config.context_length]
    heads = [layer[0].float().cpu().numpy() for layer in record(model, np.array(read)).attention]
    weights = np.round(np.stack(heads) * 255).astype(np.uint8)
    return {
        "tokens": [tokenizer.token_text(i) for i in read],
        "causal": architecture.reads == CAUSAL,
        "L": weights.shape[0],
        "H": weights.shape[1],
        "weights": base64.b64encode(weights.tobytes()).decode("ascii"),
    }
