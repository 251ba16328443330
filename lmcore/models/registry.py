"""The architectures by name. A new one is a file, its settings, and a line here.

Nothing with torch in it is imported until a model is built.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lmcore.checks import check_choice
from lmcore.errors import ConfigError
from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.bert import BertConfig
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.configs.ngram import NgramConfig
from lmcore.models.configs.nnlm import NNLMConfig
from lmcore.models.configs.recurrent import RecurrentConfig
from lmcore.models.configs.reformer import ReformerConfig
from lmcore.models.configs.t5 import T5Config
from lmcore.models.configs.unilm import UniLMConfig

if TYPE_CHECKING:
    from lmcore.models.base import LanguageModel

CAUSAL, BIDIRECTIONAL, ENCODER_DECODER = "causal", "bidirectional", "encoder_decoder"


@dataclass(frozen=True)
class Architecture:
    """What there is to know about an architecture without building it."""

    config: type[ModelConfig]
    model: str  # module:class
    objectives: tuple[str, ...] = ("causal",)  # what it can be trained for, the usual one first
    reads: str = CAUSAL
    attends: bool = True
    counts: bool = False  # has nothing that gradients could change


ARCHITECTURES: dict[str, Architecture] = {
    "ngram": Architecture(NgramConfig, "lmcore.models.ngram:Counting", attends=False, counts=True),
    "gpt": Architecture(GPTConfig, "lmcore.models.gpt:GPT"),
    "decoder": Architecture(DecoderConfig, "lmcore.models.decoder:Decoder"),
    "bert": Architecture(BertConfig, "lmcore.models.bert:Bert", ("masked",), BIDIRECTIONAL),
    "unilm": Architecture(
        UniLMConfig, "lmcore.models.unilm:UniLM", ("mixed", "causal", "masked", "prefix", "seq2seq")
    ),
    "nnlm": Architecture(NNLMConfig, "lmcore.models.nnlm:NNLM", attends=False),
    "recurrent": Architecture(RecurrentConfig, "lmcore.models.recurrent:Recurrent", attends=False),
    "t5": Architecture(T5Config, "lmcore.models.t5:T5", ("span", "seq2seq"), ENCODER_DECODER),
    "reformer": Architecture(ReformerConfig, "lmcore.models.reformer:Reformer"),
}


def architecture_of(config: ModelConfig) -> str:
    """The name under which the architecture of these settings is known."""
    return next(name for name, known in ARCHITECTURES.items() if known.config is type(config))


def config_of(name: str, values: Mapping[str, Any]) -> ModelConfig:
    """Settings of an architecture from plain values; raises `ConfigError` for an unknown architecture."""
    check_choice("architecture", name, tuple(ARCHITECTURES))
    try:
        return ARCHITECTURES[name].config(**values)
    except TypeError as error:
        raise ConfigError("settings_of_another_model", name=name) from error


def described(config: ModelConfig) -> dict[str, Any]:
    """Plain values from which `from_description` makes the settings again."""
    return {"architecture": architecture_of(config), **asdict(config)}


def from_description(values: Mapping[str, Any]) -> ModelConfig:
    """What `described` described; a GPT where no architecture is named, as before there were others."""
    name = values.get("architecture", "gpt")
    return config_of(name, {key: value for key, value in values.items() if key != "architecture"})


def build_model(config: ModelConfig) -> "LanguageModel":
    """A freshly initialised model."""
    module, _, attribute = ARCHITECTURES[architecture_of(config)].model.partition(":")
    return getattr(import_module(module), attribute)(config)
