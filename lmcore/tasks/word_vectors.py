"""Word vectors trained on a corpus, with a map of the most frequent words at every snapshot."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lmcore.analysis.projection import map_words
from lmcore.analysis.word_map import WordMap
from lmcore.errors import RunError
from lmcore.events import Event, Finished, Reference, Sample, Snapshot
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpus import Corpus
from lmcore.text.prepared import cleaned
from lmcore.training.snapshots import snapshot_path, snapshot_steps
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.training import Word2Vec
from lmcore.vectors.vocabulary import Vocabulary
from lmcore.vectors.words import word_sequences

_STATE = ("inputs", "outputs", "random_state")  # what a checkpoint holds of the model, in full
_N_PROBES = 3
_N_NEIGHBOURS = 5
_RARELY_SKIPPED = 0.4  # a word that is read at least this often is no mere function word
_BRIEF = 4  # letters; frequent and brief words hold sentences together (Zipf's law of abbreviation)


def start(spec: RunSpec, corpus: Corpus, folder: Path, cache: Path | None = None) -> "WordVectorsRun":
    """A training before its first event; writes `vocabulary.json` into `folder`.

    `cache` is there for tasks whose texts take long to read; words are split faster than they could be read
    back. Raises `TextError` when the text has too few words.
    """
    sequences = word_sequences(cleaned(corpus, spec.cleaning).documents, corpus.language)
    vocabulary = Vocabulary.of(sequences, spec.vectors.min_count)
    model = Word2Vec(vocabulary, vocabulary.tokens(sequences), spec.vectors, spec.seed)
    folder.mkdir(parents=True, exist_ok=True)
    run = WordVectorsRun(model, folder)
    run.write_words()
    return run


class WordVectorsRun:
    """A `TrainingRun` of word vectors; one step is one chunk of text."""

    device = "cpu"

    def __init__(self, model: Word2Vec, folder: Path) -> None:
        self.model, self.folder = model, folder
        self.planned_steps = model.planned_steps
        self._rows = _map_rows(model)
        self._words = tuple(model.vocabulary.words[row] for row in self._rows)
        self._counts = model.vocabulary.counts[self._rows]
        self._probes = _probe_words(self._words)
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
                if not np.isfinite(self.model.inputs).all():
                    yield Finished(self.step, "diverged")
                    return
                yield from self._snapshot()
            if self.step >= self.planned_steps:
                yield Finished(self.step)
                return
            event = self.model.advance()
            if self.model.has_diverged(event.loss):
                yield Finished(self.step - 1, "diverged")
                return
            yield event

    def _snapshot(self) -> Iterator[Event]:
        vectors = WordVectors(self._words, self._counts, self.model.inputs[self._rows])
        yield Sample(self.step, _neighbours_text(vectors, self._probes))
        frame = map_words(vectors, self.step, self._previous)
        frame.save(frame_path(self.folder, self.step))
        self._previous = frame
        yield Snapshot(self.step, {"vectors": vectors.matrix.astype(np.float16)})

    def write_words(self) -> None:
        """`vocabulary.json`: the words of the map and their counts, in the order of every snapshot's rows."""
        content = {"words": self._words, "counts": self._counts.tolist()}
        unfinished = self.folder / "vocabulary.json.tmp"
        unfinished.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(self.folder / "vocabulary.json")

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`; raises `ConfigError` for anything else."""
        self.model.change(name, value)

    def save_checkpoint(self, path: Path) -> None:
        """Write both matrices in full, the state of the random numbers, and the position."""
        from safetensors.numpy import save_file

        model = self.model
        tensors = {name: getattr(model, name) for name in _STATE}
        given = {"step": model.step, "learning_rate": model.config.learning_rate}
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".tmp")
        save_file(tensors, unfinished, metadata={"state": json.dumps(given)})
        unfinished.replace(path)

    def load_checkpoint(self, path: Path) -> None:
        """Go back to what `save_checkpoint` wrote; raises `RunError` if it does not fit this run."""
        tensors, given = _read_checkpoint(path)
        model = self.model
        for name in _STATE:
            here = getattr(model, name)
            if tensors[name].shape != here.shape:
                raise RunError("checkpoint_of_another_model", stored=tensors[name].size, needed=here.size)
        for name in _STATE:
            setattr(model, name, tensors[name])
        model.step = given["step"]
        model.change("learning_rate", given["learning_rate"])
        self._previous = self._map_before(model.step)

    def _map_before(self, step: int) -> WordMap | None:
        """The newest frame older than `step`: the one that its own frame continues."""
        older = [
            s for s in snapshot_steps(self.planned_steps) if s < step and frame_path(self.folder, s).is_file()
        ]
        return WordMap.load(frame_path(self.folder, older[-1])) if older else None


def frame_path(folder: Path, step: int) -> Path:
    """Where the word map of a step is kept."""
    return folder / "frames" / f"{step:07d}.npz"


def snapshot_vectors(folder: Path, step: int) -> WordVectors:
    """The vectors of the words on the map, as they were at a snapshot; raises `RunError` if there is none."""
    from safetensors.numpy import load_file

    path = snapshot_path(folder, step)
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    matrix = load_file(path)["vectors"]
    known = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    return WordVectors(known["words"], np.array(known["counts"]), matrix)


def _read_checkpoint(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise RunError("checkpoint_missing", name=path.name)
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in _STATE}
            return tensors, json.loads((file.metadata() or {})["state"])
    except (SafetensorError, KeyError) as error:
        raise RunError("checkpoint_unreadable", name=path.name, size=path.stat().st_size) from error


def _map_rows(model: Word2Vec) -> np.ndarray:
    """Rows of the most frequent words, function words last, so that the map names what a text is about."""
    n_mapped = min(model.config.map_words, len(model.vocabulary.words))
    keep = model.vocabulary.keep_probabilities(model.config.subsample or 1e-3)[:n_mapped]
    brief = np.array([len(word) <= _BRIEF and word.isascii() for word in model.vocabulary.words[:n_mapped]])
    return np.argsort((keep < _RARELY_SKIPPED) | (brief & (keep < 1)), kind="stable")


def _probe_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """A few frequent words to follow; long ones, where there are any, say more."""
    long = [word for word in words[:200] if len(word) >= 6]
    return tuple(long or words)[:_N_PROBES]


def _neighbours_text(vectors: WordVectors, probes: tuple[str, ...]) -> str:
    """One line a word: "government: minister, federal, …"."""
    near = {word: vectors.most_similar(word, topn=_N_NEIGHBOURS) for word in probes}
    return "\n".join(f"{word}: {', '.join(other for other, _ in found)}" for word, found in near.items())
