"""Which weights are several matrices, one below the other: queries, keys, values, or a cell's gates."""

from torch import nn

from lmcore.models.attention import Attention


def stacks_of(model: nn.Module) -> dict[str, int]:
    """Name of a parameter → how many lie in it; those that are one matrix are left out."""
    stacks: dict[str, int] = {}
    for prefix, module in model.named_modules(prefix=""):
        before = f"{prefix}." if prefix else ""
        if isinstance(module, Attention):
            stacks |= {f"{before}qkv.weight": 3, f"{before}qkv.bias": 3}
        elif isinstance(module, nn.RNNBase):
            for name, parameter in module.named_parameters():
                stacks[before + name] = parameter.shape[0] // module.hidden_size
    return stacks
