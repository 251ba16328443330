"""The loss of a gensim model on some words of a text, in nats per prediction.

gensim keeps a sum of its own, but no number of predictions to divide it by, and none of FastText.
"""

import math
from itertools import pairwise
from typing import Any

import numpy as np

_MOST = 2_000  # predictions that are measured
_ALWAYS = 2**32  # gensim's number for a word that is never skipped

Example = tuple[list[int], int]  # rows that are read together, and the row that they predict


def untrained_loss(model: Any) -> float:
    """When every decision is a coin toss: 1 + K of them, or as many as lead to a word of the Huffman tree."""
    if model.negative:
        return (1 + model.negative) * math.log(2)
    lengths = [len(code) for code in model.wv.expandos["code"]]
    read = model.wv.expandos["count"] * (model.wv.expandos["sample_int"] / _ALWAYS)
    return float(np.average(lengths, weights=read)) * math.log(2)


def loss_on(model: Any, sentences: list[list[str]], seed: int) -> float | None:
    """The mean over the first predictions of the sentences; None where no two words stand together."""
    random = np.random.default_rng(seed)
    found: list[Example] = []
    for words in sentences:
        rows = np.array([model.wv.key_to_index[word] for word in words], np.int64)
        kept = random.random(len(rows)) < model.wv.expandos["sample_int"][rows] / _ALWAYS
        found += _examples(rows[kept].tolist(), None if model.sg else model.window)
        if len(found) >= _MOST:
            break
    if not found:
        return None
    x = np.stack([model.wv.vectors[near].mean(axis=0) for near, _ in found]).astype(np.float64)
    targets = np.array([target for _, target in found])
    if model.negative:
        return _sampled(model, x, targets, random)
    return _hierarchical(model, x, targets)


def _examples(rows: list[int], window: int | None) -> list[Example]:
    """Neighbours predict each other (skip-gram), or all words in the window the one in its middle (CBOW)."""
    if window is None:
        return [([a], b) for a, b in pairwise(rows)]
    around = (
        (rows[max(0, i - window) : i] + rows[i + 1 : i + 1 + window], row) for i, row in enumerate(rows)
    )
    return [(near, row) for near, row in around if near]


def _sampled(model: Any, x: np.ndarray, targets: np.ndarray, random: np.random.Generator) -> float:
    """Mikolov et al. (2013b, eq. 4), the negatives being other words than the target."""
    share = model.wv.expandos["count"] ** 0.75
    drawn = random.choice(len(share), (len(x), model.negative), p=share / share.sum())
    near = np.einsum("nd,nd->n", x, model.syn1neg[targets])
    far = np.einsum("nd,nkd->nk", x, model.syn1neg[drawn])
    others = drawn != targets[:, None]
    pushed = (np.logaddexp(0, far) * others).sum(axis=1) / np.maximum(others.sum(axis=1), 1)
    return float((np.logaddexp(0, -near) + model.negative * pushed).mean())


def _hierarchical(model: Any, x: np.ndarray, targets: np.ndarray) -> float:
    """Mikolov et al. (2013b, eq. 3): the decisions on the way to each target."""
    codes = [model.wv.expandos["code"][target] for target in targets]
    nodes = np.concatenate([model.wv.expandos["point"][target] for target in targets])
    owner = np.repeat(np.arange(len(codes)), [len(code) for code in codes])
    signs = 1 - 2 * np.concatenate(codes).astype(np.float64)
    scores = signs * np.einsum("nd,nd->n", x[owner], model.syn1[nodes])
    return float(np.logaddexp(0, -scores).sum() / len(codes))
