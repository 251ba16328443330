"""A stranger's tokenizer at work in a process of its own, with a limit on its time and memory.

A `tokenizer.json` holds regular expressions and replacements of any kind: one can be written that takes hours
or all memory on some text. Nothing inside the library stops that; the end of the process does.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from lmcore.errors import LmcoreError, TextError, from_json
from lmcore.text.uploads import shown_name

SECONDS = 30.0
MEMORY_BYTES = 2 * 2**30
_ROOT = Path(__file__).resolve().parents[2]


def confined_row(
    path: Path, name: str, text: str, corpus: str, language: str, seconds: float = SECONDS
) -> dict[str, Any]:
    """The fields of a `Row` for the tokenizer in `path`, made in another process.

    Raises `TextError` if the tokenizer is broken, takes longer than `seconds`, or brings its process down.
    """
    name = shown_name(name or path.name)
    asked = {"path": str(path.resolve()), "name": name, "text": text, "corpus": corpus, "language": language}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "lmcore.text.confined"],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=os.environ | {"RUST_BACKTRACE": "0"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TextError("tokenizer_too_slow", name=name, seconds=seconds, length=len(corpus)) from None
    if done.returncode != 0:
        raise TextError("tokenizer_breaks", name=name, reason=f"exit {done.returncode}")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise from_json(answer["error"])
    return answer["row"]


def main() -> None:
    """Read one question from stdin and write its answer to stdout."""
    from dataclasses import asdict

    from lmcore.text.pretrained import load_pretrained
    from lmcore.text.side_by_side import row_of

    _limit_memory()
    asked = json.load(sys.stdin)
    try:
        tokenizer = load_pretrained(Path(asked["path"]), asked["name"])
        row = row_of(tokenizer, asked["text"], asked["corpus"], asked["language"])
        answer: dict[str, Any] = {"row": asdict(row)}
    except LmcoreError as error:
        answer = {"error": error.to_json()}
    sys.stdout.write(json.dumps(answer))


def _limit_memory() -> None:
    """On Windows there is no such limit."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
