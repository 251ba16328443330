"""The weights of a snapshot as one safetensors file."""

import json
from collections.abc import Iterator
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.history import History
from lmcore.training.snapshots import read_snapshot


def write(home: Home, record: RunRecord, history: History, step: int, path: Path) -> Iterator[float]:
    """Tensors in float32 under the names of our modules; the settings stand in the file's metadata."""
    tensors = weights_of(home, record, step)
    yield 0.5
    spec = record.spec.to_json()
    about = {"format": "pt", "run": record.id, "name": record.name, "step": str(step)}
    save_file(tensors, path, metadata=about | {"model": json.dumps(spec["model"]), "spec": json.dumps(spec)})


def weights_of(home: Home, record: RunRecord, step: int) -> dict[str, Tensor]:
    """What the snapshot holds, numbers as float32; raises `RunError` if there is none."""
    tensors = read_snapshot(home.run_folder(record.id), step)
    floats = {name: value.float() for name, value in tensors.items() if value.is_floating_point()}
    return {name: value.contiguous() for name, value in (tensors | floats).items()}
