"""A trained GPT as a folder that `transformers` opens like GPT-2, and its way back."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor, nn

from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.folder_reading import check_settings, numbers, read_folder
from lmcore.models.gpt import GPT, Block

LAYER_NORM_EPSILON = 1e-5
DIMENSIONS = {  # ours → GPT-2's
    "vocab_size": "vocab_size",
    "context_length": "n_positions",
    "n_layers": "n_layer",
    "n_heads": "n_head",
    "d_model": "n_embd",
}
IN_BLOCK = {
    "attention_norm": "ln_1",
    "mlp_norm": "ln_2",
    "attention.qkv": "attn.c_attn",
    "attention.projection": "attn.c_proj",
    "mlp.expand": "mlp.c_fc",
    "mlp.projection": "mlp.c_proj",
}


def export_gpt2_folder(model: GPT, tokenizer_json: Path, folder: Path) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files.

    `AutoModelForCausalLM.from_pretrained(folder)` and `AutoTokenizer.from_pretrained(folder)` open it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in gpt2_tensors(model).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", gpt2_config(model))
    _write_json(folder / "generation_config.json", {"do_sample": True, "pad_token_id": 0})
    shutil.copyfile(tokenizer_json, folder / "tokenizer.json")
    tokenizer = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    tokenizer["model_max_length"] = model.config.context_length
    _write_json(folder / "tokenizer_config.json", tokenizer)


def gpt2_config(model: GPT) -> dict[str, Any]:
    """The settings under the names of `transformers.GPT2Config`; our texts have no begin or end token."""
    config = model.config
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        **{theirs: getattr(config, own) for own, theirs in DIMENSIONS.items()},
        "activation_function": "gelu_new",
        "layer_norm_epsilon": LAYER_NORM_EPSILON,
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": None,
        "embd_pdrop": config.dropout,
        "attn_pdrop": config.dropout,
        "resid_pdrop": config.dropout,
    }


def gpt2_tensors(model: GPT) -> dict[str, Tensor]:
    """The weights under GPT-2's names. Its linear layers keep theirs transposed."""
    tensors = {
        "transformer.wte.weight": model.token_embedding.weight,
        "transformer.wpe.weight": model.position_embedding.weight,
    }
    tensors |= _affine("transformer.ln_f", model.final_norm)
    for index, block in enumerate(model.blocks):
        assert isinstance(block, Block)
        prefix = f"transformer.h.{index}"
        for own, theirs in IN_BLOCK.items():
            tensors |= _affine(f"{prefix}.{theirs}", block.get_submodule(own))
    return tensors


def read_gpt2_folder(folder: Path) -> tuple[GPTConfig, dict[str, Tensor]]:
    """The settings of a GPT-2 on disk and its weights under our names; raises `RunError`."""
    settings, tensors = read_folder(folder, "gpt2")
    sizes = numbers(folder, settings, DIMENSIONS)
    needed = {"activation_function": "gelu_new", "n_inner": 4 * sizes["d_model"], "scale_attn_weights": True}
    check_settings(folder, settings, needed | {"scale_attn_by_inverse_layer_idx": False})
    return GPTConfig(**sizes), gpt2_from_tensors(tensors)


def gpt2_from_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights under GPT-2's names → under ours; what ours has no place for is left out.

    A bare `GPT2Model` lacks the prefix `transformer.`.
    """
    theirs = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
    own = {"token_embedding.weight": theirs["wte.weight"], "position_embedding.weight": theirs["wpe.weight"]}
    own |= _found(theirs, "ln_f", "final_norm")
    index = 0
    while f"h.{index}.ln_1.weight" in theirs:
        for ours, name in IN_BLOCK.items():
            own |= _found(theirs, f"h.{index}.{name}", f"blocks.{index}.{ours}")
        index += 1
    return own


def _found(theirs: Mapping[str, Tensor], name: str, ours: str) -> dict[str, Tensor]:
    weight = theirs[f"{name}.weight"]
    weight = weight.T.contiguous() if weight.dim() == 2 else weight
    return {f"{ours}.weight": weight, f"{ours}.bias": theirs[f"{name}.bias"]}


def _affine(name: str, layer: nn.Module) -> dict[str, Tensor]:
    assert isinstance(layer, nn.Linear | nn.LayerNorm)
    weight = layer.weight.T if isinstance(layer, nn.Linear) else layer.weight
    return {f"{name}.weight": weight, f"{name}.bias": layer.bias}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
