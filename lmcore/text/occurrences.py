"""Places where a word stands in running text, each with what stands around it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lmcore.errors import TextError
from lmcore.text.search import search
from lmcore.text.word_splitting import split_words

LONGEST_WORD = 60  # characters
MOST = 200  # places
_HAN = re.compile(r"[\u3400-\u9fff]")
_LOOKED_AT = 300_000  # characters, for words to suggest
_GRAMMAR = 80  # of the most frequent words nearly all
_LEAST_LETTERS = {"en": 4, "zh": 2}  # shorter ones are mostly words of grammar


@dataclass(frozen=True)
class Occurrence:
    """A word with its surroundings; `before + word + after` is the text."""

    before: str
    word: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.word + self.after


def pattern_of(word: str) -> str:
    """A regular expression for the whole word; Chinese has no borders between words.

    >>> re.findall(pattern_of("cat"), "cat cats a cat."), pattern_of("银行")
    (['cat', 'cat'], '银行')
    """
    quoted = re.escape(word)
    return quoted if _HAN.search(word) else rf"(?<!\w){quoted}(?!\w)"


def checked_word(word: str) -> str:
    """`word` without white space around it; raises `TextError` for none and for one that is too long."""
    word = " ".join(word.split())
    if not word:
        raise TextError("contextual_no_word")
    if len(word) > LONGEST_WORD:
        raise TextError("contextual_word_too_long", n=len(word), limit=LONGEST_WORD)
    return word


def in_lines(lines: Sequence[str], word: str) -> tuple[list[Occurrence], int]:
    """Every place of `word` in lines that somebody typed, and how many lines do not have it.

    >>> in_lines(["The bank closed.", "no such word", "Bank on the river bank"], "bank")[1]
    1
    """
    pattern = re.compile(pattern_of(word), re.IGNORECASE)
    found = [[_of_match(line, match) for match in pattern.finditer(line)] for line in lines]
    return [place for places in found for place in places], sum(not places for places in found)


def in_documents(documents: Sequence[str], word: str, n: int) -> tuple[list[Occurrence], int]:
    """At most `n` places, spread evenly over the first 200, with 60 characters on either side; how many
    there are in all."""
    found = search(documents, pattern_of(word))
    hits = found.hits
    n = min(n, len(hits))
    chosen = [hits[(2 * i + 1) * len(hits) // (2 * n)] for i in range(n)]
    lines = [Occurrence(_one_line(hit.before), hit.match, _one_line(hit.after)) for hit in chosen]
    return lines, found.n_hits


def words_to_try(documents: Sequence[str], language: str, n: int = 8) -> list[str]:
    """Frequent words of the beginning of a text: no names, and long and rare enough to mean something."""
    start = "\n".join(islice(documents, 20_000))[:_LOOKED_AT]
    least = _LEAST_LETTERS.get(language, 4)
    counts = Counter(split_words(start, language))
    common = [word for word, _ in counts.most_common(_GRAMMAR + 40 * n)]
    long = [word for word in common if len(word) >= least and (word.islower() or _HAN.match(word))]
    meaningful = [word for word in long if word not in common[:_GRAMMAR]]
    return (meaningful or long or common)[:n]


def _of_match(line: str, match: re.Match[str]) -> Occurrence:
    return Occurrence(line[: match.start()], match.group(), line[match.end() :])


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
