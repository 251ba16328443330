"""The architectures by name. A new one is a file, and a line here; nothing is imported until it is built."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lmcore.checks import check_choice

if TYPE_CHECKING:
    from torch import nn

MODELS = {"gpt": "lmcore.models.gpt:GPT"}


def build_model(name: str, config: Any) -> "nn.Module":
    """A freshly initialised model; raises `ConfigError` for an unknown name."""
    check_choice("architecture", name, tuple(MODELS))
    module, _, attribute = MODELS[name].partition(":")
    return getattr(import_module(module), attribute)(config)
