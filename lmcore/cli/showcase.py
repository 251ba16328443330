"""`make showcase`: trains the stored runs from scratch and writes them to `assets/showcase`."""

from collections.abc import Callable
from dataclasses import replace

from lmcore.cli.follow import complaint, follow
from lmcore.runs import showcase
from lmcore.runs.engine import Engine
from lmcore.tasks.presets import sized
from lmcore.tasks.spec import WORD_VECTORS, RunSpec

SEED = 7
KEPT = 11  # snapshots of a run, so that both runs stay under 5 MB


def language_model() -> RunSpec:
    """The run that Home plays."""
    spec = sized(RunSpec(seed=SEED, device="cpu"), "live")
    return replace(spec, training=replace(spec.training, steps=6000, evaluate_every=100))


def word_vectors() -> RunSpec:
    """The run that Embeddings shows before anybody has trained one."""
    spec = RunSpec(task=WORD_VECTORS, seed=SEED, device="cpu")
    return replace(spec, vectors=replace(spec.vectors, dimensions=32, map_words=800))


def train_showcase(engine: Engine, *, as_json: bool, write: Callable[[str], None]) -> int:
    """Train and export both runs; gives the exit code."""
    for spec in (language_model(), word_vectors()):
        run_id = engine.submit(spec, owner=showcase.OWNER, name="News")
        record = follow(engine, run_id, as_json=as_json, write=write)
        if (problem := complaint(record)) is not None:
            write(problem)
            return 1
        steps = [artifact.step for artifact in engine.store.artifacts(run_id, "snapshot")]
        folder = showcase.export(engine.store, run_id, engine.home.run_folder(run_id), thinned(steps, KEPT))
        engine.delete(run_id, owner=showcase.OWNER)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        write(f"{folder.name}: step {record.step:,}, {size / 1e6:.1f} MB")
    return 0


def thinned(steps: list[int], most: int) -> list[int]:
    """At most `most` of `steps`, the first and the last among them, evenly in their order.

    >>> thinned([0, 1, 2, 4, 8, 16, 32, 64, 100], 5)
    [0, 2, 8, 32, 100]
    """
    if len(steps) <= most:
        return steps
    return [steps[round(i * (len(steps) - 1) / (most - 1))] for i in range(most)]
