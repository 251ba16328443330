"""Every architecture trains on a real text, writes, and can be looked into, or says why not."""

from dataclasses import replace

import pytest
import torch

from lmcore.analysis.attention import attention_maps
from lmcore.analysis.contextual import hidden_states
from lmcore.errors import ConfigError
from lmcore.events import Evaluation, Finished, Sample, Snapshot
from lmcore.models.registry import ARCHITECTURES, CAUSAL
from lmcore.runs.home import Home
from lmcore.runs.requests import generation
from lmcore.tasks.language_model import start
from lmcore.tasks.model_presets import PRESETS, with_model
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.text.corpus import Corpus
from lmcore.text.occurrences import Occurrence
from lmcore.training.snapshots import write_snapshot


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Home and last step of a short run of each preset, trained once."""
    torch.set_num_threads(1)
    home = Home(tmp_path_factory.mktemp("architectures"))
    text = "\n".join("the horse likes the cat and the cat sees the bird" for _ in range(120))
    corpus = Corpus("test", "test", "en", (text,), "", "", sha256="0")
    kept = {}
    for name in PRESETS:
        spec = with_model(RunSpec(tokenizer=TokenizerConfig("character"), device="cpu"), name, "tiny")
        changes = {"steps": 12, "batch_size": 4, "evaluate_every": 6, "sample_length": 16}
        spec = replace(spec, training=replace(spec.training, **changes))
        if name == "article":
            spec = replace(spec, model=replace(spec.model, d_embedding=16, d_hidden=16))
        folder = home.run_folder(name)
        events = list(start(spec, corpus, folder).events())
        for event in events:
            if isinstance(event, Snapshot):
                write_snapshot(folder, event)
        kept[name] = (home, spec, events)
    return kept


@pytest.mark.parametrize("name", PRESETS)
def test_it_trains_and_writes(trained, name):
    _, _, events = trained[name]
    losses = [event.loss for event in events if isinstance(event, Evaluation)]
    assert losses[-1] < losses[0]
    assert events[-1] == Finished(12)
    samples = [event.text for event in events if isinstance(event, Sample)]
    assert len(samples) >= 2 and all(isinstance(text, str) and text.strip() for text in samples[-1:])


@pytest.mark.parametrize("name", PRESETS)
def test_it_goes_on_writing_where_it_can(trained, name):
    home, spec, _ = trained[name]
    asked = generation(home, name, 12, "the horse", 5, temperature=0.8, top_k=0, top_p=1.0, seed=1)
    if ARCHITECTURES[spec.architecture].reads == "bidirectional":
        with pytest.raises(ConfigError, match="gaps"):
            next(asked)
        return
    parts = list(asked)
    assert [part["text"] for part in (p["token"] for p in parts[1:])]


@pytest.mark.parametrize("name", PRESETS)
def test_attention_is_shown_or_is_said_to_be_missing(trained, name):
    from lmcore.tasks.language_model import load_model

    home, spec, _ = trained[name]
    model, tokenizer = load_model(home.run_folder(name), 12)
    if not ARCHITECTURES[spec.architecture].attends:
        with pytest.raises(ConfigError, match="attention"):
            attention_maps(model, tokenizer, "the horse likes")
        return
    maps = attention_maps(model, tokenizer, "the horse likes")
    assert maps.weights.shape[-1] == len(maps.tokens)
    assert maps.weights.sum(-1) == pytest.approx(1, abs=1e-4)
    assert maps.causal == (ARCHITECTURES[spec.architecture].reads == CAUSAL)
    assert maps.causal == (abs(maps.weights[..., 0, 1:]).sum() == 0)


@pytest.mark.parametrize("name", ["ngram", "lstm", "bert", "t5"])
def test_no_layers_to_follow_a_word_through(trained, name):
    from lmcore.tasks.language_model import load_model

    model, tokenizer = load_model(trained[name][0].run_folder(name), 12)
    with pytest.raises(ConfigError, match="layers"):
        hidden_states(model, tokenizer, [Occurrence("the ", "cat", "")])
