"""A folder in which `transformers` keeps a model: its settings and its weights, from safetensors alone.

Other weight files are pickles, programs as much as data, and are not opened.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from lmcore.errors import RunError

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")


def read_folder(folder: Path, model_type: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Settings and tensors, in float32, under the names they have there; raises `RunError`.

    Several safetensors files, as large models have, are one set of weights.
    """
    settings = folder_settings(folder)
    found = str(settings.get("model_type", "?"))
    if found != model_type:
        raise RunError("folder_of_another_model", name=folder.name, found=found[:40], wanted=model_type)
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        pickles = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
        if pickles:
            raise RunError("folder_has_pickle", name=folder.name, file=pickles[0])
        raise RunError("folder_without_weights", name=folder.name)
    tensors: dict[str, Tensor] = {}
    for path in files:
        tensors |= _tensors(path)
    return settings, tensors


def folder_settings(folder: Path) -> dict[str, Any]:
    """What its `config.json` says; raises `RunError` if there is none that can be read."""
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError("folder_without_settings", name=folder.name) from error
    if not isinstance(settings, dict):
        raise RunError("folder_without_settings", name=folder.name)
    return settings


def check_settings(folder: Path, settings: Mapping[str, Any], needed: Mapping[str, Any]) -> None:
    """Raise `RunError` where the folder's model computes something that ours does not.

    A setting that is not there, or null, is as usual.
    """
    for setting, value in needed.items():
        found = settings.get(setting)
        if found is not None and found != value:
            given = {"name": folder.name, "setting": setting, "found": str(found)[:40], "wanted": value}
            raise RunError("folder_unlike", **given)


def numbers(folder: Path, settings: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int]:
    """Whole numbers of the settings under our names, `names` being ours → theirs; raises `RunError`."""
    try:
        return {own: int(settings[theirs]) for own, theirs in names.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise RunError("folder_without_settings", name=folder.name) from error


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        with safe_open(path, "pt") as file:
            return {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise RunError("folder_damaged", name=path.parent.name, file=path.name) from error
