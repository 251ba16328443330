"""Lists of words and of pairs of words, as visitors type them."""

import re

_BETWEEN_WORDS = re.compile(r"[\s,;，；、。]+")
_BETWEEN_PAIRS = re.compile(r"[,;，；、\n]+")
_IN_A_PAIR = re.compile(r"\s*(?:–|—|→|->|\.\.|[:：/]|\s-\s)\s*|\s+")
LONGEST = 60  # characters of a word


def words_of(text: str) -> list[str]:
    """Words between spaces, commas and lines, each once.

    >>> words_of("rose, lily；ROSE 百合")
    ['rose', 'lily', '百合']
    """
    return list(dict.fromkeys(word.lower()[:LONGEST] for word in _BETWEEN_WORDS.split(text) if word))


def pairs_of(text: str) -> list[list[str]]:
    """Pairs between commas; the words of one are between dashes, arrows, colons or spaces.

    >>> pairs_of("he – she, man -> woman，国王：王后, alone")
    [['he', 'she'], ['man', 'woman'], ['国王', '王后']]
    """
    found = [_IN_A_PAIR.split(part.strip().lower()) for part in _BETWEEN_PAIRS.split(text)]
    return [[word[:LONGEST] for word in pair] for pair in found if len(pair) == 2 and all(pair)]
