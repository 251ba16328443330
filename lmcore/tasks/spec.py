"""Everything needed to repeat a run."""

from dataclasses import asdict, dataclass, field
from typing import Any

from lmcore.checks import check_choice, check_range
from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.configs.initial import InitialConfig
from lmcore.models.registry import ARCHITECTURES, architecture_of, described, from_description
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.training.config import TrainingConfig
from lmcore.vectors.config import VectorsConfig

LANGUAGE_MODEL = "language_model"
WORD_VECTORS = "word_vectors"
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True)
class RunSpec:
    """The same spec on the same CPU gives the same curve.

    `model.vocab_size` is filled in when the tokenizer has seen the text. A `word_vectors` run reads
    `vectors` and ignores `tokenizer`, `model` and `training`; its words come from `lmcore.vectors`.
    """

    task: str = LANGUAGE_MODEL
    corpus: str = "news"  # id in the corpus library
    corpus_sha256: str = ""
    cleaning: CleaningConfig = field(default_factory=CleaningConfig)
    tokenizer: TokenizerConfig = field(default_factory=TokenizerConfig)
    model: ModelConfig = field(default_factory=GPTConfig)
    initial: InitialConfig = field(default_factory=InitialConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    vectors: VectorsConfig = field(default_factory=VectorsConfig)
    seed: int = 1
    device: str = "auto"
    precision: str = "auto"

    def __post_init__(self) -> None:
        check_choice("task", self.task, (LANGUAGE_MODEL, WORD_VECTORS))
        check_choice("device", self.device, DEVICES)
        check_choice("precision", self.precision, PRECISIONS)
        check_range("seed", self.seed, 0, 2**31 - 1)
        if self.task == LANGUAGE_MODEL:
            check_choice("objective", self.training.objective, ARCHITECTURES[self.architecture].objectives)

    @property
    def architecture(self) -> str:
        """The name of the model's architecture, which its settings tell."""
        return architecture_of(self.model)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the store and for export."""
        return asdict(self) | {"model": described(self.model)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "RunSpec":
        """The spec that `to_json` described; unknown names raise `TypeError`."""
        if "cleaning" not in value:  # stored before texts were cleaned, and before any were kept for a test
            value = _of_an_earlier_edition(value)
        parts = {
            "cleaning": CleaningConfig(**value.get("cleaning", {})),
            "tokenizer": TokenizerConfig(**value["tokenizer"]),
            "model": from_description(value["model"]),
            "initial": InitialConfig(**value.get("initial", {})),
            "training": TrainingConfig(**value["training"]),
            "vectors": VectorsConfig(**value["vectors"]),
        }
        return cls(**{**value, **parts})


def _of_an_earlier_edition(value: dict[str, Any]) -> dict[str, Any]:
    """The same run in today's words: its BPE was of bytes, and all that was held back was for validation."""
    kind = {"bpe": "byte_bpe"}.get(value["tokenizer"]["kind"], value["tokenizer"]["kind"])
    tokenizer = value["tokenizer"] | {"kind": kind}
    return value | {"tokenizer": tokenizer, "training": {"test_share": 0.0} | value["training"]}
