"""Amounts in words: the right prefix, no powers of ten, both languages."""

import pytest

from lmcore.ui.amounts import energy, megabytes, operations


@pytest.mark.parametrize(
    ("flops", "said"),
    [
        (0, "0 MFLOP"),
        (5e6, "5 MFLOP"),
        (1.234e12, "1.23 TFLOP"),
        (9.99e14, "999 TFLOP"),
        (1e15, "1 PFLOP"),
        (5e21, "5,000 EFLOP"),
    ],
)
def test_operations_have_a_prefix(flops: float, said: str) -> None:
    assert operations(flops) == said


@pytest.mark.parametrize(
    ("watt_hours", "said"),
    [(0.25, "0.25 Wh"), (0.0042, "0.0042 Wh"), (12.345, "12.3 Wh"), (9999, "9,999 Wh"), (25_000, "25 kWh")],
)
def test_energy_is_never_a_power_of_ten(watt_hours: float, said: str) -> None:
    assert energy(watt_hours) == said


def test_memory_is_in_gigabytes_when_it_is_much() -> None:
    assert (megabytes(5.16e8), megabytes(2.5e10)) == ("516 MB", "25 GB")
