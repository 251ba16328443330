"""On what a model runs, and how exactly; importing this file imports no torch."""

import random
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lmcore.checks import check_choice
from lmcore.errors import ConfigError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "float32", "bfloat16")


def available_devices() -> list[str]:
    """What this machine can train on, the fastest first."""
    import torch

    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def choose_device(wanted: str = "auto") -> str:
    """`cpu`, `cuda` or `mps`; raises `ConfigError` if the one asked for is not there."""
    check_choice("device", wanted, DEVICES)
    available = available_devices()
    if wanted == "auto":
        return available[0]
    if wanted not in available:
        raise ConfigError("device_missing", device=wanted, available=", ".join(available))
    return wanted


def choose_precision(device: str, wanted: str = "auto", *, fits: bool = True) -> str:
    """`float32` or `bfloat16`; unasked the faster one, where `fits`: the model gains from it."""
    check_choice("precision", wanted, PRECISIONS)
    if wanted != "auto":
        return wanted
    faster = device == "cuda" or (device == "cpu" and bfloat16_pays())
    return "bfloat16" if faster and fits else "float32"


def limit_threads(n: int) -> None:
    """Use `n` CPU threads for torch's operations in this process."""
    import torch

    torch.set_num_threads(n)


def seed_everything(seed: int) -> None:
    """Seed Python's and torch's generators; NumPy's are made where they are used, with seeds of their own."""
    import torch

    random.seed(seed)
    torch.manual_seed(seed)


def device_label(device: str) -> str:
    """What to call the device on screen: the card's name, or the CPU and its threads."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    if device == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread" if threads == 1 else f"CPU, {threads} threads"


def memory_mb() -> float:
    """Megabytes (10⁶ bytes) this process keeps in memory; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        import resource

        return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes there, and the peak
    return 0.0


@lru_cache(1)
def bfloat16_pays() -> bool:
    """Whether this CPU multiplies bfloat16 matrices faster than float32, found out once in milliseconds.

    One without the instructions for it is three times slower.
    """
    import torch

    return _best_seconds(torch.bfloat16) < 0.8 * _best_seconds(torch.float32)


def _best_seconds(kind: "torch.dtype") -> float:
    import torch

    a, b = torch.ones(512, 512, dtype=kind), torch.ones(512, 512, dtype=kind)
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        torch.mm(a, b)
        seconds.append(time.perf_counter() - start)
    return min(seconds)
