"""Calculating with words as people write it: "king - man + woman"."""

import re
from dataclasses import dataclass

import numpy as np

from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors

LONGEST = 500  # characters
MOST_TERMS = 20
LARGEST = 1_000  # factor
_SIGNS = str.maketrans("＋－−–—＊“”", '+----*""')
_TERM = re.compile(
    r"""\s*(?P<sign>[+-]?)\s*(?:(?P<factor>\d+(?:\.\d+)?)\s*[*×]\s*)?(?P<word>"[^"]+"|[^\s+"]+)"""
)


@dataclass(frozen=True)
class Term:
    """A word and how often it is added; less than 0 takes it away."""

    word: str
    factor: float


def parsed(expression: str, vectors: WordVectors) -> tuple[Term, ...]:
    """The terms of an expression; raises `TextError` for what is none, or holds a word that is not known.

    A hyphen belongs to its word where the vocabulary has the word with it; else it is a minus. Words with
    blanks stand in quotation marks. The words are given as the vocabulary spells them.
    """
    text = expression.translate(_SIGNS).strip()
    if not text or len(text) > LONGEST:
        raise TextError("expression_length", n=len(text), limit=LONGEST)
    terms, at = [], 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None or (terms and not found["sign"]):
            raise TextError("expression_unclear", given=expression[:60], at=text[at : at + 12].strip())
        factor = float(found["factor"] or 1)
        if factor > LARGEST:
            raise TextError("expression_factor", given=found["factor"][:20], limit=LARGEST)
        word, at = _word_at(found["word"], found.start("word"), vectors)
        terms.append(Term(word, -factor if found["sign"] == "-" else factor))
        while at < len(text) and text[at].isspace():
            at += 1
    if len(terms) > MOST_TERMS:
        raise TextError("expression_terms", n=len(terms), limit=MOST_TERMS)
    return tuple(Term(vectors.words[vectors.place(term.word)], term.factor) for term in terms)


def _word_at(token: str, start: int, vectors: WordVectors) -> tuple[str, int]:
    """The longest word that begins here and is known, up to a hyphen; and where it ends in the text."""
    if token.startswith('"'):
        return token.strip('"'), start + len(token)
    pieces = token.split("-")
    for n in range(len(pieces), 0, -1):
        word = "-".join(pieces[:n])
        if word in vectors or n == 1:
            return word or token, start + max(len(word), 1)
    return token, start + len(token)


def direction(terms: tuple[Term, ...], vectors: WordVectors) -> np.ndarray:
    """The sum of the words' vectors at length 1, times their factors, (D,)."""
    unit = vectors.unit([vectors.place(term.word) for term in terms])
    return np.array([term.factor for term in terms], np.float32) @ unit
