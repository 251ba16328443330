"""The folder of files to be taken home."""

import time
from contextlib import suppress
from pathlib import Path

from lmcore.runs.home import Home
from lmcore.training.snapshots import snapshot_path

_KEPT_S = 3600.0


def written(home: Home, run: str, step: int) -> str:
    """When a snapshot was written, in a few letters: a run that was begun anew has others."""
    return f"{snapshot_path(home.run_folder(run), step).stat().st_mtime_ns:x}"


def remove_old(folder: Path) -> None:
    """Files are written to be taken home at once."""
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another worker was faster
            if time.time() - path.stat().st_mtime > _KEPT_S:
                path.unlink()
