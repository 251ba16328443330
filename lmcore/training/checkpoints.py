"""A training's full state in one safetensors file; a pickle is neither written nor read."""

import json
import os
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from lmcore.errors import RunError
from lmcore.training.state import Captured


def save_checkpoint(path: Path, captured: Captured) -> None:
    """Write whole or not at all: beside the file, through to the disk, then under its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    tensors = {name: value.contiguous() for name, value in captured.tensors.items()}
    save_file(tensors, unfinished, metadata={"values": json.dumps(captured.values)})
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def load_checkpoint(path: Path) -> Captured:
    """What `save_checkpoint` wrote; raises `RunError` if the file is missing or is not a checkpoint."""
    if not path.is_file():
        raise RunError("checkpoint_missing", name=path.name)
    try:
        with safe_open(path, framework="pt") as file:
            values = json.loads(file.metadata()["values"])
            return Captured({name: file.get_tensor(name) for name in file.keys()}, values)  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise RunError("checkpoint_unreadable", name=path.name, size=path.stat().st_size) from error
