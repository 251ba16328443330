"""`generate`: what a trained run writes, token by token."""

import codecs
from argparse import Namespace
from pathlib import Path

from lmcore.checks import check_range
from lmcore.cli.session import open_engine, started
from lmcore.cli.snapshot import step_near
from lmcore.cli.terminal import complain, say, say_json
from lmcore.errors import RunError
from lmcore.i18n import translate
from lmcore.runs.engine import Engine
from lmcore.runs.replies import Reply
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL
from lmcore.text.tokenizers import Tokenizer

WARM_S = 60.0
MAX_TOKENS = 2_000  # what one request may write
FIRST = ("\n", " ")  # what to go on from when nothing was asked for, as far as the model knows it


def generate(options: Namespace) -> int:
    """Write with a run; what was not as asked for is said on stderr."""
    check_range("tokens", options.tokens, 1, MAX_TOKENS)
    engine = open_engine(trains=False)
    record, step = _run_and_step(engine, options)
    tokenizer = _tokenizer(engine.home.run_folder(record.id), step)
    prompt = default_prompt(tokenizer) if options.prompt is None else options.prompt
    if unknown := tokenizer.unknown(prompt):
        complain(translate("prompt.unknown", "en", characters=" ".join(unknown)))
    with started(engine):
        reply = engine.open(
            "generation",
            run=record.id,
            step=step,
            prompt=prompt,
            n_tokens=options.tokens,
            temperature=options.temperature,
            top_k=options.top_k,
            top_p=options.top_p,
            seed=options.seed,
        )
        _write(reply, tokenizer, as_json=options.json)
    return 0


def _write(reply: Reply, tokenizer: Tokenizer, *, as_json: bool) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a BPE token may be part of a character
    for part in reply.parts_as_they_come(WARM_S):
        if "token" not in part:
            continue
        if as_json:
            say_json(**part["token"])
        else:
            say(decoder.decode(tokenizer.token_bytes(part["token"]["id"])), end="")
    if not as_json:
        say(decoder.decode(b"", final=True))


def default_prompt(tokenizer: Tokenizer) -> str:
    """A newline or a space; the first character of the vocabulary for a text that had neither."""
    return next((text for text in FIRST if not tokenizer.unknown(text)), tokenizer.token_text(1))


def _run_and_step(engine: Engine, options: Namespace) -> tuple[RunRecord, int]:
    record = engine.store.run(options.run_id) if options.run_id else _newest(engine)
    if record.task != LANGUAGE_MODEL:
        raise RunError("run_cannot_write", name=record.name)
    return record, step_near(engine, record, options.step)


def _newest(engine: Engine) -> RunRecord:
    found = engine.store.runs(task=LANGUAGE_MODEL)
    written = (run for run in found if engine.store.artifacts(run.id, "snapshot"))
    newest = next(written, None)
    if newest is None:
        raise RunError("no_run_yet")
    return newest


def _tokenizer(folder: Path, step: int) -> Tokenizer:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    return Tokenizer.load(path)
