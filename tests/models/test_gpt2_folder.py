"""What we export is what the rest of the field opens."""

import json
import os

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers

from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.models.gpt2_folder import export_gpt2_folder
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizers import Tokenizer

TEXT = "the cat sees the dog.\n大语言模型 reads, and the dog sees the cat.\n" * 5


@pytest.fixture(params=["character", "byte_bpe"])
def exported(request, tmp_path):
    """A model and its tokenizer, and the folder they were written to."""
    tokenizer = Tokenizer.train(TokenizerConfig(request.param, 300), TEXT)
    torch.manual_seed(0)
    config = GPTConfig(tokenizer.vocab_size, context_length=24, n_layers=3, n_heads=4, d_model=32)
    model = GPT(config).eval()
    with torch.no_grad():  # biases and norms that start at 0 and 1 would hide a mix-up
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    tokenizer.save(tmp_path / "tokenizer.json")
    export_gpt2_folder(model, tmp_path / "tokenizer.json", tmp_path / "gpt2")
    return model, tokenizer, tmp_path / "gpt2"


def test_gpt2_logits_equal_ours(exported):
    model, tokenizer, folder = exported
    theirs, info = transformers.AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert isinstance(theirs, transformers.GPT2LMHeadModel)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"]
    ids = torch.randint(tokenizer.vocab_size, (2, 24))
    with torch.no_grad():
        assert (theirs.eval()(ids).logits - model(ids)).abs().max().item() <= 1e-4


def test_the_exported_tokenizer_gives_our_ids(exported):
    _, tokenizer, folder = exported
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    text = "the dog, 大模型.\n the cat"
    assert theirs(text)["input_ids"] == tokenizer.ids(text).tolist()
    assert theirs.decode(tokenizer.ids(text)) == text


def test_the_exported_model_generates(exported):
    model, tokenizer, folder = exported
    theirs = transformers.AutoModelForCausalLM.from_pretrained(folder)
    ids = torch.tensor([tokenizer.ids("the cat").tolist()])
    mask = torch.ones_like(ids)
    written = theirs.generate(ids, attention_mask=mask, max_new_tokens=3, do_sample=False)
    with torch.no_grad():
        first = model(ids)[0, -1].argmax().item()
    assert written[0, ids.shape[1]].item() == first


def test_the_export_names_no_pickle(exported):
    _, _, folder = exported
    names = {path.name for path in folder.iterdir()}
    assert "model.safetensors" in names and not any(name.endswith((".bin", ".pt")) for name in names)
    assert json.loads((folder / "config.json").read_text(encoding="utf-8"))["n_positions"] == 24
