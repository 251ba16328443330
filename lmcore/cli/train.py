"""`train` and `vectors`: a run from its settings to its end."""

from argparse import Namespace
from dataclasses import replace
from typing import Any

from lmcore.checks import check_range
from lmcore.cli.corpus import cleaning_of, find_corpus
from lmcore.cli.follow import complaint, follow
from lmcore.cli.session import OWNER, open_engine, started
from lmcore.cli.terminal import complain, say, say_json
from lmcore.runs.engine import Engine
from lmcore.runs.store import RunRecord
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.presets import with_method
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.text.config import TokenizerConfig

N_NEIGHBOURS = 10


def train(options: Namespace) -> int:
    """Train a language model."""
    if options.seconds is not None:
        check_range("seconds", options.seconds, 1, 86_400)  # 0 would mean "by steps"
    spec = with_model(RunSpec(seed=options.seed, device=options.device), options.model, options.size)
    training = replace(spec.training, **_given(options, "steps", "seconds", "learning_rate"))
    tokenizer = TokenizerConfig(options.tokenizer, options.vocab_size)
    return _run(replace(spec, training=training, tokenizer=tokenizer), options)


def vectors(options: Namespace) -> int:
    """Train word vectors, and show the neighbours of a word."""
    spec = with_method(RunSpec(task=WORD_VECTORS, seed=options.seed), options.method)
    return _run(
        replace(spec, vectors=replace(spec.vectors, **_given(options, "epochs", "dimensions"))), options
    )


def _given(options: Namespace, *names: str) -> dict[str, Any]:
    """The options that were set, by name."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _run(spec: RunSpec, options: Namespace) -> int:
    engine = open_engine()  # not started: what cannot be is refused before any worker takes its seconds
    corpus = find_corpus(engine.corpora, options.corpus)
    cleaning = cleaning_of(options.clean, corpus)
    spec = replace(spec, corpus=corpus.id, corpus_sha256=corpus.sha256, cleaning=cleaning)
    run_id = engine.submit(spec, owner=OWNER, name=corpus.name)
    engine.share(run_id, True, owner=OWNER)
    with started(engine):
        record = follow(engine, run_id, as_json=options.json)
        if (problem := complaint(record)) is not None:
            complain(problem)
            return 1
        if getattr(options, "word", None):
            _say_neighbours(engine, record, options.word, as_json=options.json)
    return 0


def _say_neighbours(engine: Engine, record: RunRecord, word: str, *, as_json: bool) -> None:
    step = engine.store.artifacts(record.id, "snapshot")[-1].step
    answer = engine.vectors.ask("neighbours", run=record.id, step=step, word=word, n=N_NEIGHBOURS)
    if as_json:
        say_json(**answer)
        return
    for row in answer["rows"]:
        say(f"{row['cosine']:.2f}  {row['word']}")
