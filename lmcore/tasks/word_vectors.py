"""Word vectors trained on a corpus: at every snapshot a map of the most frequent words, and tests."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lmcore.analysis.projection import map_words
from lmcore.analysis.word_map import WordMap
from lmcore.errors import RunError
from lmcore.events import Event, Finished, Reference, Sample, Score, Snapshot
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.text.corpus import Corpus
from lmcore.text.small_world.parts import part_of
from lmcore.training.snapshots import snapshot_steps
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.evaluation import scores_while_training
from lmcore.vectors.factory import trainer
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.stored import rows_kept, write_words
from lmcore.vectors.trainer import Trainer
from lmcore.vectors.vocabulary import Vocabulary
from lmcore.vectors.words import corpus_words

_N_PROBES = 3
_N_NEIGHBOURS = 5
_N_COUNTED = 200  # words whose meetings are kept for the page Learn
_RARELY_SKIPPED = 0.4  # a word that is read at least this often is no mere function word
_BRIEF = 4  # letters; frequent and brief words hold sentences together (Zipf's law of abbreviation)


def start(spec: RunSpec, corpus: Corpus, folder: Path, cache: Path | None = None) -> "WordVectorsRun":
    """A training before its first event; writes `vocabulary.json` and `counts.npz` into `folder`.

    `cache` is there for tasks whose texts take long to read; words are split faster than they could be read
    back. Raises `TextError` when the text has too few words.
    """
    sequences = corpus_words(corpus, spec.cleaning)
    vocabulary = Vocabulary.of(sequences, spec.vectors.min_count)
    tokens = vocabulary.tokens(sequences)
    run = WordVectorsRun(trainer(vocabulary, tokens, spec.vectors, spec.seed), folder, corpus)
    write_words(folder, vocabulary.words, vocabulary.counts, language=corpus.language)
    run.write_counts(tokens)
    return run


def warm_up() -> None:
    """Train a few words to their second map, so that the first run finds everything loaded."""
    words = [f"{'bcdfghkl'[i % 8]}{'aeiou'[i % 5]}" for i in range(1_000)]  # forty different ones
    corpus = Corpus("", "", "en", (" ".join(words),), "", "", "")
    config = VectorsConfig(epochs=1, min_count=1)
    with TemporaryDirectory() as folder:
        run = start(RunSpec(task=WORD_VECTORS, vectors=config), corpus, Path(folder))
        taken = 0
        for event in run.events():
            taken += isinstance(event, Snapshot)
            if taken == 2:
                return


class WordVectorsRun:
    """A `TrainingRun` of word vectors; one step is one chunk of work."""

    device = "cpu"

    def __init__(self, model: Trainer, folder: Path, corpus: Corpus) -> None:
        self.model, self.folder = model, folder
        self.planned_steps = model.planned_steps
        self._language = corpus.language
        self._constructed = corpus.id.startswith(("world", "sentences"))
        self._mapped = map_rows(model.vocabulary, model.config.map_words, model.config.subsample)
        self._parts = part_of(corpus.language) if self._constructed else None
        self._probes = _probe_words([model.vocabulary.words[row] for row in self._mapped])
        self._previous: WordMap | None = None

    @property
    def step(self) -> int:
        """Chunks done."""
        return self.model.step

    def events(self) -> Iterator[Event]:
        """What happens from here to the end. A snapshot step at which this begins is written (again)."""
        due = set(snapshot_steps(self.planned_steps))
        yield Reference("uniform", self.model.untrained_loss)
        while True:
            if self.step in due:
                vectors = self._vectors()
                if not np.isfinite(vectors.matrix).all():
                    yield Finished(self.step, "diverged")
                    return
                yield from self._snapshot(vectors)
            if self.step >= self.planned_steps:
                yield Finished(self.step)
                return
            event = self.model.advance()
            if self.model.has_diverged(event.loss):
                yield Finished(self.step - 1, "diverged")
                return
            yield event

    def _vectors(self) -> WordVectors:
        vocabulary = self.model.vocabulary
        return WordVectors(vocabulary.words, vocabulary.counts, self.model.vectors())

    def _snapshot(self, vectors: WordVectors) -> Iterator[Event]:
        yield Sample(self.step, _neighbours_text(vectors, self._probes))
        for score in scores_while_training(vectors, self._language, self._constructed):
            yield Score(self.step, score.name, score.value, score.n)
        self._write_frame(vectors)
        n = rows_kept(*vectors.matrix.shape)
        last = self.step >= self.planned_steps
        kept = {"vectors": vectors.matrix[: None if last else n].astype(np.float16)}
        contexts = self.model.context_vectors()
        if contexts is not None:
            kept["contexts"] = contexts[:n].astype(np.float16)
        yield Snapshot(self.step, kept)

    def _write_frame(self, vectors: WordVectors) -> None:
        words = [vectors.words[row] for row in self._mapped]
        mapped = WordVectors(words, vectors.counts[self._mapped], vectors.matrix[self._mapped])
        frame = map_words(mapped, self.step, self._previous, ranks=self._mapped, parts=self._parts)
        frame.save(frame_path(self.folder, self.step))
        self._previous = frame

    def write_counts(self, tokens: np.ndarray) -> None:
        """`counts.npz`: how often the most frequent words of the map meet in the window, in places of the
        vocabulary: what the method learns from, to be looked at beside what it has learned."""
        config, vocabulary = self.model.config, self.model.vocabulary
        rows = self._mapped[:_N_COUNTED].astype(np.int32)
        weighting = "harmonic" if config.method == "glove" else "linear"
        from lmcore.vectors.cooccurrence import counts_among  # numba: not before a run begins

        counts = counts_among(tokens, rows, config.window, weighting)
        unfinished = self.folder / "counts.npz.tmp"
        with unfinished.open("wb") as file:
            np.savez(file, rows=rows, counts=counts, totals=vocabulary.counts[rows])
        unfinished.replace(self.folder / "counts.npz")

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`; raises `ConfigError` for anything else."""
        self.model.change(name, value)

    def save_checkpoint(self, path: Path) -> None:
        """Write all arrays of the model in full, and the position."""
        from safetensors.numpy import save_file

        given = {"step": self.model.step, "learning_rate": self.model.config.learning_rate}
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".tmp")
        save_file(self.model.state(), unfinished, metadata={"state": json.dumps(given)})
        unfinished.replace(path)

    def load_checkpoint(self, path: Path) -> None:
        """Go back to what `save_checkpoint` wrote; raises `RunError` if it does not fit this run."""
        arrays, given = _read_checkpoint(path)
        self.model.load_state(arrays, given["step"])
        self.model.change("learning_rate", given["learning_rate"])
        self._previous = self._map_before(self.model.step)

    def _map_before(self, step: int) -> WordMap | None:
        """The newest frame older than `step`: the one that its own frame continues."""
        older = [
            s for s in snapshot_steps(self.planned_steps) if s < step and frame_path(self.folder, s).is_file()
        ]
        return WordMap.load(frame_path(self.folder, older[-1])) if older else None


def frame_path(folder: Path, step: int) -> Path:
    """Where the word map of a step is kept."""
    return folder / "frames" / f"{step:07d}.npz"


def map_rows(vocabulary: Vocabulary, n_words: int, subsample: float) -> np.ndarray:
    """Places of the most frequent words, function words last, so that the map names what a text is about."""
    n_mapped = min(n_words, len(vocabulary.words))
    keep = vocabulary.keep_probabilities(subsample or 1e-3)[:n_mapped]
    brief = np.array([len(word) <= _BRIEF and word.isascii() for word in vocabulary.words[:n_mapped]])
    return np.argsort((keep < _RARELY_SKIPPED) | (brief & (keep < 1)), kind="stable")


def _read_checkpoint(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise RunError("checkpoint_missing", name=path.name)
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return arrays, json.loads((file.metadata() or {})["state"])
    except (SafetensorError, KeyError) as error:
        raise RunError("checkpoint_unreadable", name=path.name, size=path.stat().st_size) from error


def _probe_words(words: list[str]) -> tuple[str, ...]:
    """A few frequent words to follow; long ones, where there are any, say more."""
    long = [word for word in words[:200] if len(word) >= 6]
    return tuple(long or words)[:_N_PROBES]


def _neighbours_text(vectors: WordVectors, probes: tuple[str, ...]) -> str:
    """One line a word: "government: minister, federal, …"."""
    near = {word: vectors.most_similar(word, topn=_N_NEIGHBOURS) for word in probes}
    return "\n".join(f"{word}: {', '.join(other for other, _ in found)}" for word, found in near.items())
