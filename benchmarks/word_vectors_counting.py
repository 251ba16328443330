"""GloVe beside its authors' C program, on the same counts: part of `python -m benchmarks.word_vectors`.

`--peer DIR` is a checkout of stanfordnlp/GloVe; it is compiled in a temporary folder with its own Makefile's
options (-O3 -march=native). Both train one thread, and the CPU seconds of the training alone are compared.
Quality is a mean over seeds: from one to the next WordSim-353 moves by 0.01 and the analogies by 0.2 %.
"""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from argparse import Namespace
from pathlib import Path

import numpy as np

from benchmarks.bars import Bar
from benchmarks.texts import words_of_file
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.evaluation import analogy_scores, similarity_score
from lmcore.vectors.glove import Glove
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.vocabulary import Vocabulary
from lmcore.vectors.word_sets import google_sections, judged_pairs

WINDOW, EPOCHS = 10, 15
SEEDS, MORE_SEEDS = (1, 2, 3), (4, 5, 6, 7, 8, 9, 10)  # both programs; ours alone, which is soon done
CONFIG = VectorsConfig(
    method="glove", dimensions=100, window=WINDOW, epochs=EPOCHS, min_count=5, x_max=10.0, learning_rate=0.05
)


def bars(options: Namespace) -> list[Bar]:
    """Speed and quality beside the C program; none without a checkout of it."""
    if options.peer is None:
        print("GloVe: no --peer given, so its C program is not measured")
        return []
    sequences = words_of_file(options.text)
    vocabulary = Vocabulary.of(sequences, CONFIG.min_count)
    tokens = vocabulary.tokens(sequences)
    with tempfile.TemporaryDirectory() as folder:
        peer = _Peer(options.peer, Path(folder), sequences)
        rounds = [(_ours(vocabulary, tokens, seed), peer.trained(seed)) for seed in SEEDS]
        ours = min(seconds for (seconds, _), _ in rounds)
        theirs = min(seconds for _, (seconds, _) in rounds)
    sides = [[mine for mine, _ in rounds], [its for _, its in rounds]]
    sides[0] += [_ours(vocabulary, tokens, seed) for seed in MORE_SEEDS]
    quality = [np.mean([_quality(vectors) for _, vectors in side], axis=0) for side in sides]
    for name, seconds, (rho, right) in zip(("ours", "C"), (ours, theirs), quality, strict=True):
        print(f"GloVe, {name}: {seconds:.1f} s, WordSim {rho:.3f}, analogies {100 * right:.1f} %")
    return [
        Bar("GloVe, speed of the C program exceeded", theirs / ours, 4, False, "×"),
        Bar("GloVe, WordSim-353 below the C program's", quality[1][0] - quality[0][0], 0.03),
        Bar("GloVe, analogies below the C program's", quality[1][1] - quality[0][1], 0.002),
    ]


def _ours(vocabulary: Vocabulary, tokens: np.ndarray, seed: int) -> tuple[float, WordVectors]:
    model = Glove(vocabulary, tokens, CONFIG, seed)
    model.advance()  # compiled, or read from the disk
    start, first = time.process_time(), model.step
    while model.step < model.planned_steps:
        model.advance()
    seconds = (time.process_time() - start) * model.planned_steps / (model.planned_steps - first)
    return seconds, WordVectors(vocabulary.words, vocabulary.counts, model.vectors())


def _quality(vectors: WordVectors) -> tuple[float, float]:
    """Spearman on WordSim-353, and the share of Google's analogies."""
    sections = analogy_scores(vectors, google_sections())
    rho = similarity_score(vectors, judged_pairs("wordsim353")).spearman or 0.0
    return rho, sum(s.n_correct for s in sections) / max(1, sum(s.n for s in sections))


class _Peer:
    """The C program, compiled, with its counts made and shuffled."""

    def __init__(self, checkout: Path, folder: Path, sequences: list[list[str]]) -> None:
        self.folder = folder
        shutil.copytree(checkout / "src", folder / "src")
        shutil.copy(checkout / "Makefile", folder / "Makefile")
        subprocess.run(["make"], cwd=folder, check=True, capture_output=True)
        (folder / "text").write_text("\n".join(" ".join(words) for words in sequences), encoding="utf-8")
        least = ["-min-count", str(CONFIG.min_count)]
        self._run(["vocab_count", *least, "-verbose", "0"], "text", "vocab.txt")
        counting = ["-window-size", str(WINDOW), "-vocab-file", "vocab.txt", "-verbose", "0"]
        self._run(["cooccur", "-memory", "4", *counting], "text", "counts")
        self._run(["shuffle", "-memory", "4", "-verbose", "0", "-seed", "1"], "counts", "shuffled")

    def _run(self, command: list[str], source: str, goal: str) -> None:
        program = str(self.folder / "build" / command[0])
        with (self.folder / source).open("rb") as given, (self.folder / goal).open("wb") as made:
            quiet = subprocess.DEVNULL
            subprocess.run(
                [program, *command[1:]], cwd=self.folder, stdin=given, stdout=made, stderr=quiet, check=True
            )

    def trained(self, seed: int) -> tuple[float, WordVectors]:
        """CPU seconds of its training, and its vectors (the sum of words and contexts, as usual)."""
        command = [
            str(self.folder / "build" / "glove"),
            "-input-file",
            "shuffled",
            "-vocab-file",
            "vocab.txt",
        ]
        command += ["-save-file", "vectors", "-threads", "1", "-iter", str(EPOCHS), "-verbose", "0"]
        command += ["-vector-size", "100", "-x-max", "10", "-binary", "0", "-model", "2", "-seed", str(seed)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, env=dict(os.environ))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        lines = (self.folder / "vectors.txt").read_text(encoding="utf-8").splitlines()
        rows = [line.split(" ") for line in lines if not line.startswith("<unk>")]
        matrix = np.array([row[1:] for row in rows], np.float32)
        return seconds, WordVectors([row[0] for row in rows], np.ones(len(rows)), matrix)
