"""Words to begin with: of the constructed world capitals and families, of other texts what they speak of."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lmcore.runs.store import RunRecord
from lmcore.ui.server import engine

SUMS = (  # a, b, c of b - a + c, the best known first
    ("france", "paris", "italy"),
    ("man", "king", "woman"),
    ("法国", "巴黎", "意大利"),
    ("男人", "国王", "女人"),
)
GROUPS = (
    ("king", "queen", "man", "woman", "boy", "girl", "paris", "rome", "madrid"),
    ("国王", "王后", "男人", "女人", "男孩", "女孩", "巴黎", "罗马", "马德里"),
)
ODD = (("king", "queen", "man", "woman", "boy", "girl", "paris"), ("国王", "王后", "男人", "女人", "巴黎"))
AXES = (  # from and to of a direction; the first two that the vocabulary has are the axes of a map
    ("man", "woman"),
    ("poor", "rich"),
    ("男人", "女人"),
    ("穷", "富"),
    ("small", "big"),
    ("he", "she"),
    ("good", "bad"),
    ("day", "night"),
    ("小", "大"),
    ("他", "她"),
    ("好", "坏"),
    ("来", "去"),
)
N_WORDS = 8


@dataclass(frozen=True)
class UsualWords:
    """What is asked as long as the visitor has asked for nothing; all of it is in the vocabulary."""

    word: str
    expression: str
    words: tuple[str, ...]
    odd: tuple[str, ...]
    axes: tuple[str, str]  # of a map, each as `from..to`


def usual_words(record: RunRecord) -> UsualWords | None:
    """Words of a run; None before it has read its text."""
    folder = engine().home.run_folder(record.id)
    path = folder / "vocabulary.json"
    return _usual_words(folder, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(50)
def _usual_words(folder: Path, written: int) -> UsualWords:
    words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))["words"]
    return chosen(words, _content(folder, words))


def chosen(vocabulary: list[str], content: list[str]) -> UsualWords:
    """The first of the built-in sets that the vocabulary has in full; else frequent words of the text.

    >>> chosen(["a", "b", "king", "man", "woman", "x"], ["x", "b"]).expression
    'king - man + woman'
    """
    known = set(vocabulary)
    frequent = tuple(dict.fromkeys([*content, *vocabulary]))[:N_WORDS]
    whole = [words for words in SUMS if known.issuperset(words)]
    a, b, c = whole[0] if whole else (frequent * 3)[:3]
    groups = [tuple(word for word in words if word in known) for words in GROUPS]
    words = max(groups, key=len)
    odd = max((tuple(word for word in words if word in known) for words in ODD), key=len)
    few = frequent if len(words) < N_WORDS - 2 else words
    ways = [f"{start}..{end}" for start, end in AXES if {start, end} <= known]
    ways += [f"{one}..{other}" for one, other in zip(frequent, frequent[1:] or frequent, strict=False)]
    group = odd if len(odd) > 3 and few is words else few[:5]
    return UsualWords(b, f"{b} - {a} + {c}", few, group, ((ways * 2)[0], (ways * 2)[1]))


def _content(folder: Path, words: list[str]) -> list[str]:
    """The most frequent words that are no function words, as the run has counted them."""
    path = folder / "counts.npz"
    if not path.is_file():
        return []
    with np.load(path) as file:
        return [words[row] for row in file["rows"][:N_WORDS]]
