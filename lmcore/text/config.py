"""How text is cleaned and cut into tokens: plain settings, without anything that carries them out."""

from dataclasses import dataclass

from lmcore.checks import check_choice, check_range
from lmcore.errors import ConfigError

KINDS = ("character", "byte", "word", "bpe", "byte_bpe", "wordpiece", "unigram")
FIXED_KINDS = ("character", "byte")  # the vocabulary has the size that the text, or the byte, gives it

STEPS = (  # the order in which they are offered, and the order that makes sense
    "mojibake",
    "html",
    "control",
    "zero_width",
    "nfc",
    "nfkc",
    "full_width",
    "simplified",
    "case",
    "numbers",
    "punctuation",
    "white_space",
    "duplicate_lines",
    "length",
)


@dataclass(frozen=True)
class CleaningConfig:
    """The steps that are on, in the order in which they are carried out.

    `length` drops documents of fewer than `shortest` or more than `longest` characters (0 = no limit).
    """

    steps: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))  # JSON gives a list
        for step in self.steps:
            check_choice("cleaning step", step, STEPS)
        if len(set(self.steps)) != len(self.steps):
            raise ConfigError("step_twice", steps=", ".join(self.steps))
        check_range("shortest", self.shortest, 0, 10**9)
        check_range("longest", self.longest, 0, 10**9)


def step_order(config: CleaningConfig) -> list[str]:
    """Every step at its place: the ones that are on in their order, each other one where it usually stands.

    >>> step_order(CleaningConfig(("case", "html")))[:3]
    ['mojibake', 'case', 'control']
    """
    chosen = iter(config.steps)
    return [next(chosen) if step in config.steps else step for step in STEPS]


@dataclass(frozen=True)
class TokenizerConfig:
    """`vocab_size` is the size asked for; `character` and `byte` have the size that they have."""

    kind: str = "byte_bpe"
    vocab_size: int = 512

    def __post_init__(self) -> None:
        check_choice("tokenizer", self.kind, KINDS)
        least = 256 if self.kind == "byte_bpe" else 2  # byte-level BPE begins with all bytes
        check_range("vocab_size", self.vocab_size, least, 100_000)
