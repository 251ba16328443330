"""One data folder and one warm engine for all tests of the command line."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lmcore.cli import generate, main, runs, session, train
from lmcore.runs.engine import Engine

TINY = ("train", "--model", "gpt", "--size", "tiny", "--tokenizer", "character")


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    error: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as a strict JSON parser reads it."""
        return [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]


def command(*arguments: str) -> Ended:
    """Run a command in this process."""
    out, error = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error), pytest.raises(SystemExit) as ended:
        main.main(list(arguments))
    return Ended(int(ended.value.code or 0), out.getvalue(), error.getvalue())


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("command-line")
        patch.setenv("LM_PLAYGROUND_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def engine(data_folder: Path) -> Iterator[Engine]:
    """Commands use this engine instead of warming workers of their own."""
    engine = session.open_engine()
    with session.started(engine), pytest.MonkeyPatch.context() as patch:
        for module in (train, generate, runs):
            patch.setattr(module, "open_engine", lambda **_: engine)
        for module in (train, generate):
            patch.setattr(module, "started", nullcontext)
        yield engine


@pytest.fixture(scope="module")
def text_file(tmp_path_factory: pytest.TempPathFactory, small_text: str) -> Path:
    path = tmp_path_factory.mktemp("texts") / "animals.txt"
    path.write_text(small_text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(engine: Engine, text_file: Path) -> Ended:
    """`train --json`, 40 steps."""
    return command(*TINY, "--corpus", str(text_file), "--steps", "40", "--json")


@pytest.fixture(scope="module")
def trained_id(trained: Ended) -> str:
    return trained.lines[0]["run"]


@pytest.fixture
def run_command() -> Callable[..., Ended]:
    return command
