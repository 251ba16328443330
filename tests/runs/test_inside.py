"""What a worker says of a model at a snapshot: its tokens in the plane, its heads over the held-back text."""

import base64
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from lmcore.errors import RunError
from lmcore.events import Snapshot
from lmcore.models.configs.recurrent import RecurrentConfig
from lmcore.models.registry import ARCHITECTURES, config_of
from lmcore.runs.home import Home
from lmcore.runs.inside import N_READ
from lmcore.runs.requests import REQUESTS
from lmcore.runs.store import Artifact, Store
from lmcore.tasks.language_model import LanguageModelRun, load_model, start
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.training.snapshots import write_snapshot


def trained(home: Home, store: Store, spec: RunSpec, run: str = "abc") -> None:
    folder = home.run_folder(run)
    training = start(spec, CorpusLibrary(home.corpora).get(spec.corpus), folder)
    assert isinstance(training, LanguageModelRun)
    store.create(run, replace(spec, model=training.state.model.config), name=run, owner="me")
    for event in training.events():
        if isinstance(event, Snapshot):
            write_snapshot(folder, event)
            store.add_artifact(run, Artifact("snapshot", event.step, "", None))


def asked(home: Home, step: int, run: str = "abc") -> dict[str, Any]:
    (part,) = REQUESTS["inside"](home, run=run, step=step)
    return json.loads(json.dumps(part, allow_nan=False))


def test_tokens_and_heads_of_a_transformer(
    home: Home, store: Store, tiny_spec: RunSpec, small_text: str
) -> None:
    trained(home, store, tiny_spec)
    answer = asked(home, 30)
    plane, attention = answer["plane"], answer["attention"]
    assert plane["tokens"][0] == max(set(small_text), key=small_text.count)
    assert len(plane["tokens"]) == len(plane["xy"]) and 0 < plane["kept"] <= 1
    T = len(attention["tokens"])
    assert min(N_READ, 16) == T and "".join(attention["tokens"]) in small_text
    weights = np.frombuffer(base64.b64decode(attention["weights"]), np.uint8)
    weights = weights.reshape(attention["L"], attention["H"], T, T) / 255
    assert np.allclose(weights.sum(-1), 1, atol=0.05)
    assert attention["causal"] and not np.triu(weights, 1).any()


def test_a_snapshot_is_turned_towards_the_one_before(home: Home, store: Store, tiny_spec: RunSpec) -> None:
    trained(home, store, tiny_spec)
    steps = [artifact.step for artifact in store.artifacts("abc", "snapshot")]
    places = [np.array(asked(home, step)["plane"]["xy"]) for step in steps]
    for before, after in pairwise(places):
        turned = after @ np.array([[0.0, 1.0], [-1.0, 0.0]])
        mirrored = after * [1.0, -1.0]
        assert np.trace(before.T @ after) >= max(np.trace(before.T @ turned), np.trace(before.T @ mirrored))
        assert np.trace(before.T @ after) > 0.3 * len(after)  # and they are much the same


def test_distances_are_those_of_the_first_two_components(
    home: Home, store: Store, tiny_spec: RunSpec
) -> None:
    trained(home, store, tiny_spec)
    plane = asked(home, 30)["plane"]
    model, tokenizer = load_model(home.run_folder("abc"), 30)
    ids = [int(tokenizer.ids(token)[0]) for token in plane["tokens"]]
    rows = model.get_parameter("token_embedding.weight").detach().numpy()[ids]
    rows = rows - rows.mean(0)
    values, vectors = np.linalg.eigh(rows.T @ rows)  # another way to the same components
    places, drawn = rows @ vectors[:, -2:], np.array(plane["xy"])
    ratio = np.linalg.norm(drawn[:, None] - drawn, axis=-1) / (
        np.linalg.norm(places[:, None] - places, axis=-1) + np.eye(len(ids))
    )
    off = ~np.eye(len(ids), dtype=bool)
    assert ratio[off].std() < 0.01 * ratio[off].mean()
    assert plane["kept"] == pytest.approx(values[-2:].sum() / values.sum(), abs=1e-3)


def test_a_model_without_attention_says_so(home: Home, store: Store, tiny_spec: RunSpec) -> None:
    trained(
        home, store, replace(tiny_spec, model=RecurrentConfig(context_length=16, d_embedding=8, d_hidden=16))
    )
    answer = asked(home, 30)
    assert answer["attention"] is None and len(answer["plane"]["xy"]) > 2


@pytest.mark.parametrize("name", ["bert", "unilm", "reformer", "t5"])
def test_other_transformers(home: Home, store: Store, tiny_spec: RunSpec, name: str) -> None:
    objective = ARCHITECTURES[name].objectives[0]
    training = replace(tiny_spec.training, objective=objective, steps=2)
    model = replace(config_of(name, {}), vocab_size=60, context_length=16)
    trained(home, store, replace(tiny_spec, model=model, training=training))
    answer = asked(home, 2)
    assert len(answer["plane"]["xy"]) > 2
    if name == "t5":  # it reads one text and writes another
        assert answer["attention"] is None
    else:
        assert answer["attention"]["causal"] == (ARCHITECTURES[name].reads == "causal")


def test_a_step_without_a_snapshot_is_refused(home: Home, store: Store, tiny_spec: RunSpec) -> None:
    trained(home, store, tiny_spec)
    with pytest.raises(RunError, match="7"):
        asked(home, 7)
