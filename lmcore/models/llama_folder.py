"""A decoder with rotary positions, RMSNorm and SwiGLU as a folder that `transformers` opens like Llama.

Both turn channel i of a head with channel i + d_head / 2, so that no row of a matrix changes its place.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.decoder import EPSILON, Decoder
from lmcore.models.folder_reading import check_settings, numbers, read_folder
from lmcore.models.rotary import BASE

DIMENSIONS = {  # ours → Llama's
    "vocab_size": "vocab_size",
    "context_length": "max_position_embeddings",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "d_model": "hidden_size",
}
_BLOCK = {  # Llama's name in a layer → ours
    "input_layernorm": "attention_norm",
    "self_attn.o_proj": "attention.projection",
    "post_attention_layernorm": "mlp_norm",
    "mlp.gate_proj": "mlp.gate",
    "mlp.up_proj": "mlp.expand",
    "mlp.down_proj": "mlp.projection",
}
_WHOLE = {  # around the layers
    "model.embed_tokens.weight": "token_embedding.weight",
    "model.norm.weight": "final_norm.weight",
    "lm_head.weight": "head.weight",
}
_QKV = ("q_proj", "k_proj", "v_proj")


def export_llama_folder(model: Decoder, tokenizer_json: Path, folder: Path) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files.

    `AutoModelForCausalLM.from_pretrained(folder)` and `AutoTokenizer.from_pretrained(folder)` open it. The
    settings must be Llama's; see `lmcore.models.configs.counterparts`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in llama_tensors(model).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", llama_config(model.config))
    _write_json(folder / "generation_config.json", {"do_sample": True, "pad_token_id": 0})
    shutil.copyfile(tokenizer_json, folder / "tokenizer.json")
    tokenizer: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
    }
    tokenizer["model_max_length"] = model.config.context_length
    _write_json(folder / "tokenizer_config.json", tokenizer)


def llama_config(config: DecoderConfig) -> dict[str, Any]:
    """The settings under the names of `transformers.LlamaConfig`; our texts have no begin or end token."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        **{theirs: getattr(config, own) for own, theirs in DIMENSIONS.items()},
        "intermediate_size": config.d_mlp,
        "num_key_value_heads": config.n_heads,
        "hidden_act": "silu",
        "rms_norm_eps": EPSILON,
        "rope_parameters": {"rope_type": "default", "rope_theta": BASE},
        "rope_theta": BASE,  # where versions before 5 look
        "attention_bias": False,
        "mlp_bias": False,
        "attention_dropout": config.dropout,
        "tie_word_embeddings": False,
        "bos_token_id": None,
        "eos_token_id": None,
    }


def llama_tensors(model: Decoder) -> dict[str, Tensor]:
    """The weights under Llama's names; queries, keys and values lie in matrices of their own there."""
    ours = model.state_dict()
    tensors = {theirs: ours[name] for theirs, name in _WHOLE.items()}
    for layer in range(model.config.n_layers):
        there, here = f"model.layers.{layer}", f"blocks.{layer}"
        tensors |= {f"{there}.{name}.weight": ours[f"{here}.{own}.weight"] for name, own in _BLOCK.items()}
        pieces = ours[f"{here}.attention.qkv.weight"].chunk(3)
        for name, piece in zip(_QKV, pieces, strict=True):
            tensors[f"{there}.self_attn.{name}.weight"] = piece
    return tensors


def read_llama_folder(folder: Path) -> tuple[DecoderConfig, dict[str, Tensor]]:
    """The settings of a Llama on disk and its weights under our names; raises `RunError`.

    One whose heads share keys, or whose MLP has another width than ours, is refused.
    """
    settings, tensors = read_folder(folder, "llama")
    sizes = numbers(folder, settings, DIMENSIONS)
    config = replace(DecoderConfig(), **sizes)
    theta = (settings.get("rope_parameters") or settings).get("rope_theta")
    needed = {"hidden_act": "silu", "num_key_value_heads": config.n_heads, "intermediate_size": config.d_mlp}
    needed |= {"rope_theta": BASE, "attention_bias": False, "mlp_bias": False, "rope_scaling": None}
    check_settings(folder, settings | {"rope_theta": theta}, needed)
    return config, llama_from_tensors(tensors)


def llama_from_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights under Llama's names → under ours; a head that shares the embedding's gets a copy of them.

    Raises `KeyError` for one that is missing.
    """
    theirs = {"lm_head.weight": tensors["model.embed_tokens.weight"], **tensors}
    own = {name: theirs[there] for there, name in _WHOLE.items()}
    index = 0
    while f"model.layers.{index}.input_layernorm.weight" in theirs:
        there, here = f"model.layers.{index}", f"blocks.{index}"
        own |= {f"{here}.{ours}.weight": theirs[f"{there}.{name}.weight"] for name, ours in _BLOCK.items()}
        pieces = [theirs[f"{there}.self_attn.{name}.weight"] for name in _QKV]
        own[f"{here}.attention.qkv.weight"] = torch.cat(pieces)
        index += 1
    return own


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
