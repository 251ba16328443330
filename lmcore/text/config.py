"""How text becomes tokens."""

from dataclasses import dataclass

from lmcore.checks import check_choice, check_range

KINDS = ("character", "bpe")


@dataclass(frozen=True)
class TokenizerConfig:
    """`vocab_size` is the size asked of BPE; a character vocabulary has the size its text gives it."""

    kind: str = "bpe"
    vocab_size: int = 512

    def __post_init__(self) -> None:
        check_choice("tokenizer", self.kind, KINDS)
        check_range("vocab_size", self.vocab_size, 256, 100_000)  # BPE begins with all bytes
