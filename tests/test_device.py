"""On what a model runs."""

import subprocess
import sys

import pytest
import torch

from lmcore.device import (
    bfloat16_pays,
    choose_device,
    choose_precision,
    device_label,
    memory_mb,
    seed_everything,
)
from lmcore.errors import ConfigError


def test_auto_finds_a_device_that_computes():
    device = choose_device("auto")
    assert torch.ones(2, device=device).sum().item() == 2
    assert device_label(device)


def test_the_cpu_is_always_there_and_says_how_many_threads_it_has():
    assert choose_device("cpu") == "cpu"
    assert device_label("cpu").startswith(f"CPU, {torch.get_num_threads()} thread")


@pytest.mark.parametrize("wanted", ["cuda", "mps", "tpu", ""])
def test_an_absent_device_is_refused(wanted, monkeypatch):
    monkeypatch.setattr("lmcore.device.available_devices", lambda: ["cpu"])
    with pytest.raises(ConfigError, match="cpu"):
        choose_device(wanted)


@pytest.mark.parametrize("pays", [True, False])
def test_precision_is_full_unless_less_is_faster(pays, monkeypatch):
    monkeypatch.setattr("lmcore.device.bfloat16_pays", lambda: pays)
    found = [choose_precision(device) for device in ("cpu", "mps", "cuda")]
    assert found == ["bfloat16" if pays else "float32", "float32", "bfloat16"]
    assert choose_precision("cuda", fits=False) == choose_precision("cuda", "float32") == "float32"


def test_what_the_probe_found_is_kept():
    assert bfloat16_pays() is bfloat16_pays()
    assert bfloat16_pays.cache_info().misses == 1


def test_a_seed_repeats_the_random_numbers():
    seed_everything(3)
    first = torch.randn(4)
    seed_everything(3)
    assert torch.equal(first, torch.randn(4))


def test_memory_grows_with_what_is_kept():
    before = memory_mb()
    kept = bytearray(b"x" * 60_000_000)
    assert memory_mb() - before > 40 and len(kept) == 60_000_000


def test_the_server_can_import_what_it_needs_without_torch():
    code = (
        "import sys, lmcore.device, lmcore.training.snapshots, lmcore.training.schedules, "
        "lmcore.models.registry, lmcore.analysis.maps; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
