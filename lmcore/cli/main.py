"""The commands: train, generate, vectors, runs, showcase. Errors are one sentence.

Exit codes: 0, 1 for an error, 2 for wrong usage, 130 after Ctrl+C.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from lmcore.cli.follow import complaint, follow
from lmcore.errors import LmcoreError, RunError
from lmcore.runs.engine import Engine
from lmcore.runs.feed import model_label
from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord
from lmcore.tasks.presets import SIZES, sized
from lmcore.tasks.spec import DEVICES, LANGUAGE_MODEL, WORD_VECTORS, RunSpec
from lmcore.text import uploads
from lmcore.text.config import KINDS, TokenizerConfig

OWNER = "command line"
WARM_S = 60.0


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
    except LmcoreError as error:
        _complain(str(error))
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lmcore", description="Train small language models and look inside."
    )
    commands = parser.add_subparsers(required=True)
    train = _command(commands, "train", _train, "train a language model")
    _add_corpus(train)
    train.add_argument("--preset", default="live", choices=("live", *SIZES))
    train.add_argument("--tokenizer", default="character", choices=KINDS)
    train.add_argument("--vocab-size", type=int, default=512, help="pieces of a BPE tokenizer")
    length = train.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int)
    length.add_argument("--seconds", type=float)
    train.add_argument("--learning-rate", type=float)
    train.add_argument("--device", default="auto", choices=DEVICES)
    vectors = _command(commands, "vectors", _vectors, "train word vectors")
    _add_corpus(vectors)
    vectors.add_argument("--epochs", type=int)
    vectors.add_argument("--dimensions", type=int)
    vectors.add_argument("--word", help="print the neighbours of this word at the end")
    generate = _command(commands, "generate", _generate, "write with a trained run")
    generate.add_argument("--run", dest="run_id", help="id of the run; the newest if left out")
    generate.add_argument("--step", type=int, help="snapshot to write with; the last if left out")
    generate.add_argument("--prompt", default="\n")
    generate.add_argument("--tokens", type=int, default=200)
    generate.add_argument("--temperature", type=float, default=0.8)
    generate.add_argument("--top-k", type=int, default=0)
    generate.add_argument("--top-p", type=float, default=1.0)
    generate.add_argument("--seed", type=int, default=1)
    runs = _command(commands, "runs", _runs, "list runs, or stop or delete one")
    runs.add_argument("--stop", metavar="ID")
    runs.add_argument("--delete", metavar="ID")
    _command(commands, "showcase", _showcase, "train the stored runs that the app plays")
    return parser


def _command(
    commands: argparse._SubParsersAction, name: str, run: object, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="one JSON line for every event")
    return parser


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", default="news", help="a text file, or the id of a text in the library")
    parser.add_argument("--seed", type=int, default=1)


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")


class _Engine:
    """An engine for the time of one command; it leaves what a server trains alone."""

    def __enter__(self) -> Engine:
        self.engine = Engine(Home.default(), adopt=False).start()
        return self.engine

    def __exit__(self, *_: object) -> None:
        self.engine.close()


def _corpus(engine: Engine, name: str) -> tuple[str, str]:
    """Id and name of a corpus in the library, or of a file that is added to it."""
    path = Path(name)
    if path.is_file():
        text = uploads.text_from_bytes(path.read_bytes(), path.name)
        uploads.check_length(text)
        info = engine.corpora.add(path.stem, text, owner=OWNER)
    else:
        info = engine.corpora.info(name)
    return info.id, info.name


def _train(options: argparse.Namespace) -> int:
    spec = sized(RunSpec(seed=options.seed, device=options.device), options.preset)
    changes = {"steps": options.steps, "seconds": options.seconds, "learning_rate": options.learning_rate}
    training = replace(spec.training, **{name: value for name, value in changes.items() if value is not None})
    tokenizer = TokenizerConfig(options.tokenizer, options.vocab_size)
    return _submit_and_follow(replace(spec, training=training, tokenizer=tokenizer), options)


def _vectors(options: argparse.Namespace) -> int:
    changes = {"epochs": options.epochs, "dimensions": options.dimensions}
    spec = RunSpec(task=WORD_VECTORS, seed=options.seed)
    spec = replace(
        spec,
        vectors=replace(
            spec.vectors, **{name: value for name, value in changes.items() if value is not None}
        ),
    )
    return _submit_and_follow(spec, options)


def _submit_and_follow(spec: RunSpec, options: argparse.Namespace) -> int:
    with _Engine() as engine:
        corpus, name = _corpus(engine, options.corpus)
        run_id = engine.submit(replace(spec, corpus=corpus), owner=OWNER, name=name)
        engine.share(run_id, True, owner=OWNER)
        record = follow(engine, run_id, as_json=options.json, write=_say)
        problem = complaint(record)
        if problem is not None:
            _complain(problem)
            return 1
        if not options.json:
            _say(
                f"{record.id}  {record.name}, {model_label(record)}: {record.status} at step {record.step:,}"
            )
        if getattr(options, "word", None):
            _say_neighbours(engine, record, options)
    return 0


def _say_neighbours(engine: Engine, record: RunRecord, options: argparse.Namespace) -> None:
    step = engine.store.artifacts(record.id, "snapshot")[-1].step
    answer = engine.ask("neighbours", run=record.id, step=step, word=options.word, n=10)
    if options.json:
        _say(json.dumps(answer, ensure_ascii=False))
        return
    for row in answer["rows"]:
        _say(f"{row['cosine']:.2f}  {row['word']}")


def _generate(options: argparse.Namespace) -> int:
    with _Engine() as engine:
        record, step = _run_and_step(engine, options)
        reply = engine.open(
            "generation",
            run=record.id,
            step=step,
            prompt=options.prompt,
            n_tokens=options.tokens,
            temperature=options.temperature,
            top_k=options.top_k,
            top_p=options.top_p,
            seed=options.seed,
        )
        for part in reply.parts_as_they_come(WARM_S):
            if "token" in part:
                token = part["token"]
                _say(
                    json.dumps(token, ensure_ascii=False) if options.json else token["text"],
                    "\n" if options.json else "",
                )
    if not options.json:
        _say("")
    return 0


def _run_and_step(engine: Engine, options: argparse.Namespace) -> tuple[RunRecord, int]:
    if options.run_id:
        record = engine.store.run(options.run_id)
    else:
        found = [run for run in engine.store.runs(task=LANGUAGE_MODEL) if run.step]
        if not found:
            raise RunError("no_run_yet")
        record = found[0]
    steps = [artifact.step for artifact in engine.store.artifacts(record.id, "snapshot")]
    if not steps:
        raise RunError("snapshot_missing", step=0)
    return record, steps[-1] if options.step is None else min(
        steps, key=lambda step: abs(step - options.step)
    )


def _runs(options: argparse.Namespace) -> int:
    engine = Engine(Home.default(), adopt=False)  # not started: it only reads the store and leaves commands
    for verb, run_id in (("stop", options.stop), ("delete", options.delete)):
        if run_id:
            owner = engine.store.run(run_id).owner
            if verb == "stop":
                engine.command(run_id, "stop", owner=owner)
            else:
                engine.delete(run_id, owner=owner)
            return 0
    for record in engine.store.runs():
        if options.json:
            _say(
                json.dumps(
                    {"run": record.id, "name": record.name, "status": record.status, "step": record.step}
                )
            )
        else:
            _say(
                f"{record.id:<24}  {record.status:<11}  {record.step:>9,}  "
                f"{model_label(record):<14}  {record.name}"
            )
    return 0


def _showcase(options: argparse.Namespace) -> int:
    from lmcore.cli.showcase import train_showcase

    with _Engine() as engine:
        return train_showcase(engine, as_json=options.json, write=_say)
