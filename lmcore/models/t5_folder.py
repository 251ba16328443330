"""A T5 as a folder that `transformers` opens, and such a folder's weights under our names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tokenizers as hf
import torch
from safetensors.torch import save_file
from torch import Tensor

from lmcore.models.configs.t5 import END, MAX_DISTANCE, N_POSITION_BUCKETS, PAD, SENTINELS, T5Config
from lmcore.models.folder_reading import check_settings, numbers, read_folder
from lmcore.models.t5 import EPSILON, T5

ORIGINAL_CONTEXT = 512  # tokens that the published models were trained on, where a folder does not say
DIMENSIONS = {  # ours → T5's
    "vocab_size": "vocab_size",
    "context_length": "n_positions",
    "n_layers": "num_layers",
    "n_heads": "num_heads",
    "d_model": "d_model",
}
_PARTS = {  # of a layer, ours → theirs; {} is the number of the MLP in it
    "attention_norm": "layer.0.layer_norm",
    "attention.projection": "layer.0.SelfAttention.o",
    "cross_norm": "layer.1.layer_norm",
    "cross.projection": "layer.1.EncDecAttention.o",
    "mlp_norm": "layer.{}.layer_norm",
    "mlp.expand": "layer.{}.DenseReluDense.wi",
    "mlp.projection": "layer.{}.DenseReluDense.wo",
}
_JOINED = {"attention.qkv": "layer.0.SelfAttention", "cross.qkv": "layer.1.EncDecAttention"}


def export_t5_folder(model: T5, tokenizer_json: Path, folder: Path) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files, with the special tokens added.

    `AutoModelForSeq2SeqLM.from_pretrained(folder)` and `AutoTokenizer.from_pretrained(folder)` open it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().clone() for name, tensor in t5_tensors(model).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", t5_config(model.config))
    tokenizer = hf.Tokenizer.from_file(str(tokenizer_json))
    tokenizer.add_special_tokens(list(T5Config.specials))
    assert all(tokenizer.token_to_id(name) == model.config.special(name) for name in T5Config.specials)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    named = {"pad_token": PAD, "eos_token": END, "additional_special_tokens": list(SENTINELS)}
    _write_json(folder / "tokenizer_config.json", settings | named)


def t5_config(config: T5Config) -> dict[str, Any]:
    """The settings under the names of `transformers.T5Config`."""
    return {
        "architectures": ["T5ForConditionalGeneration"],
        "model_type": "t5",
        **{theirs: getattr(config, own) for own, theirs in DIMENSIONS.items()},
        "d_kv": config.d_head,
        "d_ff": config.d_mlp,
        "num_decoder_layers": config.n_layers,
        "relative_attention_num_buckets": N_POSITION_BUCKETS,
        "relative_attention_max_distance": MAX_DISTANCE,
        "dropout_rate": config.dropout,
        "layer_norm_epsilon": EPSILON,
        "feed_forward_proj": "relu",
        "tie_word_embeddings": True,
        "is_encoder_decoder": True,
        "pad_token_id": config.special(PAD),
        "eos_token_id": config.special(END),
        "decoder_start_token_id": config.special(PAD),
    }


def t5_tensors(model: T5) -> dict[str, Tensor]:
    """The weights under T5's names; theirs has a matrix each for queries, keys and values."""
    tensors: dict[str, Tensor] = {}
    for ours, tensor in model.state_dict().items():
        theirs = t5_names(ours)
        tensors |= zip(theirs, tensor.chunk(len(theirs)), strict=True)
    return tensors


def t5_names(name: str) -> list[str]:
    """What T5 calls one of our tensors; three names where ours is queries, keys and values in one.

    >>> t5_names("decoder.blocks.2.cross.projection.weight")
    ['decoder.block.2.layer.1.EncDecAttention.o.weight']
    """
    if name == "token_embedding.weight":
        return ["shared.weight"]
    stack, _, rest = name.removesuffix(".weight").partition(".")
    if rest == "final_norm":
        return [f"{stack}.final_layer_norm.weight"]
    if rest == "distances.table":
        return [f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    _, layer, part = rest.split(".", 2)
    prefix = f"{stack}.block.{layer}"
    if part in _JOINED:
        return [f"{prefix}.{_JOINED[part]}.{letter}.weight" for letter in "qkv"]
    return [f"{prefix}.{_PARTS[part].format(2 if stack == 'decoder' else 1)}.weight"]


def read_t5_folder(folder: Path) -> tuple[T5Config, dict[str, Tensor]]:
    """The settings of a T5 on disk and its weights under our names; raises `RunError`.

    Where its special tokens are not the last of the vocabulary, as ours are, their rows are repeated there:
    its own tokenizer goes on to fit.
    """
    settings, tensors = read_folder(folder, "t5")
    config = _our_config(folder, settings)
    own = t5_from_tensors(tensors, config)
    places = _special_ids(folder)
    if places is not None and places != [config.special(name) for name in T5Config.specials]:
        embedding = own["token_embedding.weight"]
        own["token_embedding.weight"] = torch.cat([embedding, embedding[places]])
        config = replace(config, vocab_size=config.vocab_size + len(places))
    return config, own


def t5_from_tensors(tensors: Mapping[str, Tensor], config: T5Config) -> dict[str, Tensor]:
    """Weights under T5's names → under ours; what ours has no place for is left out."""
    own = {}
    for name in _our_names(config):
        parts = [tensors[theirs] for theirs in t5_names(name) if theirs in tensors]
        if len(parts) == len(t5_names(name)):
            own[name] = torch.cat(parts)
    return own


def _our_names(config: T5Config) -> Iterator[str]:
    yield "token_embedding.weight"
    for stack in ("encoder", "decoder"):
        yield from (f"{stack}.distances.table.weight", f"{stack}.final_norm.weight")
        parts = [part for part in (*_PARTS, *_JOINED) if stack == "decoder" or not part.startswith("cross")]
        yield from (f"{stack}.blocks.{i}.{part}.weight" for i in range(config.n_layers) for part in parts)


def _our_config(folder: Path, settings: dict[str, Any]) -> T5Config:
    settings = {"n_positions": ORIGINAL_CONTEXT} | settings
    sizes = numbers(folder, settings, DIMENSIONS)
    needed = {
        "d_kv": sizes["d_model"] // max(1, sizes["n_heads"]),
        "d_ff": 4 * sizes["d_model"],
        "num_decoder_layers": sizes["n_layers"],
        "feed_forward_proj": "relu",
        "tie_word_embeddings": True,
        "scale_decoder_outputs": True,
        "relative_attention_num_buckets": N_POSITION_BUCKETS,
        "relative_attention_max_distance": MAX_DISTANCE,
    }
    check_settings(folder, settings, needed)
    return T5Config(**sizes)


def _special_ids(folder: Path) -> list[int] | None:
    """Where our special tokens stand in the folder's own vocabulary; None if it does not say."""
    try:
        tokenizer = hf.Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception:  # the library raises nothing more special; the weights are of use without it
        return None
    found = [tokenizer.token_to_id(name) for name in T5Config.specials]
    return [place for place in found if place is not None] if None not in found else None


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
