"""How a language model is trained, without torch, so that the server can check it."""

from dataclasses import dataclass

from lmcore.checks import check_choice, check_range

SCHEDULES = ("cosine", "constant", "linear", "steps", "trapezoid", "range")
OPTIMIZERS = ("adamw", "adam", "sgd", "momentum", "muon")
OBJECTIVES = ("causal", "masked", "prefix", "span", "seq2seq", "mixed")


@dataclass(frozen=True)
class TrainingConfig:
    """What one update is, how many there are, and what is held back to measure on.

    `seconds`, where it is above 0, ends the run by the clock instead of by `steps`. An update takes the mean
    gradient of `accumulate` batches.
    """

    objective: str = "causal"
    optimizer: str = "adamw"
    steps: int = 1500
    seconds: float = 0.0
    batch_size: int = 32
    accumulate: int = 1
    learning_rate: float = 3e-3
    schedule: str = "cosine"
    warmup_steps: int = 50
    cooldown: float = 0.4  # the last share of the run, in which "trapezoid" falls to 0
    decay: float = 0.95  # what is left of the rate after each twentieth of the run with "steps"
    weight_decay: float = 0.1
    gradient_clip: float = 1.0  # largest allowed norm; 0 switches clipping off
    label_smoothing: float = 0.0
    averaging: float = 0.0  # what an average of the weights keeps of itself at every step; 0 = no average
    validation_share: float = 0.1  # held back to be measured on while training
    test_share: float = 0.05  # the end of the text, which neither trains nor tunes anything
    evaluate_every: int = 50  # steps
    sample_length: int = 40  # tokens written at every snapshot

    def __post_init__(self) -> None:
        check_choice("objective", self.objective, OBJECTIVES)
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_range("steps", self.steps, 1, 1_000_000)
        check_range("seconds", self.seconds, 0, 86_400)
        check_range("batch_size", self.batch_size, 1, 65_536)
        check_range("accumulate", self.accumulate, 1, 1_024)
        check_range("learning_rate", self.learning_rate, 0, 1)
        check_choice("schedule", self.schedule, SCHEDULES)
        check_range("warmup_steps", self.warmup_steps, 0, 100_000)
        check_range("cooldown", self.cooldown, 0, 1)
        check_range("decay", self.decay, 0, 1)
        check_range("weight_decay", self.weight_decay, 0, 10)
        check_range("gradient_clip", self.gradient_clip, 0, 1_000)
        check_range("label_smoothing", self.label_smoothing, 0, 0.9)
        check_range("averaging", self.averaging, 0, 0.9999)
        check_range("validation_share", self.validation_share, 0.01, 0.5)
        check_range("test_share", self.test_share, 0, 0.4)
        check_range("evaluate_every", self.evaluate_every, 1, 1_000_000)
        check_range("sample_length", self.sample_length, 0, 2_000)
