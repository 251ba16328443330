"""Text as sequences of words, the way word vectors read it."""

import importlib.util
import re
from collections.abc import Iterable
from importlib import import_module

from lmcore.text.corpus import HAN

_PARAGRAPH = re.compile(r"\n\s*\n")
_WORD = re.compile(rf"[{HAN}]|(?:(?![{HAN}])[^\W\d_])+(?:['’](?:(?![{HAN}])[^\W\d_])+)*")
_SPLITTER = "rjieba"  # optional: Chinese words instead of characters


def word_sequences(documents: Iterable[str], language: str = "en") -> list[list[str]]:
    """The words of every paragraph, in order; a window never crosses from one sequence into the next.

    >>> word_sequences(["The cat's mat.\\n\\n2 Cats"]), word_sequences(["猫坐在 mat 上"], "zh")
    ([['the', "cat's", 'mat'], ['cats']], [['猫', '坐', '在', 'mat', '上']])
    """
    paragraphs = (paragraph for document in documents for paragraph in _PARAGRAPH.split(document))
    split = _chinese_words if language == "zh" and importlib.util.find_spec(_SPLITTER) else words_of
    return [words for words in map(split, paragraphs) if words]


def words_of(text: str) -> list[str]:
    """Lower-cased runs of letters with inner apostrophes; every Han character is a word. No digits."""
    return _WORD.findall(text.lower())


def _chinese_words(text: str) -> list[str]:
    """Words as rjieba cuts them; what it cuts out that is no word (punctuation, digits) is left out."""
    cut = import_module(_SPLITTER).cut(text.lower())
    return [word for word in cut if any(character.isalpha() for character in word)]
