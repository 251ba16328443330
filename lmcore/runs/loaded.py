"""Trained models as a worker keeps them, for the next question."""

from functools import lru_cache
from pathlib import Path

from lmcore.errors import RunError
from lmcore.models.base import LanguageModel
from lmcore.runs.home import Home
from lmcore.tasks.language_model import load_model
from lmcore.text.tokenizers import Tokenizer
from lmcore.training.snapshots import snapshot_path

KEPT_MODELS = 8


def snapshot_at(home: Home, run: str, step: int) -> tuple[Path, int, int]:
    """Folder, step and time of writing of a snapshot, which together name its contents; raises `RunError`."""
    folder = home.run_folder(run)
    path = snapshot_path(folder, step)
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    return folder, step, path.stat().st_mtime_ns


def model_at(home: Home, run: str, step: int) -> tuple[LanguageModel, Tokenizer]:
    """The model of a run as it was at `step`, and its tokenizer."""
    return _model(*snapshot_at(home, run, step))


@lru_cache(KEPT_MODELS)
def _model(folder: Path, step: int, written: int) -> tuple[LanguageModel, Tokenizer]:
    return load_model(folder, step)
