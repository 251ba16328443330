"""`make showcase`: trains the stored runs from scratch and writes them to `assets/showcase`."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from lmcore.cli.follow import complaint, follow
from lmcore.cli.session import open_engine, started
from lmcore.cli.terminal import complain, say, say_json
from lmcore.runs import showcase as stored
from lmcore.runs.engine import Engine
from lmcore.runs.store import DONE
from lmcore.tasks.presets import default_spec
from lmcore.tasks.spec import LANGUAGE_MODEL, WORD_VECTORS, RunSpec
from lmcore.text.config import TokenizerConfig

SEED = 7
KEPT = {LANGUAGE_MODEL: 8, WORD_VECTORS: 9}  # snapshots, so that both runs stay under 9 MB


def showcase(options: Namespace) -> int:
    """Train and export both runs."""
    with started(open_engine()) as engine:
        specs = (language_model(), word_vectors())
        return max(train_stored(engine, spec, stored.FOLDER, as_json=options.json) for spec in specs)


def language_model() -> RunSpec:
    """The run that Home plays."""
    tokenizer = TokenizerConfig("byte_bpe", 1024)  # larger pieces read better under a magnifying glass
    spec = replace(default_spec(LANGUAGE_MODEL), seed=SEED, device="cpu", tokenizer=tokenizer)
    model = replace(spec.model, n_layers=3, d_model=64, tables=0)  # heads to look at, and no table to store
    training = replace(spec.training, steps=3000, learning_rate=0.02, evaluate_every=50)
    return replace(spec, model=model, training=training)


def word_vectors() -> RunSpec:
    """The run that Embeddings shows before anybody has trained one."""
    return replace(default_spec(WORD_VECTORS), seed=SEED, device="cpu")


def train_stored(engine: Engine, spec: RunSpec, goal: Path, *, as_json: bool) -> int:
    """Train one run, write it under `goal` and forget it; gives the exit code."""
    run_id = engine.submit(spec, owner=stored.OWNER, name="A small world")
    try:
        record = follow(engine, run_id, as_json=as_json)
        if (problem := complaint(record)) is not None:
            complain(problem)
            return 1
        if record.status != DONE:
            complain(f"{run_id} was stopped, so what is stored stays as it was.")
            return 1
        steps = [artifact.step for artifact in engine.store.artifacts(run_id, "snapshot")]
        kept = thinned(steps, KEPT[spec.task])
        _say_size(stored.export(engine.store, run_id, engine.home.run_folder(run_id), kept, goal), as_json)
        return 0
    finally:
        engine.delete(run_id, owner=stored.OWNER)


def _say_size(folder: Path, as_json: bool) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if as_json:
        say_json(stored=folder.name, bytes=size)
    else:
        say(f"{folder.name}: {size / 1e6:.1f} MB")


def thinned(steps: list[int], most: int) -> list[int]:
    """At most `most` of `steps`, the first and the last among them, evenly in their order.

    >>> thinned([0, 1, 2, 4, 8, 16, 32, 64, 100], 5)
    [0, 2, 8, 32, 100]
    """
    if len(steps) <= most:
        return steps
    return [steps[round(i * (len(steps) - 1) / (most - 1))] for i in range(most)]
