"""`vectors`: train word vectors, or bring them from a file, or take them to one."""

import secrets
from argparse import Namespace
from pathlib import Path
from typing import Any

from lmcore.checks import check_range
from lmcore.cli import train
from lmcore.cli.files import followed, goal_of, move
from lmcore.cli.session import OWNER, open_engine
from lmcore.cli.snapshot import step_near
from lmcore.cli.terminal import complain, say, say_json
from lmcore.errors import RunError, TextError
from lmcore.runs.engine import Engine
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import WORD_VECTORS
from lmcore.text.uploads import shown_name
from lmcore.vectors.files.sizes import MOST_WORDS

LEFT_OUT = {  # of a report, and what is said of it
    "n_duplicates": "were there before",
    "n_not_finite": "have NaN, infinity or huge numbers",
    "n_bad_rows": "have another number of numbers",
}


def vectors(options: Namespace) -> int:
    """Train a run, make one of a file, or write one to a file."""
    if options.source is not None:
        return bring(options)
    return take(options) if options.goal is not None else train.vectors(options)


def bring(options: Namespace) -> int:
    """Make a run of a file; prints its id. Works in this process: no worker needs to wake up."""
    from lmcore.runs.vectors.take_in import Wanted
    from lmcore.runs.vectors.take_in import bring as bring_file

    check_range("first_words", options.first_words, 0, MOST_WORDS)
    path = Path(options.source).expanduser()
    if not path.is_file():
        raise TextError("vectors_file_gone", name=path.name[:80], folder=str(path.parent))
    engine = open_engine()
    wanted = Wanted(
        secrets.token_hex(5),
        options.name or path.stem,
        OWNER,
        options.first_words,
        options.language,
        path.name,
        options.member,
    )
    answer = followed(bring_file(engine.home, path, wanted), as_json=options.json)
    engine.share(wanted.run, True, owner=OWNER)
    _report(answer, as_json=options.json)
    return 0


def take(options: Namespace) -> int:
    """Write the vectors of a run to a file, which is there in whole or not at all."""
    from lmcore.runs.vectors.export import export

    engine = open_engine()
    goal = goal_of(options.goal)
    record, step = _run_and_step(engine, options)
    parts = export(engine.home, record.id, step, options.format)
    answer = followed(parts, as_json=options.json)
    move(engine.home.exported / answer["file"], goal)
    given = {"run": record.id, "step": step, "format": options.format, "size": answer["size"]}
    if options.json:
        say_json(file=str(goal), **given)
    else:
        say(f"{goal}  {answer['size']:,} bytes, {options.format}, step {step:,} of {shown_name(record.name)}")
    return 0


def _report(answer: dict[str, Any], *, as_json: bool) -> None:
    report = answer["report"]
    if as_json:
        say_json(**answer)
        return
    say(f"{answer['run']}  {report['n_read']:,} words of {report['dimensions']} numbers, {report['format']}")
    for name, text in LEFT_OUT.items():
        if report[name]:
            complain(f"{report[name]:,} rows were left out: they {text}.")
    if report["n_repaired"]:
        complain(f"{report['n_repaired']:,} words were no UTF-8; they were read as {report['encoding']}.")


def _run_and_step(engine: Engine, options: Namespace) -> tuple[RunRecord, int]:
    """The run asked for, or the newest of word vectors; and the snapshot nearest to the step asked for."""
    record = engine.store.run(options.run_id) if options.run_id else _newest(engine)
    if record.task != WORD_VECTORS:
        raise RunError("run_without_vectors", name=record.name)
    return record, step_near(engine, record, options.step)


def _newest(engine: Engine) -> RunRecord:
    found = engine.store.runs(task=WORD_VECTORS)
    newest = next((run for run in found if engine.store.artifacts(run.id, "snapshot")), None)
    if newest is None:
        raise RunError("no_vectors_yet")
    return newest
