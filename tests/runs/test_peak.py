"""The machine's peak is measured once, shortly, and nothing a training does on it is faster."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from lmcore.device import limit_threads
from lmcore.runs import peak
from lmcore.runs.store import Store


def test_the_peak_is_found_in_a_moment_and_is_no_less_than_a_plain_product() -> None:
    import torch

    limit_threads(1)
    peak.peak_flops("cpu")  # libraries are loaded
    start = time.perf_counter()
    found = peak.peak_flops("cpu")
    assert time.perf_counter() - start < 0.5
    a = torch.ones(96, 96)
    began = time.perf_counter()
    for _ in range(50):
        torch.mm(a, a)
    assert found > 50 * 2 * 96**3 / (time.perf_counter() - began) * 0.5


def test_it_is_measured_once_for_a_machine(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([5e10, 9e10])
    monkeypatch.setattr(peak, "peak_flops", lambda device: next(answers))
    peak.measure_once(store, "cpu")
    peak.measure_once(store, "cpu")
    assert store.measured("peak_cpu") == 5e10
    assert store.measured("watts_cuda") is None


def test_a_card_tells_its_power_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peak, "peak_flops", lambda device: 1e15)
    monkeypatch.setattr(peak, "card_watts", lambda: 700.0)
    peak.measure_once(store, "cuda")
    assert (store.measured("peak_cuda"), store.measured("watts_cuda")) == (1e15, 700.0)


def test_a_card_that_is_full_stops_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(device: str) -> float:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(peak, "peak_flops", full)
    monkeypatch.setattr(peak, "card_watts", lambda: None)
    peak.measure_once(store, "cuda")
    assert store.measured("peak_cuda") is None


def test_a_machine_without_the_driver_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peak, "NVML", "no-such-library.so")
    assert peak.card_watts() is None


def test_the_driver_is_asked_for_the_limit_that_is_enforced(monkeypatch: pytest.MonkeyPatch) -> None:
    def limit_of(handle: object, limit: Any) -> int:
        limit._obj.value = 310_000  # milliwatts
        return 0

    driver = SimpleNamespace(
        nvmlInit_v2=lambda: 0,
        nvmlShutdown=lambda: 0,
        nvmlDeviceGetHandleByIndex_v2=lambda index, handle: 0,
        nvmlDeviceGetEnforcedPowerLimit=limit_of,
    )
    monkeypatch.setattr(peak.ctypes, "CDLL", lambda name: driver)
    assert peak.card_watts() == 310.0
    driver.nvmlDeviceGetHandleByIndex_v2 = lambda index, handle: 6  # no such card
    assert peak.card_watts() is None
