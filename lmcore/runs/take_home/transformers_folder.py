"""A snapshot as a folder that `transformers` opens, in a ZIP file."""

import tempfile
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from lmcore.errors import ConfigError
from lmcore.models.configs.counterparts import COUNTERPARTS, obstacles
from lmcore.models.registry import architecture_of
from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.history import History
from lmcore.tasks.language_model import load_model


def write(home: Home, record: RunRecord, history: History, step: int, path: Path) -> Iterator[float]:
    """`AutoModel…from_pretrained` opens what is inside; raises `ConfigError` if nothing there fits."""
    folder = home.run_folder(record.id)
    model, _ = load_model(folder, step)
    if found := obstacles(model.config):
        raise ConfigError("cannot_be_exported", settings=", ".join(found))
    yield 0.3
    module, _, name = COUNTERPARTS[architecture_of(model.config)].partition(":")
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        getattr(import_module(module), name)(model, folder / "tokenizer.json", Path(place))
        yield 0.6
        pack(path, f"{record.id}-step{step}", sorted(Path(place).iterdir()))


def pack(path: Path, folder: str, files: list[Path]) -> None:
    """The files in one folder of a new ZIP file; numbers hardly shrink, texts do."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            archive.write(file, f"{folder}/{file.name}")
