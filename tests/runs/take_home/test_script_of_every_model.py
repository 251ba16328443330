"""Whatever the architecture and the objective: the script's first steps are those of the app."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lmcore.device import limit_threads, seed_everything
from lmcore.models.initialisation import initialise
from lmcore.models.registry import ARCHITECTURES, build_model
from lmcore.runs.store import RunRecord, Store
from lmcore.runs.take_home.history import history_of
from lmcore.runs.take_home.script import script
from lmcore.tasks.language_model import batches_for
from lmcore.tasks.spec import RunSpec
from lmcore.training.config import TrainingConfig
from lmcore.training.schedules import learning_rate_at
from lmcore.training.state import TrainingState

TRAINED = [
    (name, objective)
    for name, known in ARCHITECTURES.items()
    if not known.counts
    for objective in known.objectives
]
IDS = np.random.default_rng(0).integers(0, 40, 1_500).astype(np.int32)
STEPS = 3


@pytest.fixture(autouse=True)
def one_thread() -> None:
    limit_threads(1)


def spec_of(name: str, objective: str) -> RunSpec:
    model = ARCHITECTURES[name].config()
    small = {"n_layers": 2, "d_model": 32, "n_heads": 2, "d_hidden": 32, "d_embedding": 16}
    fitting = {key: value for key, value in small.items() if hasattr(model, key)}
    specials = len(model.specials)
    model = replace(model, vocab_size=40 + specials, context_length=32, dropout=0.1, **fitting)
    training = TrainingConfig(objective=objective, steps=20, batch_size=6, learning_rate=1e-2)
    return RunSpec(model=model, training=training, seed=5, device="cpu", precision="float32")


def imported(store: Store, spec: RunSpec, folder: Path) -> tuple[ModuleType, str]:
    """The script as a module, and its text."""
    store.create("abc", spec, name="a run", owner="somebody")
    record: RunRecord = store.run("abc")
    text = script(record, history_of(store, "abc"))
    (folder / "train.py").write_text(text, encoding="utf-8")
    np.save(folder / "train.npy", IDS)
    found = spec_from_file_location("script_taken_home", folder / "train.py")
    assert found is not None and found.loader is not None
    module = module_from_spec(found)
    sys.modules[found.name] = module  # where dataclasses look
    found.loader.exec_module(module)
    return module, text


def of_the_app(spec: RunSpec) -> Iterator[float]:
    seed_everything(spec.seed)
    model = build_model(spec.model)
    initialise(model, spec.initial.scheme, spec.seed)
    batches = batches_for(spec.model)(IDS, spec.model.context_length, spec.training.batch_size, spec.seed)
    state = TrainingState(model, batches, spec.training)  # type: ignore[arg-type]
    for step in range(1, STEPS + 1):
        yield float(state.update(learning_rate_at(state.progress, step, state.config))[0])


def of_the_script(module: ModuleType, spec: RunSpec) -> Iterator[float]:
    torch.manual_seed(spec.seed)
    training = module.TrainingConfig(**module.TRAINING)
    cut = getattr(module, batches_for(spec.model).__name__)
    state = module.begin(module.build(), cut, training, module.RUN, "cpu")
    yield from (loss for _, loss, _ in module.steps(state, STEPS, []))


@pytest.mark.parametrize(("name", "objective"), TRAINED)
def test_the_same_losses(store: Store, tmp_path: Path, name: str, objective: str) -> None:
    spec = spec_of(name, objective)
    module, text = imported(store, spec, tmp_path)
    assert list(of_the_script(module, spec)) == pytest.approx(list(of_the_app(spec)), abs=1e-5)
    assert "import lmcore" not in text and "from lmcore" not in text


@pytest.mark.parametrize("optimizer", ["muon", "sgd", "momentum", "adam"])
@pytest.mark.parametrize("scheme", ["usual", "orthogonal"])
def test_the_same_losses_with_other_settings(store, tmp_path, optimizer: str, scheme: str) -> None:
    spec = spec_of("decoder", "causal")
    training = replace(spec.training, optimizer=optimizer, accumulate=2, averaging=0.9, schedule="trapezoid")
    spec = replace(spec, training=training, initial=replace(spec.initial, scheme=scheme))
    module, _ = imported(store, spec, tmp_path)
    assert list(of_the_script(module, spec)) == pytest.approx(list(of_the_app(spec)), abs=1e-5)


def test_what_the_run_does_not_use_is_left_out(store: Store, tmp_path: Path) -> None:
    _, text = imported(store, spec_of("gpt", "causal"), tmp_path)
    for name in ("class Decoder", "class Bert", "def capture", "class Monitor", "span_loss", "noqa"):
        assert name not in text
    assert len(text.splitlines()) < 1_300
