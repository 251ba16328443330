"""What we export is what the rest of the field opens, and what it writes is read."""

import json
import os
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers

from lmcore.errors import RunError
from lmcore.models.configs.t5 import T5Config
from lmcore.models.t5 import T5
from lmcore.models.t5_folder import export_t5_folder, read_t5_folder
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizers import Tokenizer

TEXT = "the cat sees the dog.\nand the dog sees the cat.\n" * 5


@pytest.fixture
def exported(tmp_path):
    """A model and its tokenizer, and the folder they were written to."""
    tokenizer = Tokenizer.train(TokenizerConfig("byte_bpe", 300), TEXT)
    torch.manual_seed(0)
    vocab_size = tokenizer.vocab_size + len(T5Config.specials)
    model = T5(T5Config(vocab_size, context_length=24, n_layers=2, n_heads=4, d_model=32)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    tokenizer.save(tmp_path / "tokenizer.json")
    export_t5_folder(model, tmp_path / "tokenizer.json", tmp_path / "t5")
    return model, tokenizer, tmp_path / "t5"


def test_transformers_opens_it_and_computes_the_same(exported):
    model, tokenizer, folder = exported
    theirs, info = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder, output_loading_info=True)
    assert isinstance(theirs, transformers.T5ForConditionalGeneration)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"]
    source, target = torch.randint(tokenizer.vocab_size, (2, 2, 20))
    with torch.no_grad():
        logits = theirs.eval()(input_ids=source, labels=target).logits
        assert (logits - model(source, target)).abs().max().item() <= 1e-4


def test_the_tokenizer_knows_the_special_tokens(exported):
    model, tokenizer, folder = exported
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    ids = theirs("the<extra_id_0> dog</s>")["input_ids"]
    own = [*tokenizer.ids("the"), model.config.special("<extra_id_0>")]
    assert ids == [*own, *tokenizer.ids(" dog"), model.config.special("</s>")]
    assert theirs.eos_token_id == model.config.special("</s>")
    assert theirs.pad_token_id == model.config.special("<pad>")


def test_reading_gives_back_what_was_written(exported):
    model, _, folder = exported
    config, tensors = read_t5_folder(folder)
    assert config == model.config
    expected = model.state_dict()
    assert tensors.keys() == expected.keys()
    assert all(torch.equal(tensors[name], expected[name]) for name in expected)


def test_a_folder_of_transformers_computes_the_same_when_read(tmp_path):
    torch.manual_seed(1)
    settings: dict[str, Any] = {
        "vocab_size": 70,
        "d_model": 24,
        "d_kv": 8,
        "d_ff": 96,
        "num_layers": 2,
        "num_heads": 3,
    }
    settings["decoder_start_token_id"] = 36  # our <pad>
    theirs = transformers.T5ForConditionalGeneration(transformers.T5Config(**settings)).eval()
    theirs.save_pretrained(tmp_path)
    config, tensors = read_t5_folder(tmp_path)
    model = T5(config).eval()
    model.load_state_dict(tensors)
    source, target = torch.randint(30, (2, 2, 15))
    with torch.no_grad():
        logits = theirs(input_ids=source, labels=target).logits
        assert (logits - model(source, target)).abs().max().item() <= 1e-4


def test_special_tokens_of_other_ids_are_repeated_at_the_end(exported):
    model, _, folder = exported
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    by_name = {token["content"]: token for token in tokenizer["added_tokens"]}
    pad, end = by_name["<pad>"], by_name["</s>"]
    pad["id"], end["id"] = end["id"], pad["id"]
    tokenizer["added_tokens"].sort(key=lambda token: token["id"])
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    config, tensors = read_t5_folder(folder)
    embedding = tensors["token_embedding.weight"]
    assert config.vocab_size == len(embedding) == model.config.vocab_size + 34
    assert torch.equal(embedding[config.special("</s>")], embedding[model.config.special("<pad>")])


def test_a_pickle_is_not_opened(exported):
    _, _, folder = exported
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(RunError, match=r"pytorch_model\.bin"):
        read_t5_folder(folder)


def test_a_t5_that_is_built_otherwise_is_refused(exported):
    _, _, folder = exported
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    settings["feed_forward_proj"] = "gated-gelu"
    (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(RunError, match="gated-gelu"):
        read_t5_folder(folder)
