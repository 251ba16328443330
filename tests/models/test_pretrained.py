"""What is taken from another model, what is not, and folders that are no models."""

import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from lmcore.errors import LmcoreError, RunError
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.configs.recurrent import RecurrentConfig
from lmcore.models.pretrained import LoadReport, SharedTokens, read_pretrained, take_over
from lmcore.models.registry import build_model

CONFIG = GPTConfig(50, context_length=16, n_layers=2, n_heads=2, d_model=16)


def model_of(config: GPTConfig, seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    model = build_model(config)
    for parameter in model.parameters():  # biases of 0 would hide a mix-up
        parameter.data += 0.1 * torch.randn_like(parameter)
    return model


def copies(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def names(rows: tuple) -> set[str]:
    return {name for name, _, _ in rows}


def test_the_same_shape_is_taken_whole() -> None:
    theirs, ours = copies(model_of(CONFIG, 1)), model_of(CONFIG, 2)
    report = take_over(ours, {name: value.bfloat16() for name, value in theirs.items()})
    assert names(report.taken) == theirs.keys() and not report.grown + report.new + report.unused
    for name, value in ours.state_dict().items():
        assert value.dtype == torch.float32 and torch.equal(value, theirs[name].bfloat16().float())


def test_more_layers_are_new_and_fewer_are_left_over() -> None:
    small, large = copies(model_of(CONFIG, 1)), model_of(replace(CONFIG, n_layers=3), 2)
    before = copies(large)
    report = take_over(large, small)
    assert names(report.taken) == small.keys()
    assert names(report.new) == {name for name in before if name.startswith("blocks.2.")}
    assert all(torch.equal(large.state_dict()[name], before[name]) for name in names(report.new))
    report = take_over(model_of(CONFIG), before)
    assert names(report.unused) == {name for name in before if name.startswith("blocks.2.")}
    assert all(ours is None and theirs is not None for _, ours, theirs in report.unused)


def test_a_wider_model_takes_the_block_that_both_have() -> None:
    small, wide = copies(model_of(CONFIG, 1)), model_of(replace(CONFIG, d_model=24, vocab_size=60), 2)
    before = copies(wide)
    report = take_over(wide, small)
    row = ("token_embedding.weight", (60, 24), (50, 16))
    assert row in report.grown and not report.taken
    after = wide.state_dict()
    found = after["token_embedding.weight"]
    assert torch.equal(found[:50, :16], small["token_embedding.weight"])
    assert torch.equal(found[50:], before["token_embedding.weight"][50:])
    assert torch.equal(found[:50, 16:], before["token_embedding.weight"][:50, 16:])


def test_queries_keys_and_values_stay_apart_when_they_grow() -> None:
    small, wide = copies(model_of(CONFIG, 1)), model_of(replace(CONFIG, d_model=24), 2)
    take_over(wide, small)
    for end in ("weight", "bias"):
        name = f"blocks.1.attention.qkv.{end}"
        pieces = zip(wide.state_dict()[name].chunk(3), small[name].chunk(3), strict=True)
        for ours, theirs in pieces:
            assert torch.equal(ours[:16, :16] if end == "weight" else ours[:16], theirs)


def test_gates_stay_apart_when_they_grow() -> None:
    config = RecurrentConfig(50, d_embedding=16, d_hidden=16)
    torch.manual_seed(1)
    small = copies(build_model(config))
    wide = build_model(replace(config, d_hidden=24))
    take_over(wide, small)
    pieces = zip(
        wide.state_dict()["layers.0.weight_ih_l0"].chunk(4),
        small["layers.0.weight_ih_l0"].chunk(4),
        strict=True,
    )
    for ours, theirs in pieces:
        assert torch.equal(ours[:16], theirs)


def test_rows_of_another_vocabulary_are_found_by_what_they_stand_for() -> None:
    theirs, ours = copies(model_of(replace(CONFIG, vocab_size=30), 1)), model_of(CONFIG, 2)
    before = copies(ours)
    tokens = SharedTokens(torch.tensor([5, 0, 49]), torch.tensor([1, 29, 3]), n_ours=50, n_theirs=30)
    report = take_over(ours, theirs, tokens)
    found = ours.state_dict()["token_embedding.weight"]
    for here, there in ((5, 1), (0, 29), (49, 3)):
        assert torch.equal(found[here], theirs["token_embedding.weight"][there])
    rest = [row for row in range(50) if row not in (5, 0, 49)]
    assert torch.equal(found[rest], before["token_embedding.weight"][rest])
    assert names(report.grown) == {"token_embedding.weight"} and report.n_tokens == 3


def test_positions_are_no_tokens_though_there_are_as_many() -> None:
    config = replace(CONFIG, vocab_size=16)
    theirs, ours = copies(model_of(config, 1)), model_of(config, 2)
    take_over(ours, theirs, SharedTokens(torch.tensor([5]), torch.tensor([1]), 16, 16))
    assert torch.equal(ours.state_dict()["position_embedding.weight"], theirs["position_embedding.weight"])


def test_a_tensor_with_other_dimensions_is_not_touched() -> None:
    theirs, ours = copies(model_of(CONFIG, 1)), model_of(CONFIG, 2)
    before = copies(ours)
    theirs["final_norm.weight"] = torch.ones(16, 16)
    theirs["final_norm.bias"] = torch.tensor(3.0)
    report = take_over(ours, theirs)
    assert names(report.unused) == {"final_norm.weight", "final_norm.bias"} <= names(report.new)
    assert torch.equal(ours.state_dict()["final_norm.weight"], before["final_norm.weight"])


def test_a_model_with_nothing_in_common_is_refused() -> None:
    with pytest.raises(RunError, match="Nothing of that model fits"):
        take_over(model_of(CONFIG), {"something.else": torch.ones(3)})


def test_a_report_is_plain_values() -> None:
    report = take_over(model_of(CONFIG), copies(model_of(replace(CONFIG, d_model=24))))
    back = json.loads(json.dumps(report.to_json()))
    assert back["grown"][0] == ["token_embedding.weight", [50, 16], [50, 24]]
    assert back.keys() == LoadReport().to_json().keys()


FOLDERS = {
    "gpt2": lambda: transformers.GPT2LMHeadModel(
        transformers.GPT2Config(vocab_size=50, n_positions=16, n_embd=16, n_layer=2, n_head=2)
    ),
    "llama": lambda: transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=50, max_position_embeddings=16, hidden_size=24, intermediate_size=64,
            num_hidden_layers=2, num_attention_heads=2,
        )
    ),
    "bert": lambda: transformers.BertForMaskedLM(
        transformers.BertConfig(
            vocab_size=50, max_position_embeddings=16, hidden_size=16, intermediate_size=64,
            num_hidden_layers=2, num_attention_heads=2,
        )
    ),
    "t5": lambda: transformers.T5ForConditionalGeneration(
        transformers.T5Config(vocab_size=150, d_model=16, d_kv=8, d_ff=64, num_layers=2, num_heads=2)
    ),
}  # fmt: skip


@pytest.fixture
def gpt2(tmp_path: Path) -> Path:
    FOLDERS["gpt2"]().save_pretrained(tmp_path / "gpt2")
    return tmp_path / "gpt2"


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_folder_fills_a_model_of_its_settings(tmp_path: Path, kind: str) -> None:
    FOLDERS[kind]().save_pretrained(tmp_path / kind)
    config, tensors = read_pretrained(tmp_path / kind)
    report = take_over(build_model(config), tensors)
    assert report.taken and not report.grown and not report.new


def test_a_folder_of_gpt2_computes_what_gpt2_computes(gpt2: Path) -> None:
    config, tensors = read_pretrained(gpt2)
    model = build_model(config).eval()
    take_over(model, tensors)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(gpt2).eval()
    ids = torch.randint(50, (2, 16))
    with torch.no_grad():
        assert (theirs(ids).logits - model(ids)).abs().max().item() <= 1e-4


def changed(folder: Path, **settings: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | settings), "utf-8")


class Bomb:
    def __reduce__(self) -> tuple:
        return (pytest.fail, ("the pickle was opened",))


def test_a_pickle_alone_is_refused_unopened(gpt2: Path) -> None:
    (gpt2 / "model.safetensors").unlink()
    (gpt2 / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(RunError, match=r"pytorch_model\.bin"):
        read_pretrained(gpt2)


def test_code_of_others_is_not_run(gpt2: Path) -> None:
    (gpt2 / "modeling_own.py").write_text("raise SystemExit('it was run')")
    changed(gpt2, auto_map={"AutoModelForCausalLM": "modeling_own.Own"})
    with pytest.raises(RunError, match="brings its own code"):
        read_pretrained(gpt2)


def test_missing_tensors_are_named(gpt2: Path) -> None:
    tensors = load_file(gpt2 / "model.safetensors")
    name = next(name for name in tensors if name.endswith("h.1.attn.c_attn.weight"))
    del tensors[name]
    save_file(tensors, gpt2 / "model.safetensors")
    with pytest.raises(RunError, match=r"h\.1\.attn\.c_attn\.weight"):
        read_pretrained(gpt2)


def test_a_folder_that_is_no_model_is_said(tmp_path: Path, gpt2: Path) -> None:
    with pytest.raises(RunError, match="no such folder"):
        read_pretrained(tmp_path / "nowhere")
    with pytest.raises(RunError, match="no such folder"):
        read_pretrained(gpt2 / "config.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError):
        read_pretrained(tmp_path / "empty")
    changed(gpt2, model_type="mamba")
    with pytest.raises(RunError, match="mamba"):
        read_pretrained(gpt2)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"model_type": 3}', b'{"model_type": "gpt2"}']
)
def test_broken_settings_are_an_error_in_words(gpt2: Path, content: bytes) -> None:
    (gpt2 / "config.json").write_bytes(content)
    with pytest.raises(LmcoreError):
        read_pretrained(gpt2)


@pytest.mark.parametrize("content", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 100])
def test_broken_weights_are_an_error_in_words(gpt2: Path, content: bytes) -> None:
    (gpt2 / "model.safetensors").write_bytes(content)
    with pytest.raises(LmcoreError):
        read_pretrained(gpt2)
