"""The weights of a model in groups that a picture can name: embedding, layer by layer, final norm, head."""

import re
from collections.abc import Iterable

EMBEDDING, NORM, HEAD = "embedding", "norm", "head"
FIRST, LAST = (EMBEDDING,), (NORM, HEAD)
PARTS = {"attention": ("attention", "cross"), "mlp": ("mlp", "feed")}
LAYER_OF_WEIGHT = re.compile(r"_l(\d+)(?:_reverse)?$")  # torch's names for recurrent layers
OF_HEAD = (HEAD, "transform", "offset")  # of BERT's: a layer before the scores, and what is added to them
OUTSIDE = ("blocks", "layers")  # say nothing that the number does not


def layer_groups(names: Iterable[str]) -> dict[str, list[str]]:
    """Group → names of its parameters, from the bottom of the model to its top.

    >>> layer_groups(["token_embedding.weight", "blocks.0.attention.qkv.weight"])
    {'embedding': ['token_embedding.weight'], '0.attention': ['blocks.0.attention.qkv.weight']}
    >>> list(layer_groups(["embedding.weight", "lstm.weight_ih_l0", "lstm.weight_ih_l1", "head.weight"]))
    ['embedding', 'lstm.0', 'lstm.1', 'head']
    """
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_group_of(name), []).append(name)
    _join_strays(found)
    middle = [group for group in found if group not in FIRST + LAST]
    return {group: found[group] for group in (*FIRST, *middle, *LAST) if group in found}


def _group_of(name: str) -> str:
    """The group of one parameter; a layer's own parameters, of no part, have the layer's name alone."""
    words = name.split(".")
    numbered = next((i for i, word in enumerate(words) if word.isdecimal()), None)
    if "embedding" in words[0] or words[0] == "tables":
        return EMBEDDING
    if numbered is not None:
        before = [word for word in words[:numbered] if word not in OUTSIDE]
        return ".".join([*before, words[numbered], *_part_of(words[numbered + 1 :])])
    if layer := LAYER_OF_WEIGHT.search(name):
        return f"{words[0]}.{layer.group(1)}"
    if "embedding" in name or "table" in name:
        return EMBEDDING
    if len(words) > 1 and "norm" in words[-2]:
        return NORM
    return HEAD if words[0].startswith(OF_HEAD) else words[0]


def _part_of(words: list[str]) -> list[str]:
    said = ".".join(words)
    return [part for part, signs in PARTS.items() if any(sign in said for sign in signs)][:1]


def _join_strays(found: dict[str, list[str]]) -> None:
    """What belongs to a layer but to none of its parts goes to its first part."""
    for group in list(found):
        part = next((other for other in found if other.startswith(f"{group}.") and other != group), None)
        if part in (f"{group}.attention", f"{group}.mlp"):
            found[part] += found.pop(group)
