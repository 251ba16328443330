"""How fast this machine is at best, and how much power its card may draw: found out once, in milliseconds."""

import ctypes
import time
from contextlib import suppress

from lmcore.runs.store import Store

MEASURE_S = 0.03  # of matrix products
SIDES = {"cpu": 512, "mps": 1024, "cuda": 4096}  # of the square matrices
NVML = "libnvidia-ml.so.1"


def measure_once(store: Store, device: str) -> None:
    """Note `peak_DEVICE`, FLOP/s, and for a card `watts_DEVICE`, unless that has been done."""
    if store.measured(f"peak_{device}") is not None:
        return
    with suppress(RuntimeError):  # no memory is left on the card: another time, then
        store.set_measured(f"peak_{device}", peak_flops(device))
    if device == "cuda" and (watts := card_watts()) is not None:
        store.set_measured("watts_cuda", watts)


def peak_flops(device: str, seconds: float = MEASURE_S) -> float:
    """FLOP/s of the fastest of some products of square matrices, in the precision that trainings use."""
    import torch

    from lmcore.device import choose_precision

    kind = getattr(torch, choose_precision(device))
    side = SIDES[device]
    a = torch.ones(side, side, dtype=kind, device=device)

    def product_s() -> float:
        start = time.perf_counter()
        (a @ a)[0, 0].item()  # which waits for the device
        return time.perf_counter() - start

    product_s()  # the first one loads libraries
    fastest, end = product_s(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        fastest = min(fastest, product_s())
    return 2 * side**3 / fastest


def card_watts() -> float | None:
    """The power limit of the first NVIDIA card, or None where its driver does not tell."""
    try:
        nvml = ctypes.CDLL(NVML)
        handle, milliwatts = ctypes.c_void_p(), ctypes.c_uint()
        if nvml.nvmlInit_v2() != 0:
            return None
        known = nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(handle)) == 0
        known = known and nvml.nvmlDeviceGetEnforcedPowerLimit(handle, ctypes.byref(milliwatts)) == 0
        nvml.nvmlShutdown()
    except (OSError, AttributeError):  # no such library, or an older one
        return None
    return milliwatts.value / 1000 if known else None
