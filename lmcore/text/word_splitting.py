"""Text cut into words: by white space and signs, and for Chinese by a dictionary.

English needs one regular expression. Chinese writes no spaces: `rjieba` looks words up in a dictionary and
joins what it does not find with a hidden Markov model; without that package every Han character is a word.
"""

import importlib.util
import re
from collections.abc import Iterator
from importlib import import_module

import regex

SPLITTER = "rjieba"
# What GPT-2 calls a word (Radford et al. 2019): letters, digits or signs, with the space before them.
GPT2_WORD = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# A word with its inner apostrophes, a number with its inner points, one sign, or one white space.
WORD = (
    r"\p{Han}| ?(?:(?!\p{Han})[\p{L}\p{M}])+(?:['’](?:(?!\p{Han})[\p{L}\p{M}])+)*"
    r"| ?\p{N}+(?:[.,]\p{N}+)*| ?[^\s\p{L}\p{M}\p{N}]|\s"
)
_RARE = regex.compile(r"[\p{M}\p{Han}\p{No}\p{Nl}]")  # a text without them needs a simpler expression
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")  # five times as fast
_GPT2_WORD = regex.compile(GPT2_WORD)
_WORD = regex.compile(WORD)
_SAFE_CUT = regex.compile(
    r"(?<=\S)(?= \S)|(?<=\S\n)(?=\S)|(?<=\p{P})(?=[\u4e00-\u9fff])"
)  # a word begins there in both expressions, whatever follows
_PIECE = 1_000  # characters after which the next safe cut is taken
LONGEST_PIECE = 2_000  # without one it is cut anyway: the time for one word grows with its square


def split_words(text: str, language: str = "en") -> list[str]:
    """The words and numbers of a text as they are written, without white space and signs.

    >>> split_words("The cat’s 3.5 kg, isn't it?"), split_words("猫坐在 mat 上。")
    (['The', 'cat’s', '3.5', 'kg', "isn't", 'it'], ['猫', '坐', '在', 'mat', '上'])
    """
    if language != "zh" and not _RARE.search(text):
        return _PLAIN_WORD.findall(text)
    parts = (part.strip() for part in split_all(text, language))
    return [part for part in parts if any(character.isalnum() for character in part)]


def split_all(text: str, language: str = "en") -> list[str]:
    """The whole text in parts: words, numbers, signs, white space. Joined, they are the text again.

    A word or sign keeps the one space before it; the Chinese splitter makes every space a part of its own.

    >>> split_all("The cat, 1.5 m\\n")
    ['The', ' cat', ',', ' 1.5', ' m', '\\n']
    """
    if language == "zh" and has_splitter():
        return [word for piece in pieces(text) for word in _chinese(piece)]
    return _WORD.findall(text)


def split_for_merging(text: str) -> list[str]:
    """The whole text in the parts inside which byte pair encoding merges.

    >>> split_for_merging("It's 3 cats  here.")
    ['It', "'s", ' 3', ' cats', ' ', ' here', '.']
    """
    return [word for piece in pieces(text) for word in _GPT2_WORD.findall(piece)]


def has_splitter() -> bool:
    """Whether Chinese words can be told apart, or only characters."""
    return importlib.util.find_spec(SPLITTER) is not None


def pieces(text: str) -> Iterator[str]:
    """`text` in pieces that, cut into words one by one, give the words of the whole.

    Where no word ends for 2,000 characters a piece ends all the same.
    """
    start = 0
    while len(text) - start > LONGEST_PIECE:
        cut = _SAFE_CUT.search(text, start + _PIECE, start + LONGEST_PIECE)
        end = cut.start() if cut else start + LONGEST_PIECE
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _chinese(text: str) -> list[str]:
    return import_module(SPLITTER).cut(text)
