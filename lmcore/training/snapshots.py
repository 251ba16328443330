"""Snapshots: the weights at a few steps, small enough to keep all, so that every view can go back in time."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmcore.errors import RunError
from lmcore.events import Snapshot

if TYPE_CHECKING:
    from torch import Tensor

FIRST_STEPS = (0, 1, 2, 4, 8, 16, 32, 64)  # most of what can be seen happens here
LATER_STEPS = 8


def snapshot_steps(planned: int) -> list[int]:
    """The steps of a run of `planned` updates whose weights are kept: doubling at first, then evenly spaced.

    >>> snapshot_steps(1500)
    [0, 1, 2, 4, 8, 16, 32, 64, 200, 400, 600, 800, 1000, 1200, 1400, 1500]
    >>> snapshot_steps(5)
    [0, 1, 2, 4, 5]
    """
    spacing = _round_number(max(1, planned // LATER_STEPS))
    steps = {step for step in FIRST_STEPS if step < planned}
    doubling = 2 * FIRST_STEPS[-1]
    while 2 * doubling <= spacing:  # a long run: no hole between 64 and the first even step
        steps.add(doubling)
        doubling *= 2
    first = FIRST_STEPS[-1] + spacing // 2
    steps.update(step for step in range(spacing, planned, spacing) if first < step <= planned - spacing / 2)
    return sorted(steps | {planned})


def _round_number(value: int) -> int:
    """The nearest of 1, 2, 5, 10, 20, 50, …"""
    scale = 10 ** (len(str(value)) - 1)
    return min((scale, 2 * scale, 5 * scale, 10 * scale), key=lambda candidate: abs(candidate - value))


def snapshot_path(folder: Path, step: int) -> Path:
    """Where the snapshot of one step lies in a run's folder."""
    return folder / "snapshots" / f"{step:07d}.safetensors"


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Write the weights whole or not at all: floating-point tensors as bfloat16, arrays as they are."""
    from safetensors.torch import save_file

    path = snapshot_path(folder, snapshot.step)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    tensors = {name: _as_stored(value) for name, value in snapshot.tensors.items()}
    save_file(tensors, unfinished, metadata={"step": str(snapshot.step)})
    unfinished.replace(path)
    return path


def _as_stored(value: Any) -> "Tensor":
    import torch

    if not isinstance(value, torch.Tensor):
        return torch.tensor(value)
    value = value.detach().cpu()
    return (value.bfloat16() if value.is_floating_point() else value).contiguous()


def read_snapshot(folder: Path, step: int) -> "dict[str, Tensor]":
    """The weights at `step`, on the CPU, in the type written; raises `RunError` if there are none."""
    from safetensors.torch import load_file

    path = snapshot_path(folder, step)
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    return load_file(path)
