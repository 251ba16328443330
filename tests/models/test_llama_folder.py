"""A decoder of Llama's settings is what `transformers` opens as Llama, and what it has comes back."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import transformers

from lmcore.errors import RunError
from lmcore.models.configs.counterparts import LLAMA, obstacles
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.decoder import Decoder
from lmcore.models.llama_folder import (
    export_llama_folder,
    llama_from_tensors,
    llama_tensors,
    read_llama_folder,
)
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizers import Tokenizer

TEXT = "the cat sees the dog.\n大语言模型 reads, and the dog sees the cat.\n" * 5
CONFIG = DecoderConfig(context_length=24, n_layers=3, n_heads=4, d_model=32)


@pytest.fixture
def exported(tmp_path: Path) -> tuple[Decoder, Tokenizer, Path]:
    tokenizer = Tokenizer.train(TokenizerConfig("byte_bpe", 300), TEXT)
    torch.manual_seed(0)
    model = Decoder(replace(CONFIG, vocab_size=tokenizer.vocab_size)).eval()
    with torch.no_grad():  # norms that start at 1 would hide a mix-up
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    tokenizer.save(tmp_path / "tokenizer.json")
    export_llama_folder(model, tmp_path / "tokenizer.json", tmp_path / "llama")
    return model, tokenizer, tmp_path / "llama"


def test_llama_logits_equal_ours(exported: tuple[Decoder, Tokenizer, Path]) -> None:
    model, tokenizer, folder = exported
    theirs, info = transformers.AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert isinstance(theirs, transformers.LlamaForCausalLM)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"]
    ids = torch.randint(tokenizer.vocab_size, (2, 24))
    with torch.no_grad():
        assert (theirs.eval()(ids).logits - model(ids)).abs().max().item() <= 1e-4


def test_the_tokenizer_comes_along(exported: tuple[Decoder, Tokenizer, Path]) -> None:
    _, tokenizer, folder = exported
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    assert theirs("the dog, 大模型.")["input_ids"] == tokenizer.ids("the dog, 大模型.").tolist()


def test_the_weights_come_back(exported: tuple[Decoder, Tokenizer, Path]) -> None:
    model, _, folder = exported
    config, back = read_llama_folder(folder)
    assert config == model.config
    assert back.keys() == model.state_dict().keys()
    for name, tensor in model.state_dict().items():
        assert torch.equal(back[name], tensor), name


def test_a_shared_head_is_a_copy_of_the_embedding() -> None:
    tensors = llama_tensors(Decoder(CONFIG))
    del tensors["lm_head.weight"]
    back = llama_from_tensors(tensors)
    assert torch.equal(back["head.weight"], back["token_embedding.weight"])


OTHERS = {
    "position": "alibi",
    "norm": "layernorm",
    "activation": "gelu",
    "qk_norm": True,
    "token_shift": True,
    "zero_init": True,
    "norm_scale": False,
    "tables": 2,
}


def test_every_setting_that_llama_has_not_is_named() -> None:
    assert obstacles(CONFIG) == () and obstacles(GPTConfig()) == ()
    assert OTHERS.keys() == LLAMA.keys()
    for name, value in OTHERS.items():
        assert obstacles(replace(CONFIG, **{name: value})) == (f"{name}={value}",)


@pytest.mark.parametrize(
    "setting", [{"num_key_value_heads": 2}, {"intermediate_size": 96}, {"hidden_act": "gelu"}]
)
def test_a_llama_that_computes_something_else_is_refused(
    exported: tuple[Decoder, Tokenizer, Path], setting: dict[str, object]
) -> None:
    path = exported[2] / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | setting), encoding="utf-8")
    with pytest.raises(RunError, match=next(iter(setting))):
        read_llama_folder(exported[2])
