"""What can be asked, what cannot, and what is left behind."""

import json
import os

os.environ["HF_HUB_OFFLINE"] = "1"

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import transformers
from safetensors import safe_open

from lmcore.errors import ConfigError, RunError
from lmcore.models.configs.bert import BertConfig
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.configs.t5 import T5Config
from lmcore.models.pretrained import read_pretrained
from lmcore.models.registry import architecture_of, build_model, from_description
from lmcore.runs.home import Home
from lmcore.runs.requests import REQUESTS
from lmcore.runs.store import Store
from lmcore.runs.take_home import weights
from lmcore.runs.take_home.forms import FORMS, TRACKING, forms_of
from lmcore.runs.take_home.requests import take_home
from lmcore.tasks.language_model import load_model
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.training.config import TrainingConfig


def taken(home: Home, run: str, step: int, form: str) -> Path:
    *_, answer = take_home(home, run, step, form)
    return home.exported / answer["file"]


def test_the_weights_make_the_model_again(train, home: Home) -> None:
    record = train()
    with safe_open(taken(home, record.id, 12, "weights"), framework="pt") as file:
        about = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}
    model = build_model(from_description(json.loads(about["model"])))
    model.load_state_dict(tensors)
    expected, _ = load_model(home.run_folder(record.id), 12)
    ids = torch.randint(20, (2, 16))
    assert torch.equal(model.eval()(ids), expected(ids))
    assert RunSpec.from_json(json.loads(about["spec"])) == record.spec and about["step"] == "12"


@pytest.mark.parametrize("architecture", ["gpt", "decoder"])
def test_transformers_opens_the_folder(train, home: Home, tiny_spec, tmp_path, architecture: str) -> None:
    if architecture == "decoder":
        tiny_spec = replace(
            tiny_spec, model=DecoderConfig(context_length=16, n_layers=2, n_heads=2, d_model=32)
        )
    record = train(replace(tiny_spec, precision="float32"))
    with zipfile.ZipFile(taken(home, record.id, 8, "transformers")) as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out" / f"{record.id}-step8"
    theirs = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    ours, own = load_model(home.run_folder(record.id), 8)
    assert tokenizer("the cat")["input_ids"] == own.ids("the cat").tolist()
    ids = torch.randint(20, (2, 16))
    assert (theirs(ids).logits - ours(ids)).abs().max().item() <= 1e-4


@pytest.mark.parametrize(
    ("model", "objective", "kind", "opens"),
    [
        (BertConfig(context_length=16, n_layers=2, n_heads=2, d_model=32), "masked", "bert", "MaskedLM"),
        (T5Config(context_length=16, n_layers=2, n_heads=2, d_model=32), "span", "t5", "Seq2SeqLM"),
    ],
)
def test_transformers_opens_those_that_read_both_ways(
    train, home: Home, tiny_spec, tmp_path, model, objective: str, kind: str, opens: str
) -> None:
    record = train(replace(tiny_spec, model=model, precision="float32", training=_for(tiny_spec, objective)))
    with zipfile.ZipFile(taken(home, record.id, 12, "transformers")) as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out" / f"{record.id}-step12"
    _, info = getattr(transformers, f"AutoModelFor{opens}").from_pretrained(folder, output_loading_info=True)
    assert not info["missing_keys"] and not info["mismatched_keys"]
    config, tensors = read_pretrained(folder)
    assert architecture_of(config) == kind
    ours, _ = load_model(home.run_folder(record.id), 12)
    assert all(torch.equal(tensors[name], value) for name, value in ours.state_dict().items())


def _for(spec: RunSpec, objective: str) -> TrainingConfig:
    return replace(spec.training, objective=objective)


def test_a_model_that_nobody_else_has_is_refused_with_reasons(train, home: Home, tiny_spec) -> None:
    model = DecoderConfig(context_length=16, n_layers=1, n_heads=2, d_model=32, qk_norm=True, tables=1)
    record = train(replace(tiny_spec, model=model))
    with pytest.raises(ConfigError, match=r"qk_norm=True, tables=1"):
        taken(home, record.id, 12, "transformers")
    assert [path for path in home.exported.iterdir() if path.is_file()] == []


def test_a_snapshot_is_written_once_until_the_run_begins_anew(train, home: Home, monkeypatch) -> None:
    record = train()
    first = taken(home, record.id, 12, "weights")
    with monkeypatch.context() as patch:
        patch.setattr(weights, "write", lambda *_: pytest.fail("written again"))
        assert taken(home, record.id, 12, "weights") == first
    os.utime(home.run_folder(record.id) / "snapshots" / "0000012.safetensors", (9, 9))
    assert taken(home, record.id, 12, "weights") != first


def test_old_files_go(train, home: Home) -> None:
    record = train()
    first = taken(home, record.id, 12, "csv")
    os.utime(first, (0, 0))
    taken(home, record.id, 12, "weights")
    assert not first.exists()


@pytest.mark.parametrize("form", ["weights", "transformers", "script", "tensorboard", "csv", "jsonl"])
def test_what_is_taken_back_leaves_nothing(train, home: Home, form: str) -> None:
    record = train()
    parts = take_home(home, record.id, 12, form)
    for _ in range(2):
        next(parts)
    parts.close()  # type: ignore[attr-defined]
    assert not home.exported.exists() or list(home.exported.iterdir()) == []


def test_what_is_not_there_is_said(train, home: Home) -> None:
    record = train()
    with pytest.raises(RunError, match="no snapshot"):
        taken(home, record.id, 3, "weights")
    for run in ("0123456789", "../" + record.id, "", "..", "stored-nothing"):
        with pytest.raises(RunError, match="no such run"):
            taken(home, run, 12, "csv")
    for form in ("pickle", "../x", "", "mlflow"):
        with pytest.raises(ConfigError, match="form"):
            taken(home, record.id, 12, form)


def test_a_script_needs_the_text(train, home: Home, store: Store) -> None:
    record = train()
    store.update(record.id, spec=replace(record.spec, corpus_sha256="0" * 64))
    with pytest.raises(RunError, match="no longer"):
        taken(home, record.id, 12, "script")


def test_forms_by_kind_of_run(tiny_spec: RunSpec, monkeypatch) -> None:
    monkeypatch.delenv(TRACKING, raising=False)
    assert forms_of(tiny_spec) == FORMS[:-1]
    monkeypatch.setenv(TRACKING, "http://127.0.0.1:5000")
    assert forms_of(tiny_spec) == FORMS
    assert forms_of(replace(tiny_spec, task=WORD_VECTORS)) == ("tensorboard", "csv", "jsonl", "mlflow")


def test_a_worker_can_be_asked_for_it() -> None:
    assert REQUESTS["take_home"] is take_home
