"""Amounts as people say them, in the visitor's language: times, weights, operations, memory, energy."""

from lmcore.ui.visit import t

SCALES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"))


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 55:
        return t("time.seconds", n=max(1, round(seconds / 5) * 5) if seconds > 5 else max(1, round(seconds)))
    if seconds < 5400:
        return t("time.minutes", n=round(seconds / 60))
    return t("time.hours", n=round(seconds / 3600, 1))


def weights(n: int) -> str:
    """A parameter count in a short form of the visitor's language."""
    if n >= 1e6:
        return t("weights.millions", n=f"{n / 1e6:.2f}", wan=f"{n / 1e4:,.0f}")
    return t("weights.thousands", n=f"{n / 1e3:.0f}", wan=f"{n / 1e4:.1f}")


def operations(flops: float) -> str:
    """Floating-point operations with a prefix, such as "12.3 TFLOP"."""
    scale, prefix = next((pair for pair in SCALES if flops >= pair[0]), SCALES[-1])
    return f"{_three_digits(flops / scale)} {prefix}FLOP"


def megabytes(n_bytes: float) -> str:
    """Memory in MB, from 10 GB on in GB."""
    return f"{n_bytes / 1e9:,.0f} GB" if n_bytes >= 1e10 else f"{n_bytes / 1e6:,.0f} MB"


def energy(watt_hours: float) -> str:
    """Watt-hours with three digits, from 10,000 on in kWh."""
    if watt_hours >= 1e4:
        return f"{_three_digits(watt_hours / 1e3)} kWh"
    return f"{_three_digits(watt_hours)} Wh"


def _three_digits(value: float) -> str:
    """Never in powers of ten: 0.0123, 1.23, 123, 1,234."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 or value == 0 else f"{value:.4f}"
