"""Settings of a model that counts."""

from dataclasses import dataclass

from lmcore.checks import check_range
from lmcore.models.configs.base import ModelConfig


@dataclass(frozen=True)
class NgramConfig(ModelConfig):
    """Interpolated Kneser–Ney over n-grams (Chen & Goodman 1999). It has counts instead of weights."""

    order: int = 5  # tokens of an n-gram: the last one is predicted from those before it

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("order", self.order, 1, 8)

    @property
    def label(self) -> str:
        return f"{self.order}-gram"

    @property
    def n_parameters(self) -> int:
        """None that are trained."""
        return 0

    @property
    def flops_per_token(self) -> float:
        """One count of each order."""
        return float(self.order)

    @property
    def kept_per_token(self) -> int:
        return 8 * self.order
