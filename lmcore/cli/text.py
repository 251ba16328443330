"""`text`: what there is in a text, what cleaning changes in it, and what counting alone can predict."""

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from lmcore.cli.corpus import cleaning_of, find_corpus
from lmcore.cli.session import open_engine
from lmcore.cli.terminal import say, say_json
from lmcore.runs.home import Home
from lmcore.runs.texts.requests import REQUESTS
from lmcore.training.config import TrainingConfig


def text(options: Namespace) -> int:
    """Read, clean, count; in this process, since there is nobody to keep waiting."""
    engine = open_engine(trains=False)
    corpus = find_corpus(engine.corpora, options.corpus)
    config = cleaning_of(options.clean, corpus)
    cleaning = asdict(config)
    cleaned = _answer(engine.home, "clean", corpus=corpus.id, cleaning=cleaning)
    counted = _answer(engine.home, "count", corpus=corpus.id, cleaning=cleaning, n=2, lower=True)
    shares = {"validation_share": TrainingConfig.validation_share, "test_share": TrainingConfig.test_share}
    floor = _answer(
        engine.home,
        "predict",
        corpus=corpus.id,
        cleaning=cleaning,
        unit=options.unit,
        prompt="",
        order=0,
        seed=options.seed,
        **shares,
    )
    figures = {
        "id": corpus.id,
        "name": corpus.name,
        "language": corpus.language,
        "format": corpus.format,
        "encoding": corpus.encoding,
        "n_documents": corpus.n_documents,
        "n_characters": corpus.n_characters,
        "n_words": counted["n_words"],
        "n_distinct": counted["n_distinct"],
    }
    (_say_all_as_json if options.json else _say_all)(figures, cleaned["steps"], floor)
    return 0


def _answer(home: Home, name: str, **arguments: Any) -> dict[str, Any]:
    """The last part of what a page would get."""
    *_, answer = REQUESTS[name](home, **arguments)
    return answer


def _say_all(figures: dict[str, Any], steps: list[dict[str, Any]], floor: dict[str, Any]) -> None:
    for name, value in figures.items():
        say(f"{name:<13} {value:,}" if isinstance(value, int) else f"{name:<13} {value}")
    say("\ncleaning step     on   places  documents")
    for step in steps:
        on = "yes" if step["on"] else "no"
        say(f"{step['name']:<16} {on:>3} {step['n_places']:>8,} {step['n_documents']:>10,}")
    say(f"\norder   nats a {floor['unit']}   bits a byte")
    for row in floor["orders"]:
        best = "  best" if row["order"] == floor["best"] else ""
        say(f"{row['order']:>5}   {row['loss']:>12.3f}   {row['bits_per_byte']:>11.3f}{best}")


def _say_all_as_json(figures: dict[str, Any], steps: list[dict[str, Any]], floor: dict[str, Any]) -> None:
    say_json(kind="corpus", **figures)
    for step in steps:
        say_json(kind="cleaning", **{name: value for name, value in step.items() if name != "examples"})
    for row in floor["orders"]:
        say_json(kind="counting", **{name: value for name, value in row.items() if name != "sample"})
