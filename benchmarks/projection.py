"""How fast words find their places: `python -m benchmarks.projection [--text FILE]`.

Vectors are trained by our skip-gram on FILE (plain text or .gz), else on the sentences of the constructed
world, which have fewer words. The reference is umap-learn on the same nearest neighbours from the same start,
warm: its first fit compiles for 7 to 34 seconds, which does not count. Seconds are of one thread of one CPU,
the least of several tries; ours are those of a whole frame, with neighbours and groups.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.bars import Bar, report
from benchmarks.texts import words_of_file
from lmcore.analysis.library_layouts import umap_reference
from lmcore.analysis.neighbours import knn
from lmcore.analysis.placing import pca
from lmcore.analysis.projection import N_NEIGHBOURS, map_words, projected
from lmcore.analysis.word_map import WordMap
from lmcore.text.small_world.sentences import sentence_words
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.factory import trainer
from lmcore.vectors.queries import WordVectors, unit_rows
from lmcore.vectors.vocabulary import Vocabulary

N_FRAMES = 20
FILM_WORDS = 2_000
SIZES = (2_000, 5_000)


def best_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """CPU seconds of `work`, the least of several tries."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def moments(sequences: list[list[str]]) -> list[WordVectors]:
    """Word vectors at `N_FRAMES` moments of a training, the last one at its end."""
    vocabulary = Vocabulary.of(sequences, 3)
    config = VectorsConfig(dimensions=64, epochs=5, learning_rate=0.05)
    model = trainer(vocabulary, vocabulary.tokens(sequences), config, 1)
    wanted = {round(share * model.planned_steps) for share in np.linspace(1 / N_FRAMES, 1, N_FRAMES)}
    found = []
    while model.step < model.planned_steps:
        model.advance()
        if model.step in wanted:
            found.append(WordVectors(vocabulary.words, vocabulary.counts, model.vectors().copy()))
    return found


def most_frequent(vectors: WordVectors, n: int) -> WordVectors:
    """The first `n` words, or all."""
    return WordVectors(vectors.words[:n], vectors.counts[:n], vectors.matrix[:n])


def film(training: list[WordVectors]) -> WordMap:
    """One frame after the other; the last one."""
    frame = None
    for step, vectors in enumerate(training):
        frame = map_words(vectors, step, frame)
    assert frame is not None
    return frame


def first_picture(vectors: WordVectors) -> list[Bar]:
    """What is seen before anything is laid out."""
    name = f"{len(vectors):,} words"
    print(f"{name}: first frame {1000 * best_seconds(lambda: map_words(vectors, 0)):.0f} ms")
    return [Bar(f"{name}, PCA", 1000 * best_seconds(lambda: pca(unit_rows(vectors.matrix))), 50, unit="ms")]


def beside_umap_learn(vectors: WordVectors) -> list[Bar]:
    """A layout that starts from PCA, in speed and in neighbours kept."""
    name = f"{len(vectors):,} words"
    start = map_words(vectors, 0)
    ours = map_words(vectors, 1, start)
    ours_s = best_seconds(lambda: map_words(vectors, 1, start))
    theirs = projected(vectors, start, "umap_reference")  # compiles at the first call
    unit = unit_rows(vectors.matrix)
    neighbours = knn(unit, N_NEIGHBOURS)
    theirs_s = best_seconds(lambda: umap_reference(unit, neighbours, start.xy), 2)
    in_space = projected(vectors, ours, "umap", 3)
    space_s = best_seconds(lambda: projected(vectors, ours, "umap", 3))
    print(f"{name}: layout {ours_s:.2f} s, in space {space_s:.2f} s; umap-learn {theirs_s:.2f} s")
    maps = {"ours": ours, "in space": in_space, "umap-learn": theirs, "PCA": projected(vectors, ours, "pca")}
    kept = ", ".join(f"{which} {shown.neighbours_kept:.3f}" for which, shown in maps.items())
    print(f"{name}: neighbours kept, {kept}")
    share = ours.neighbours_kept / theirs.neighbours_kept
    return [
        Bar(f"{name}, times as fast as umap-learn, warm", theirs_s / ours_s, 3, at_most=False, unit="×"),
        Bar(f"{name}, neighbours kept, of umap-learn's", share, 0.95, at_most=False, unit="×"),
    ]


def main() -> None:
    """Train, measure, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", type=Path, help="plain text or .gz, words between blanks")
    options = parser.parse_args()
    sequences = words_of_file(options.text) if options.text else list(sentence_words("en", 200_000, 1))
    training = moments(sequences)
    last = training[-1]
    with threadpool_limits(1):
        film([most_frequent(vectors, 100) for vectors in training[:3]])  # compiles
        bars = []
        for n in [n for n in SIZES if n <= len(last)] or [len(last)]:
            bars += first_picture(most_frequent(last, n)) + beside_umap_learn(most_frequent(last, n))
        shown = [most_frequent(vectors, FILM_WORDS) for vectors in training]
        seconds = best_seconds(lambda: film(shown), 2)
        print(f"{len(shown[-1]):,} words: {len(shown)} frames {seconds:.2f} s")
    report(bars)


if __name__ == "__main__":
    main()
