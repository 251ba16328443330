"""Files that commands write: where to, how far they are, and how they get there."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lmcore.cli.terminal import complain, say_json
from lmcore.errors import RunError


def goal_of(name: str) -> Path:
    """Where a file is to go; raises `RunError` for a folder, or where there is none."""
    goal = Path(name).expanduser()
    if goal.is_dir() or not goal.parent.is_dir():
        raise RunError("vectors_goal", file=str(goal)[:200])
    return goal


def followed(parts: Iterator[dict[str, Any]], *, as_json: bool) -> dict[str, Any]:
    """The last part; every tenth of the work is said."""
    said, part = 0, {}
    for part in parts:
        tenths = int(10 * part.get("progress", 0))
        if tenths > said:
            said = tenths
            if as_json:
                say_json(progress=tenths / 10)
            else:
                complain(f"{10 * tenths} %")
    return part


def move(written: Path, goal: Path) -> None:
    """To where it was asked for, which then has it in whole or not at all; raises `RunError`."""
    unfinished = goal.with_name(f"{goal.name}.{secrets.token_hex(3)}.tmp")
    try:
        shutil.move(written, unfinished)  # perhaps to another disk
        unfinished.replace(goal)
    except OSError as error:
        raise RunError("vectors_not_written", file=str(goal)[:200], reason=error.strerror) from error
    finally:
        unfinished.unlink(missing_ok=True)
