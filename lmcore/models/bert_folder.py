"""A trained BERT as a folder that `transformers` opens, and the weights of such a folder for ours."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tokenizers as hf
import torch
from safetensors.torch import save_file
from tokenizers.processors import TemplateProcessing
from torch import Tensor, nn

from lmcore.models.bert import Bert
from lmcore.models.configs.bert import BertConfig
from lmcore.models.folder_reading import check_settings, numbers, read_folder
from lmcore.models.masked_transformer import EPSILON, Block

ROLES = {"[MASK]": "mask_token", "[CLS]": "cls_token", "[SEP]": "sep_token"}
DIMENSIONS = {  # ours → BERT's
    "vocab_size": "vocab_size",
    "context_length": "max_position_embeddings",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "d_model": "hidden_size",
}
OUTSIDE = {  # our layers around the blocks → BERT's
    "token_embedding": "bert.embeddings.word_embeddings",
    "position_embedding": "bert.embeddings.position_embeddings",
    "segment_embedding": "bert.embeddings.token_type_embeddings",
    "embedding_norm": "bert.embeddings.LayerNorm",
    "transform": "cls.predictions.transform.dense",
    "transform_norm": "cls.predictions.transform.LayerNorm",
    "pooler": "bert.pooler.dense",
    "next_sentence": "cls.seq_relationship",
}
IN_BLOCK = {
    "attention.projection": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "mlp.expand": "intermediate.dense",
    "mlp.projection": "output.dense",
    "mlp_norm": "output.LayerNorm",
}
OFFSET = "cls.predictions.bias"
QUERY_KEY_VALUE = ("query", "key", "value")
OLD_NAMES = ((".gamma", ".weight"), (".beta", ".bias"))


def export_bert_folder(model: Bert, tokenizer_json: Path, folder: Path) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files.

    `AutoModelForMaskedLM.from_pretrained(folder)` and `AutoTokenizer.from_pretrained(folder)` open it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in bert_tensors(model).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", bert_settings(model.config))
    framing_tokenizer(tokenizer_json, model.config).save(str(folder / "tokenizer.json"))
    tokenizer = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    tokenizer["model_max_length"] = model.config.context_length
    tokenizer |= {role: token for token, role in ROLES.items()}
    tokenizer["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    _write_json(folder / "tokenizer_config.json", tokenizer)


def bert_settings(config: BertConfig) -> dict[str, Any]:
    """The settings under the names of `transformers.BertConfig`."""
    kind = "BertForPreTraining" if config.next_sentence else "BertForMaskedLM"
    return {
        "architectures": [kind],
        "model_type": "bert",
        **{theirs: getattr(config, own) for own, theirs in DIMENSIONS.items()},
        "intermediate_size": config.d_mlp,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": EPSILON,
        "tie_word_embeddings": True,
        "pad_token_id": None,
        "hidden_dropout_prob": config.dropout,
        "attention_probs_dropout_prob": config.dropout,
    }


def bert_tensors(model: Bert) -> dict[str, Tensor]:
    """The weights under BERT's names, in which query, key and value are three layers."""
    tensors: dict[str, Tensor] = {OFFSET: model.offset}
    modules = dict(model.named_modules())
    for own, theirs in OUTSIDE.items():
        if own in modules:
            tensors |= _named(theirs, modules[own])
    for index, block in enumerate(model.blocks):
        assert isinstance(block, Block)
        prefix = f"bert.encoder.layer.{index}"
        for own, theirs in IN_BLOCK.items():
            tensors |= _named(f"{prefix}.{theirs}", block.get_submodule(own))
        qkv = block.attention.qkv
        parts = zip(QUERY_KEY_VALUE, qkv.weight.chunk(3), qkv.bias.chunk(3), strict=True)
        for part, weight, bias in parts:
            name = f"{prefix}.attention.self.{part}"
            tensors |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return tensors


def read_bert_folder(folder: Path) -> tuple[BertConfig, dict[str, Tensor]]:
    """The settings of a BERT on disk and its weights under our names; raises `RunError`.

    Where its [MASK], [CLS] and [SEP] are not the last of the vocabulary, as ours are, their rows are repeated
    there, so that its own tokenizer goes on to fit.
    """
    settings, tensors = read_folder(folder, "bert")
    own = bert_from_tensors(tensors)
    places = special_ids(folder)
    config = _config(folder, settings, "next_sentence.weight" in own)
    if places is not None and places != [config.special(name) for name in BertConfig.specials]:
        own = {name: _with_specials(name, tensor, places) for name, tensor in own.items()}
        config = _config(
            folder, settings | {"vocab_size": config.vocab_size + len(places)}, config.next_sentence
        )
    return config, own


def bert_from_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights under BERT's names → under ours; what ours has no place for is left out.

    A bare `BertModel` has neither the prefix `bert.` nor a head.
    """
    theirs = {_today(name): tensor for name, tensor in tensors.items()}
    own = {"offset": theirs[OFFSET]} if OFFSET in theirs else {}
    for ours, name in OUTSIDE.items():
        own |= _found(theirs, name, ours)
    index = 0
    while f"bert.encoder.layer.{index}.attention.self.query.weight" in theirs:
        prefix, block = f"bert.encoder.layer.{index}", f"blocks.{index}"
        for ours, name in IN_BLOCK.items():
            own |= _found(theirs, f"{prefix}.{name}", f"{block}.{ours}")
        for end in ("weight", "bias"):
            parts = [theirs[f"{prefix}.attention.self.{part}.{end}"] for part in QUERY_KEY_VALUE]
            own[f"{block}.attention.qkv.{end}"] = torch.cat(parts)
        index += 1
    if "next_sentence.weight" not in own:  # a pooler alone answers no question of ours
        own = {name: tensor for name, tensor in own.items() if not name.startswith("pooler")}
    return own


def framing_tokenizer(tokenizer_json: Path, config: BertConfig) -> hf.Tokenizer:
    """Our tokenizer with BERT's special tokens behind its own, which puts them around a text or two."""
    tokenizer = hf.Tokenizer.from_file(str(tokenizer_json))
    tokenizer.add_special_tokens(list(BertConfig.specials))
    assert all(tokenizer.token_to_id(name) == config.special(name) for name in BertConfig.specials)
    frame = [(name, config.special(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=frame
    )
    return tokenizer


def special_ids(folder: Path) -> list[int] | None:
    """Where [MASK], [CLS] and [SEP] stand in the folder's own vocabulary; None if it does not say."""
    known: dict[str, int] = {}
    try:
        if (folder / "tokenizer.json").is_file():
            known = hf.Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
        elif (folder / "vocab.txt").is_file():
            lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
            known = {token: number for number, token in enumerate(lines)}
    except Exception:  # the library raises nothing more special; the weights are of use without it
        return None
    found = [known.get(name) for name in BertConfig.specials]
    return [place for place in found if place is not None] if None not in found else None


def _config(folder: Path, settings: dict[str, Any], next_sentence: bool) -> BertConfig:
    needed = {"hidden_act": "gelu", "position_embedding_type": "absolute", "is_decoder": False}
    sizes = numbers(folder, settings, DIMENSIONS)
    check_settings(folder, settings, needed | {"intermediate_size": 4 * sizes["d_model"]})
    return BertConfig(**sizes, next_sentence=next_sentence)


def _with_specials(name: str, tensor: Tensor, places: list[int]) -> Tensor:
    vocabulary = name in ("token_embedding.weight", "offset")
    return torch.cat([tensor, tensor[places]]) if vocabulary else tensor


def _named(name: str, layer: nn.Module) -> dict[str, Tensor]:
    return {f"{name}.{end}": tensor for end, tensor in layer.named_parameters(recurse=False)}


def _found(theirs: Mapping[str, Tensor], name: str, ours: str) -> dict[str, Tensor]:
    ends = (end for end in ("weight", "bias") if f"{name}.{end}" in theirs)
    return {f"{ours}.{end}": theirs[f"{name}.{end}"] for end in ends}


def _today(name: str) -> str:
    for old, new in OLD_NAMES:
        if name.endswith(old):
            name = name.removesuffix(old) + new
    return name if name.startswith(("bert.", "cls.")) else f"bert.{name}"


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
