"""Frames: sentences with slots. `{cat[word]}` asks for a form of an entry, `<a|b>` for one of two wordings.

A slot that nobody has filled is drawn from the list of its name and stays what it is within one text;
`{kid[name]}` and `{kid2[name]}` are never the same child. Chinese frames have blanks between words.
"""

import json
import re
from functools import cache
from itertools import product
from random import Random
from typing import Any

from lmcore.text.small_world.words import FOLDER, Entry, lists

_CHOICE = re.compile(r"<([^<>]*)>")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
Frame = tuple[str, ...]  # the wordings of one sentence


@cache
def load(path: str) -> Any:
    """What a file of frames such as `en/stories` holds."""
    return json.loads((FOLDER / f"{path}.json").read_text(encoding="utf-8"))


@cache
def wordings(frame: str) -> Frame:
    """Every way to say a frame.

    >>> wordings("<A|One> cat sat<.| down.>")
    ('A cat sat.', 'A cat sat down.', 'One cat sat.', 'One cat sat down.')
    """
    fixed = _CHOICE.split(frame)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(fixed)]
    return tuple("".join(parts) for parts in product(*choices))


class Cast(dict[str, Entry]):
    """Who and what a text is about, by slot; see the module."""

    def __init__(self, language: str, random: Random, **given: Entry) -> None:
        super().__init__(given)
        self._lists = lists(language)
        self._random = random.random

    def choices(self, slot: str) -> tuple[Entry, ...]:
        """What the slot can be filled with."""
        return self._lists[slot.rstrip("23456789")]

    def __missing__(self, slot: str) -> Entry:
        choices = self.choices(slot)
        taken = [id(entry) for entry in self.values()]
        while id(entry := choices[int(self._random() * len(choices))]) in taken:
            pass
        self[slot] = entry
        return entry


def tell(frame: Frame, cast: Cast, random: Random) -> str:
    """One wording of a frame with its slots filled, beginning with a capital; "" stays empty."""
    text = frame[int(random.random() * len(frame))].format_map(cast)
    return text[:1].upper() + text[1:]


def rendered(text: str, language: str) -> str:
    """The text as it is read: Chinese loses the blanks between its words."""
    return text if language == "en" else text.replace(" ", "")


def words_in(text: str, language: str) -> list[str]:
    """The words of a told frame, in lower case and without punctuation.

    >>> words_in("Anna's cat sat.", "en"), words_in("猫 坐 着 。", "zh")
    (["anna's", 'cat', 'sat'], ['猫', '坐', '着'])
    """
    return _WORD.findall(text.lower() if language == "en" else text)
