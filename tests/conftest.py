"""What tests share: a data folder of their own, a small text, one thread."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lmcore.runs.home import Home
from lmcore.runs.store import Store
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.text.corpora import CorpusInfo, CorpusLibrary
from lmcore.ui import server

os.environ["OMP_NUM_THREADS"] = "1"
OWNER = "a visitor"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def store(home: Home):
    store = Store(home.database)
    yield store
    store.close()


@pytest.fixture(scope="session")
def small_text() -> str:
    """About 6,000 characters of sentences that a tiny model can learn in a few steps."""
    draw = random.Random(0)
    animals, verbs = ("cat", "dog", "bird", "horse"), ("sees", "likes", "follows")
    sentences = (
        f"the {draw.choice(animals)} {draw.choice(verbs)} the {draw.choice(animals)}." for _ in range(250)
    )
    return "\n".join(sentences)


@pytest.fixture
def corpus(home: Home, small_text: str) -> CorpusInfo:
    return CorpusLibrary(home.corpora).add("animals", small_text, owner=OWNER)


@pytest.fixture
def tiny_spec(corpus: CorpusInfo) -> RunSpec:
    """A language model that trains in a second."""
    spec = with_model(
        RunSpec(corpus=corpus.id, corpus_sha256=corpus.sha256, tokenizer=TokenizerConfig("character")),
        "gpt",
        "tiny",
    )
    training = replace(
        spec.training, steps=30, batch_size=4, evaluate_every=10, sample_length=8, warmup_steps=5
    )
    return replace(spec, model=replace(spec.model, context_length=16), training=training)


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The engine that pages and routes share, in a data folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LM_PLAYGROUND_HOME", str(tmp_path_factory.mktemp("served")))
        yield
        store = server.engine().store
        server.close_engine()
        store.close()
