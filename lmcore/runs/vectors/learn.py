"""Learn: a pair of words from the text of a run, what an update does to it, and what the text has counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from lmcore.analysis.objective import (
    alike_together,
    draw_negatives,
    expected_counts,
    glove_parts,
    glove_weight,
    huffman_path,
    likeness,
    meetings_per_word,
    negative_sampling,
    pointwise_information,
)
from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, contexts_at, spec_of, vectors_at
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.vectors.config import IMPORTED, VectorsConfig
from lmcore.vectors.queries import WordVectors, unit_rows
from lmcore.vectors.words import corpus_words

SHOWN = 40  # words of the two matrices
MARGIN = 4  # words shown on either side of the window
LONGEST = 1_000_000  # characters that are searched for passages


def learn(
    home: Home, run: str, step: int, centre: str = "", context: str = "", nth: int = 0, draw: int = 0
) -> Iterator[Part]:
    """A passage around `centre`, the pair of it and `context`, and both matrices, at one step.

    Without `centre` a word that the text often has is taken, without `context` its neighbour in the passage.
    `nth` counts the places of the centre in the text, `draw` is the seed of the negatives.
    """
    spec = spec_of(home, run)
    vectors, contexts = vectors_at(home, run, step), contexts_at(home, run, step)
    counted = _counted(home, run)
    centre = centre or _usual(vectors, counted)
    vectors.place(centre)
    yield {"progress": 0.1}
    passage = _passage(home, spec, vectors, centre, nth)
    context = context or _met(passage, vectors)
    vectors.place(context)
    pair = _Pair(spec.vectors, vectors, contexts, counted, centre, context)
    yield {
        "method": spec.vectors.method,
        "objective": spec.vectors.objective,
        "step": step,
        "centre": centre,
        "context": context,
        "window": spec.vectors.window,
        "passage": passage,
        "pair": pair.told(passage, draw),
        "matrices": _matrices(spec.vectors, vectors, contexts, counted),
    }


@dataclass(frozen=True)
class Counted:
    """What `counts.npz` has of k words: their places, names, meetings (k, k), and those due to chance."""

    rows: np.ndarray
    counts: np.ndarray
    expected: np.ndarray


def _counted(home: Home, run: str) -> Counted | None:
    path = home.run_folder(run) / "counts.npz"
    return _counted_of(home, run, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(4)
def _counted_of(home: Home, run: str, written: int) -> Counted:
    folder, config = home.run_folder(run), spec_of(home, run).vectors
    known = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    with np.load(folder / "counts.npz") as file:
        rows, counts, totals = file["rows"], file["counts"], file["totals"]
    per_word = meetings_per_word(config.window, "harmonic" if config.method == "glove" else "linear")
    return Counted(rows, counts, expected_counts(totals, sum(known["counts"]), per_word))


def _usual(vectors: WordVectors, counted: Counted | None) -> str:
    return vectors.words[int(counted.rows[0])] if counted is not None else vectors.words[0]


@lru_cache(2)
def _sequences(home: Home, spec: RunSpec) -> list[list[str]]:
    """The words of the text, of a long one those of its beginning."""
    corpus = CorpusLibrary(home.corpora).get(spec.corpus)
    kept, length = [], 0
    for document in corpus.documents:
        if length >= LONGEST:
            break
        kept.append(document[: LONGEST - length])
        length += len(document)
    labels = corpus.labels[: len(kept)]
    return corpus_words(replace(corpus, documents=tuple(kept), labels=labels), spec.cleaning)


def _passage(home: Home, spec: RunSpec, vectors: WordVectors, centre: str, nth: int) -> dict[str, Any] | None:
    """Words around a place of `centre`; None where the text is not there, or does not have the word."""
    if spec.vectors.method == IMPORTED:
        return None
    try:
        sequences = _sequences(home, spec)
    except TextError:  # the text was removed since
        return None
    read = ([word for word in sequence if word in vectors] for sequence in sequences if centre in sequence)
    places = [(words, i) for words in read for i, word in enumerate(words) if word == centre]
    if not places:
        return None
    window = spec.vectors.window
    full = [place for place in places if len(place[0]) > window] or places
    words, at = full[nth % len(full)]
    first = max(0, at - window - MARGIN)
    return {
        "words": words[first : at + window + MARGIN + 1],
        "at": at - first,
        "nth": nth % len(full),
        "n": len(full),
    }


def _met(passage: dict[str, Any] | None, vectors: WordVectors) -> str:
    """The rarest word next to the centre or one further, which says most about it."""
    if passage is None:
        return vectors.words[min(1, len(vectors) - 1)]
    words, at = passage["words"], passage["at"]
    near = [word for word in words[max(0, at - 2) : at + 3] if word != words[at]] or [words[at]]
    return max(near, key=vectors.place)


@dataclass(frozen=True)
class _Pair:
    """Two words, and what the method of the run makes of them."""

    config: VectorsConfig
    vectors: WordVectors
    contexts: WordVectors | None
    counted: Counted | None
    centre: str
    context: str

    def told(self, passage: dict[str, Any] | None, draw: int) -> dict[str, Any]:
        """`kind` and its numbers; the kind `none` has none, and `why`."""
        method = self.config.method
        if method == "glove":
            return self._glove()
        if method == "ppmi":
            return self._ppmi()
        if method == IMPORTED:
            return {"kind": "none", "why": "imported"}
        if self.config.objective == "hierarchical":
            return self._path()
        return self._update(passage, draw)

    def _update(self, passage: dict[str, Any] | None, draw: int) -> dict[str, Any]:
        if self.contexts is None:
            return {"kind": "none", "why": "contexts"}
        averaged = self._window_words(passage) if self.config.method == "cbow" else []
        given = averaged or [self.centre]
        target = self.centre if averaged else self.context
        rows = [self.vectors.place(word) for word in (self.centre, self.context)]
        n = min(self.config.negative, len(self.vectors) - 2)
        drawn = draw_negatives(self.vectors.counts, rows, n, draw)
        targets = [self.vectors.place(target), *drawn.tolist()]
        x = self.vectors.matrix[[self.vectors.place(word) for word in given]].mean(axis=0)
        update = negative_sampling(x, self.contexts.matrix[targets], self.config.learning_rate)
        columns = zip(
            targets,
            update.scores,
            update.probabilities,
            update.losses,
            update.scores_after,
            update.losses_after,
            strict=True,
        )
        names = ("score", "probability", "loss", "score_after", "loss_after")
        return {
            "kind": "negative",
            "given": given,
            "target": target,
            "rate": self.config.learning_rate,
            "terms": [
                {"word": self.vectors.words[row]}
                | {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}
                for row, *values in columns
            ],
            "loss": float(update.losses.sum()),
            "loss_after": float(update.losses_after.sum()),
            "ngrams": self._ngrams() if self.config.method == "fasttext" else [],
        }

    def _window_words(self, passage: dict[str, Any] | None) -> list[str]:
        if passage is None:
            return [self.context]
        words, at, window = passage["words"], passage["at"], self.config.window
        near = words[max(0, at - window) : at] + words[at + 1 : at + window + 1]
        return near or [self.context]

    def _ngrams(self) -> list[str]:
        """The pieces that FastText adds up for the centre (Bojanowski et al. 2017, section 3.2)."""
        word = f"<{self.centre}>"
        lengths = range(self.config.ngram_least, self.config.ngram_most + 1)
        pieces = (word[i : i + n] for n in lengths for i in range(len(word) - n + 1))
        return [piece for piece in dict.fromkeys(pieces) if piece != word]

    def _path(self) -> dict[str, Any]:
        """The turns to the context in the tree. Its inner nodes have vectors that snapshots do not keep."""
        path = huffman_path(self.vectors.counts, self.vectors.place(self.context))
        turns = [{"turn": turn, "share": round(share, 4)} for turn, share in path]
        return {"kind": "path", "given": [self.centre], "target": self.context, "turns": turns}

    def _glove(self) -> dict[str, Any]:
        met = self._meetings()
        if met is None or self.contexts is None:
            return {"kind": "none", "why": "counts" if met is None else "contexts"}
        count = met[0]
        parts = glove_parts(self.vectors.matrix, self.contexts.matrix)
        i, j = self.vectors.place(self.centre), self.vectors.place(self.context)
        product = float(parts.words[i] @ parts.contexts[j])
        biases = float(parts.biases[i, 0] + parts.biases[j, 1])
        weight = glove_weight(count, self.config.x_max, self.config.alpha)
        difference = product + biases - float(np.log(count)) if count else 0.0
        return {
            "kind": "glove",
            "count": count,
            "log_count": float(np.log(count)) if count else None,
            "weight": weight,
            "product": product,
            "biases": biases,
            "loss": 0.5 * weight * difference**2,
        }

    def _ppmi(self) -> dict[str, Any]:
        met = self._meetings()
        if met is None:
            return {"kind": "none", "why": "counts"}
        count, expected = met
        information = float(np.log(count / expected)) if count else None
        shifted = max(0.0, (information or 0.0) - float(np.log(self.config.shift))) if count else 0.0
        return {"kind": "ppmi", "count": count, "expected": expected, "pmi": information, "kept": shifted}

    def _meetings(self) -> tuple[float, float] | None:
        """How often the pair has met, and would by chance; None for words that are not among the counted."""
        if self.counted is None:
            return None
        rows = {int(row): i for i, row in enumerate(self.counted.rows)}
        a, b = (rows.get(self.vectors.place(word)) for word in (self.centre, self.context))
        if a is None or b is None:
            return None
        return float(self.counted.counts[a, b]), float(self.counted.expected[a, b])


def _matrices(
    config: VectorsConfig, vectors: WordVectors, contexts: WordVectors | None, counted: Counted | None
) -> dict[str, Any] | None:
    """What the text counts and what the vectors say about the same words, in the same order."""
    if counted is None:
        return None
    kept = counted.rows < len(vectors)
    log_counts = config.method == "glove"
    with np.errstate(divide="ignore"):
        told = (
            np.log(counted.counts) if log_counts else pointwise_information(counted.counts, counted.expected)
        )
    told = told[np.ix_(kept, kept)]
    order = _order(told)
    rows = counted.rows[kept][order]
    told = told[np.ix_(order, order)]
    if contexts is not None and log_counts:
        parts = glove_parts(vectors.matrix[rows], contexts.matrix[rows])
        learned = parts.words @ parts.contexts.T + parts.biases[:, :1] + parts.biases[:, 1]
    elif contexts is not None:
        learned = vectors.matrix[rows] @ contexts.matrix[rows].T
    else:
        unit = unit_rows(vectors.matrix[rows])
        learned = unit @ unit.T
    learned = np.nan_to_num((learned + learned.T) / 2)
    return {
        "words": [vectors.words[row] for row in rows],
        "counted": [[round(float(x), 3) if np.isfinite(x) else None for x in row] for row in told],
        "learned": np.round(learned, 3).tolist(),
        "counted_kind": "log" if log_counts else "pmi",
        "learned_kind": "product" if contexts is not None else "cosine",
        "correlation": likeness(told, learned),
    }


def _order(told: np.ndarray) -> np.ndarray:
    """The words that have the most to say about each other, like ones beside each other."""
    positive = np.where(np.isfinite(told), np.maximum(told, 0), 0)
    np.fill_diagonal(positive, 0)
    telling = np.sort(np.argsort(-positive.sum(axis=0), kind="stable")[:SHOWN])
    return telling[alike_together(positive[telling])]
