"""What the weights are before the first step."""

from dataclasses import dataclass

from lmcore.checks import check_choice, check_range

MODELS = "models"  # in the data folder: where the owner of the machine puts folders of `transformers`
SCHEMES = ("usual", "normal", "xavier", "kaiming", "orthogonal")


@dataclass(frozen=True)
class InitialConfig:
    """Random by a named scheme, or taken from a trained model: a run's at one step, or a folder's.

    A model of another shape takes what fits. With `goes_on` the steps are counted on from those of `run`,
    whose curve this one branches off.
    """

    scheme: str = "usual"  # the architecture's own
    run: str = ""
    step: int = 0
    folder: str = ""  # written by `transformers`, on this machine
    goes_on: bool = False

    def __post_init__(self) -> None:
        check_choice("scheme", self.scheme, SCHEMES)
        check_range("step", self.step, 0, 10**9)
