"""What a token costs as the text grows: `python -m benchmarks.large_text [--largest 1000000000]`.

Token ids lie in a file that is mapped into memory. The live preset takes the same steps on a million
of them and on ten, a hundred and a thousand times as many; memory is what the process has for itself, without
the pages of the file.
"""

import os

os.environ |= {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import torch

from benchmarks.bars import Bar, report
from lmcore.models.registry import build_model
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec
from lmcore.training.batches import TokenBatches
from lmcore.training.state import TrainingState

STEPS, WARM, SMALLEST, AT_ONCE = 150, 20, 10**6, 10**7


def written(path: Path, n_tokens: int) -> np.ndarray:
    """A file of that many ids, written piece by piece, as it is mapped for a training."""
    ids = np.lib.format.open_memmap(path, "w+", np.int32, (n_tokens,))
    random = np.random.default_rng(0)
    for start in range(0, n_tokens, AT_ONCE):
        ids[start : start + AT_ONCE] = random.integers(256, size=min(AT_ONCE, n_tokens - start))
    ids.flush()
    del ids
    return np.load(path, mmap_mode="c")


def measured(folder: Path, n_tokens: int) -> tuple[float, float]:
    """CPU seconds of a step, and megabytes that the training added to the process."""
    ids = written(folder / f"{n_tokens}.npy", n_tokens)
    spec = with_model(RunSpec(), "fast")
    before = _own_megabytes()
    torch.manual_seed(1)
    batches = TokenBatches(ids, spec.model.context_length, spec.training.batch_size, 1)
    state = TrainingState(build_model(spec.model), batches, spec.training)
    seconds = []
    for _ in range(STEPS):
        start = time.process_time()
        state.update(0.01)
        seconds.append(time.process_time() - start)
    added = _own_megabytes() - before
    step = float(np.median(seconds[WARM:]))
    print(f"{n_tokens:>13,} tokens: {1e3 * step:.2f} ms a step, {added:.0f} MB", flush=True)
    return step, added


def _own_megabytes() -> float:
    """Resident memory that is no page of a file."""
    used = psutil.Process().memory_info()
    return (used.rss - used.shared) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=10**9)
    largest = parser.parse_args().largest
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder), SMALLEST)  # everything is loaded and compiled
        small = measured(Path(folder), SMALLEST)
        n, large = SMALLEST, small
        while n < largest:
            n *= 10
            large = measured(Path(folder), n)
    report(
        [
            Bar(f"a step on {n:,} tokens, beside one on a million", large[0] / small[0], 1.1, unit="×"),
            Bar("memory added, beside that on a million", large[1] - small[1], 50, unit="MB"),
        ]
    )


if __name__ == "__main__":
    main()
