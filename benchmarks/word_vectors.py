"""Word vectors beside gensim's: `python -m benchmarks.word_vectors --text FILE [--peer DIR]`.

Speeds are ratios of CPU seconds, paired in one run with one thread each, the median of three: one epoch over
the first million words, 100 dimensions, window 5, 5 negatives, sub-sampling 1e-3. Quality is that of the
whole text after ten epochs, the mean of two seeds. `--peer` is a checkout of stanfordnlp/GloVe.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # before numpy is loaded

import argparse
import statistics
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bars import Bar, report
from benchmarks.texts import words_of_file
from lmcore.text.small_world.sentences import sentence_words
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.evaluation import analogy_scores, similarity_score
from lmcore.vectors.factory import trainer
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.trainer import Trainer
from lmcore.vectors.vocabulary import Vocabulary
from lmcore.vectors.word_sets import google_sections, held_out_sections, judged_pairs

WORDS, ROUNDS, EPOCHS, SEEDS = 1_000, 3, 10, (1, 2)  # sequences of a thousand words
AT_LEAST = {"skipgram": 4.0, "cbow": 2.5, "fasttext": 3.0}
SETTINGS = VectorsConfig(dimensions=100, min_count=5, subsample=1e-3, learning_rate=0.025)
WORLD = VectorsConfig(dimensions=64, epochs=15, learning_rate=0.1, subsample=1e-4)

Sequences = Sequence[Sequence[str]]


def config_of(method: str, epochs: int = 1) -> VectorsConfig:
    return replace(SETTINGS, method=method, epochs=epochs)


def new_trainer(sequences: Sequences, config: VectorsConfig, seed: int) -> Trainer:
    vocabulary = Vocabulary.of(sequences, config.min_count)
    return trainer(vocabulary, vocabulary.tokens(sequences), config, seed)


def seconds_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def train(model: Trainer) -> None:
    while model.step < model.planned_steps:
        model.advance()


def gensim_model(method: str, epochs: int, seed: int) -> Any:
    from gensim.models import FastText, Word2Vec

    given = {"vector_size": 100, "window": 5, "negative": 5, "sample": 1e-3, "workers": 1, "min_count": 5}
    given |= {"seed": seed, "epochs": epochs, "sg": int(method != "cbow")}
    return FastText(bucket=config_of(method).buckets, **given) if method == "fasttext" else Word2Vec(**given)


def speed_ratio(method: str, sequences: Sequences) -> float:
    """How many times faster than gensim, in CPU seconds of training alone."""
    train(new_trainer(sequences[:20], config_of(method, epochs=1), 1))  # compiled
    ratios = []
    for _ in range(ROUNDS):
        peer = gensim_model(method, 1, 1)
        peer.build_vocab(sequences)
        theirs = seconds_of(lambda p=peer: p.train(sequences, total_examples=len(sequences), epochs=1))
        model = new_trainer(sequences, config_of(method, epochs=1), 1)
        ours = seconds_of(lambda m=model: train(m))
        print(f"{method}: gensim {theirs:.2f} s, ours {ours:.2f} s, ratio {theirs / ours:.2f}", flush=True)
        ratios.append(theirs / ours)
    return statistics.median(ratios)


def quality(vectors: WordVectors) -> tuple[float, float]:
    """Spearman on WordSim-353, and the share of Google's analogies."""
    sections = analogy_scores(vectors, google_sections())
    rho = similarity_score(vectors, judged_pairs("wordsim353")).spearman or 0.0
    return rho, sum(s.n_correct for s in sections) / max(1, sum(s.n for s in sections))


def quality_bars(method: str, sequences: Sequences) -> list[Bar]:
    ours, theirs = [], []
    for seed in SEEDS:
        model = new_trainer(sequences, config_of(method, epochs=EPOCHS), seed)
        train(model)
        vocabulary = model.vocabulary
        ours.append(quality(WordVectors(vocabulary.words, vocabulary.counts, model.vectors())))
        peer = gensim_model(method, EPOCHS, seed)
        peer.build_vocab(sequences)
        peer.train(sequences, total_examples=len(sequences), epochs=EPOCHS)
        matrix = np.stack([peer.wv[word] for word in vocabulary.words])
        theirs.append(quality(WordVectors(vocabulary.words, vocabulary.counts, matrix)))
        print(
            f"{method}, seed {seed}: ours {ours[-1]}, gensim {theirs[-1]} (WordSim-353, Google)", flush=True
        )
    below = np.mean(theirs, axis=0) - np.mean(ours, axis=0)
    return [
        Bar(f"{method}, WordSim-353 below gensim's", float(below[0]), 0.03),
        Bar(f"{method}, analogies below gensim's", float(below[1]), 0.002),
    ]


def world_bars() -> list[Bar]:
    """Held-out analogies of the constructed world, the worst of five seeds, and CPU seconds in the kernel."""
    bars = []
    for language in ("en", "zh"):
        sequences = sentence_words(language, 200_000, 1)
        shares, seconds = [], []
        for seed in range(1, 6):
            model = new_trainer(sequences, WORLD, seed)
            model.advance()  # compiled
            left = 1 - model.step / model.planned_steps
            seconds.append(seconds_of(lambda m=model: train(m)) / left)
            vectors = WordVectors(model.vocabulary.words, model.vocabulary.counts, model.vectors())
            sections = analogy_scores(vectors, held_out_sections(language))
            shares.append(sum(s.n_correct for s in sections) / sum(s.n for s in sections))
        bars.append(Bar(f"small world, {language}, held-out analogies", min(shares), 0.99, False))
        bars.append(Bar(f"small world, {language}, training", max(seconds), 1, unit="s"))
    return bars


def counting_bars(options: Namespace) -> list[Bar]:
    """GloVe and PPMI."""
    name = "benchmarks.word_vectors_counting"
    return import_module(name).bars(options) if find_spec(name) else []


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", type=Path, required=True, help="an English text, plain or .gz")
    parser.add_argument("--peer", type=Path, help="a checkout of stanfordnlp/GloVe")
    options = parser.parse_args()
    sequences = words_of_file(options.text)
    bars = world_bars()
    for method, least in AT_LEAST.items():
        ratio = speed_ratio(method, sequences[:WORDS])
        bars.append(Bar(f"{method}, speed of gensim exceeded", ratio, least, False, "×"))
        bars += quality_bars(method, sequences)
    report(bars + counting_bars(options))


if __name__ == "__main__":
    main()
