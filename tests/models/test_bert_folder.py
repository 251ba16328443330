"""A BERT goes out to transformers and comes back; what cannot be read is refused with its reason."""

import json
import os
import pickle

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers

from lmcore.errors import RunError
from lmcore.models.bert import Bert
from lmcore.models.bert_folder import export_bert_folder, read_bert_folder
from lmcore.models.configs.bert import BertConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.models.gpt2_folder import export_gpt2_folder, read_gpt2_folder
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizers import Tokenizer

TEXT = "the cat sees the dog.\n大语言模型 reads, and the dog sees the cat.\n" * 5


def shaken(model):
    """Biases and norms that start at 0 and 1 would hide a mix-up."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


@pytest.fixture(params=[("character", False), ("byte_bpe", True)], ids=["plain", "next_sentence"])
def exported(request, tmp_path):
    """A model and its tokenizer, and the folder they were written to."""
    kind, pairs = request.param
    tokenizer = Tokenizer.train(TokenizerConfig(kind, 300), TEXT)
    torch.manual_seed(0)
    config = BertConfig(tokenizer.vocab_size + 3, 24, n_layers=3, n_heads=4, d_model=32, next_sentence=pairs)
    model = shaken(Bert(config))
    tokenizer.save(tmp_path / "tokenizer.json")
    export_bert_folder(model, tmp_path / "tokenizer.json", tmp_path / "bert")
    return model, tokenizer, tmp_path / "bert"


def test_transformers_opens_the_folder_and_gives_our_logits(exported):
    model, tokenizer, folder = exported
    kind = (
        transformers.AutoModelForPreTraining
        if model.config.next_sentence
        else transformers.AutoModelForMaskedLM
    )
    theirs, info = kind.from_pretrained(folder, output_loading_info=True)
    assert isinstance(theirs, transformers.BertForPreTraining | transformers.BertForMaskedLM)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"]
    ids = torch.randint(tokenizer.vocab_size, (2, 24))
    with torch.no_grad():
        answer = theirs.eval()(ids)
        logits = answer.prediction_logits if model.config.next_sentence else answer.logits
        assert (logits - model(ids)).abs().max().item() <= 1e-4


def test_its_tokenizer_puts_our_ids_into_the_frame(exported):
    model, tokenizer, folder = exported
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    text, other = "the dog, 大模型.", "the cat"
    frame = model.frame(torch.from_numpy(tokenizer.ids(text)).long()[None])[0]
    assert theirs(text)["input_ids"] == frame.tolist()
    two = theirs(text, other)
    assert two["token_type_ids"] == [0] * len(frame) + [1] * (len(tokenizer.ids(other)) + 1)
    assert theirs.mask_token_id == model.config.special("[MASK]")
    assert theirs("[MASK]")["input_ids"][1:-1] == [theirs.mask_token_id]


def test_transformers_fills_the_gaps_as_we_do(exported):
    model, _, folder = exported
    theirs = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()
    written = transformers.AutoTokenizer.from_pretrained(folder)("the [MASK] sees", return_tensors="pt")
    with torch.no_grad():
        expected = theirs(**written).logits[written["input_ids"] == model.config.special("[MASK]")]
        ours = model(written["input_ids"])[written["input_ids"] == model.config.special("[MASK]")]
    torch.testing.assert_close(ours, expected, atol=1e-4, rtol=1e-4)


def test_what_went_out_comes_back(exported):
    model, _, folder = exported
    config, tensors = read_bert_folder(folder)
    assert config == BertConfig(**{**vars(model.config), "dropout": 0.0})
    back = Bert(config).eval()
    back.load_state_dict(tensors)
    ids = torch.randint(config.vocab_size, (2, 24))
    assert torch.equal(back(ids), model(ids))


def theirs_on_disk(folder, model_class=transformers.BertForMaskedLM, **settings):
    torch.manual_seed(1)
    shape = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = transformers.BertConfig(vocab_size=30, max_position_embeddings=12, **{**shape, **settings})
    model = shaken(model_class(config))
    model.save_pretrained(folder)
    return model


def test_a_bert_that_transformers_saved_gives_its_logits_here(tmp_path):
    theirs = theirs_on_disk(tmp_path)
    config, tensors = read_bert_folder(tmp_path)
    ours = Bert(config).eval()
    ours.load_state_dict(tensors)
    ids = torch.randint(30, (2, 12))
    with torch.no_grad():
        assert (ours(ids) - theirs(ids).logits).abs().max() <= 1e-4


def test_special_tokens_elsewhere_are_repeated_at_the_end(tmp_path):
    """As in the published BERT, whose [CLS], [SEP] and [MASK] are 101, 102 and 103."""
    theirs = theirs_on_disk(tmp_path)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{i}" for i in range(25))]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config, tensors = read_bert_folder(tmp_path)
    assert config.vocab_size == 33
    ours = Bert(config).eval()
    ours.load_state_dict(tensors)
    text, gap = torch.tensor([[10, 11, 12, 13]]), torch.tensor([[2, 10, 4, 12, 13, 3]])
    framed = ours.frame(text)
    framed[0, 2] = config.special("[MASK]")
    with torch.no_grad():
        assert (ours(framed)[..., :30] - theirs(gap).logits).abs().max() <= 1e-4


def test_a_bare_encoder_gives_all_but_the_head(tmp_path):
    theirs_on_disk(tmp_path, transformers.BertModel)
    config, tensors = read_bert_folder(tmp_path)
    missing, unexpected = Bert(config).load_state_dict(tensors, strict=False)
    assert not unexpected
    assert {name.partition(".")[0] for name in missing} == {"transform", "transform_norm", "offset"}


def test_a_gpt2_that_transformers_saved_gives_its_logits_here(tmp_path):
    torch.manual_seed(1)
    config = transformers.GPT2Config(vocab_size=30, n_positions=12, n_embd=16, n_layer=2, n_head=2)
    theirs = shaken(transformers.GPT2LMHeadModel(config))
    theirs.save_pretrained(tmp_path)
    own, tensors = read_gpt2_folder(tmp_path)
    assert own == GPTConfig(30, 12, n_layers=2, n_heads=2, d_model=16)
    ours = GPT(own).eval()
    ours.load_state_dict(tensors)
    ids = torch.randint(30, (2, 12))
    with torch.no_grad():
        assert (ours(ids) - theirs(ids).logits).abs().max() <= 1e-4


def test_a_gpt_that_went_out_comes_back(tmp_path):
    tokenizer = Tokenizer.train(TokenizerConfig("character"), TEXT)
    tokenizer.save(tmp_path / "tokenizer.json")
    model = shaken(GPT(GPTConfig(tokenizer.vocab_size, 12, n_layers=2, n_heads=2, d_model=16)))
    export_gpt2_folder(model, tmp_path / "tokenizer.json", tmp_path / "gpt2")
    config, tensors = read_gpt2_folder(tmp_path / "gpt2")
    assert config == model.config
    assert all(torch.equal(tensors[name], value) for name, value in model.state_dict().items())


def test_a_pickle_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "sprung"),))

    theirs_on_disk(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(RunError, match=r"pytorch_model\.bin"):
        read_bert_folder(tmp_path)
    assert not (tmp_path / "sprung").exists()


def change_settings(folder, **changes):
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8")) | changes
    (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")


def test_what_cannot_be_read_says_why(tmp_path):
    with pytest.raises(RunError, match=r"config\.json"):
        read_bert_folder(tmp_path / "nowhere")
    theirs_on_disk(tmp_path)
    with pytest.raises(RunError, match="bert, and gpt2 is needed"):
        read_gpt2_folder(tmp_path)
    change_settings(tmp_path, hidden_act="relu")
    with pytest.raises(RunError, match="hidden_act is relu"):
        read_bert_folder(tmp_path)
    change_settings(tmp_path, hidden_act="gelu", hidden_size="wide")
    with pytest.raises(RunError, match=r"config\.json"):
        read_bert_folder(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(RunError, match="damaged"):
        read_bert_folder(tmp_path)
    weights.unlink()
    with pytest.raises(RunError, match=r"\.safetensors"):
        read_bert_folder(tmp_path)
