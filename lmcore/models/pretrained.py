"""Weights of another model for this one: what has the same name is taken, as far as it fits."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lmcore.errors import RunError
from lmcore.models.configs.base import ModelConfig
from lmcore.models.folder_reading import folder_settings
from lmcore.models.stacked import stacks_of

Shape = tuple[int, ...] | None
Row = tuple[str, Shape, Shape]  # name, our shape, theirs
VOCABULARY = ("token_embedding", "head", "offset", "direct")  # have a row for every token
READERS = {  # `model_type` of a folder → module:function
    "gpt2": "lmcore.models.gpt2_folder:read_gpt2_folder",
    "llama": "lmcore.models.llama_folder:read_llama_folder",
    "bert": "lmcore.models.bert_folder:read_bert_folder",
    "t5": "lmcore.models.t5_folder:read_t5_folder",
}


@dataclass(frozen=True)
class LoadReport:
    """What became of every tensor, ours and theirs; a shape is None where there is no such tensor."""

    taken: tuple[Row, ...] = ()  # whole
    grown: tuple[Row, ...] = ()  # of another shape: what both have was taken, the rest is random
    new: tuple[Row, ...] = ()  # ours only
    unused: tuple[Row, ...] = ()  # theirs only
    n_tokens: int | None = None  # of our vocabulary that they knew, where the vocabularies are not the same

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the run's folder."""
        return asdict(self)


@dataclass(frozen=True)
class SharedTokens:
    """Rows of the vocabulary that mean the same: row `ours[i]` here is row `theirs[i]` there."""

    ours: Tensor
    theirs: Tensor
    n_ours: int  # rows of the vocabularies
    n_theirs: int


@torch.no_grad()
def take_over(
    model: nn.Module, tensors: Mapping[str, Tensor], tokens: SharedTokens | None = None
) -> LoadReport:
    """Copy `tensors`, under our names, into `model`.

    Of a tensor of another shape the block that both have is copied, in each of the matrices that lie in it.
    With `tokens` the rows of a vocabulary are matched by what they stand for instead of by their number.
    Raises `RunError` if nothing fits at all.
    """
    rows: dict[str, list[Row]] = {"taken": [], "grown": [], "new": [], "unused": []}
    own, stacks = model.state_dict(), stacks_of(model)
    for name, ours in own.items():
        theirs = tensors.get(name)
        shapes = (tuple(ours.shape), None if theirs is None else tuple(theirs.shape))
        if theirs is None or theirs.dim() != ours.dim():
            kind = "new"
        elif tokens is not None and _of_vocabulary(name, ours, theirs, tokens):
            kind = "grown"
            _copy_tokens(ours, theirs, tokens)
        else:
            kind = "taken" if ours.shape == theirs.shape else "grown"
            _copy_block(ours, theirs, stacks.get(name, 1))
        rows[kind].append((name, *shapes))
    left = (name for name in tensors if name not in own or tensors[name].dim() != own[name].dim())
    rows["unused"] = [(name, None, tuple(tensors[name].shape)) for name in left]
    if not rows["taken"] and not rows["grown"]:
        raise RunError("nothing_to_take", theirs=len(tensors), ours=len(own))
    n_tokens = None if tokens is None else len(tokens.ours)
    return LoadReport(**{kind: tuple(found) for kind, found in rows.items()}, n_tokens=n_tokens)


def _of_vocabulary(name: str, ours: Tensor, theirs: Tensor, tokens: SharedTokens) -> bool:
    if name.partition(".")[0] not in VOCABULARY or ours.dim() == 0:
        return False
    return len(ours) == tokens.n_ours and len(theirs) == tokens.n_theirs


def _copy_tokens(ours: Tensor, theirs: Tensor, tokens: SharedTokens) -> None:
    rest = tuple(slice(0, min(a, b)) for a, b in zip(ours.shape[1:], theirs.shape[1:], strict=True))
    known = ours[tokens.ours]
    known[(slice(None), *rest)] = theirs[tokens.theirs][(slice(None), *rest)].to(ours)
    ours[tokens.ours] = known


def _copy_block(ours: Tensor, theirs: Tensor, n_stacked: int) -> None:
    if ours.dim() == 0:
        ours.copy_(theirs)
        return
    n_stacked = 1 if len(theirs) % n_stacked else n_stacked
    for here, there in zip(ours.chunk(n_stacked), theirs.chunk(n_stacked), strict=True):
        block = tuple(slice(0, min(a, b)) for a, b in zip(here.shape, there.shape, strict=True))
        here[block] = there[block].to(here)


def read_pretrained(folder: Path) -> tuple[ModelConfig, dict[str, Tensor]]:
    """The settings of a model that `transformers` keeps in a folder, and its weights under our names.

    Only safetensors are read, and nothing in the folder is run. Raises `RunError` for a folder that is not
    there, of a kind not in `READERS`, with code of its own, without weights, or with some of them missing.
    """
    if not folder.is_dir():
        raise RunError("folder_missing", name=folder.name[:80])
    settings = folder_settings(folder)
    kind = str(settings.get("model_type", "?"))[:40]
    if "auto_map" in settings:
        raise RunError("folder_needs_code", name=folder.name)
    if kind not in READERS:
        raise RunError("folder_of_unknown_kind", name=folder.name, found=kind, known=", ".join(READERS))
    module, _, name = READERS[kind].partition(":")
    read: Callable[[Path], tuple[ModelConfig, dict[str, Tensor]]] = getattr(import_module(module), name)
    try:
        return read(folder)
    except KeyError as error:
        raise RunError("folder_incomplete", name=folder.name, tensor=str(error.args[0])[:80]) from error
