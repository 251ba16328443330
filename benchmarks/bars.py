"""The last lines of every benchmark: one for each bar, and exit status 1 if one is short."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A figure and what it has to reach."""

    name: str
    figure: float
    bar: float
    at_most: bool = True  # False: at least
    unit: str = ""

    @property
    def ok(self) -> bool:
        return self.figure <= self.bar if self.at_most else self.figure >= self.bar

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        verdict = "ok" if self.ok else "short"
        return f"{self.name:<58} {self.figure:>9.3f} {self.unit:<5} {sign} {self.bar:g}  {verdict}"


def report(bars: list[Bar]) -> None:
    """Print the table and exit."""
    for bar in bars:
        print(bar)
    sys.exit(0 if all(bar.ok for bar in bars) else 1)
