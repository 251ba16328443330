"""A trained GPT as a folder that `transformers` opens like GPT-2."""

import json
import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor, nn

from lmcore.models.gpt import GPT, Block

LAYER_NORM_EPSILON = 1e-5


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
        "vocab_size": config.vocab_size,
        "n_positions": config.context_length,
        "n_embd": config.d_model,
        "n_layer": config.n_layers,
        "n_head": config.n_heads,
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
        tensors |= _affine(f"{prefix}.ln_1", block.attention_norm)
        tensors |= _affine(f"{prefix}.ln_2", block.mlp_norm)
        tensors |= _affine(f"{prefix}.attn.c_attn", block.attention.qkv)
        tensors |= _affine(f"{prefix}.attn.c_proj", block.attention.projection)
        tensors |= _affine(f"{prefix}.mlp.c_fc", block.mlp.expand)
        tensors |= _affine(f"{prefix}.mlp.c_proj", block.mlp.projection)
    return tensors


def _affine(name: str, layer: nn.Linear | nn.LayerNorm) -> dict[str, Tensor]:
    weight = layer.weight.T if isinstance(layer, nn.Linear) else layer.weight
    return {f"{name}.weight": weight, f"{name}.bias": layer.bias}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
