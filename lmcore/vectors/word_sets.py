"""Tests of word vectors: pairs that people have judged, and questions "a is to b as c is to what".

WordSim-353: Finkelstein et al. (2002). SimLex-999: Hill, Reichart & Korhonen (2015). Analogies: Mikolov et
al. (2013a). gensim ships all three.
"""

import re
from dataclasses import dataclass
from functools import cache

from lmcore.errors import TextError
from lmcore.text.built_in import carried_by_gensim
from lmcore.text.small_world.relations import relations

LONGEST = 1_000_000  # characters of a set that a visitor gives
_FILES = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
_SEPARATORS = re.compile(r"[\t,;，；]\s*|\s{2,}|\s")


@dataclass(frozen=True)
class Pairs:
    """Pairs of words and how alike people find them, the higher the more."""

    name: str
    pairs: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Section:
    """Questions (a, b, c, d): a is to b as c is to d."""

    name: str
    questions: tuple[tuple[str, str, str, str], ...]


@cache
def judged_pairs(name: str) -> Pairs:
    """`wordsim353` or `simlex999`."""
    lines = carried_by_gensim(_FILES[name]).read_text(encoding="utf-8").splitlines()
    rows = [line.lower().split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return Pairs(name, tuple((a, b, float(score)) for a, b, score, *_ in rows if _is_number(score)))


@cache
def google_sections() -> tuple[Section, ...]:
    """The 14 sections of the Google analogies, 19,544 questions, in lower case."""
    return parsed_analogies(carried_by_gensim("questions-words.txt").read_text(encoding="utf-8"))


@cache
def world_sections(language: str) -> tuple[Section, ...]:
    """Every pair of pairs of a relation of the constructed world, as a question."""
    return tuple(_questions(relation.name, relation.pairs) for relation in relations(language))


@cache
def held_out_sections(language: str) -> tuple[Section, ...]:
    """The questions in which no text holds both words of a pair, neither of the one nor of the other."""
    return tuple(_questions(relation.name, relation.held_out) for relation in relations(language))


def _questions(name: str, pairs: tuple[tuple[str, str], ...]) -> Section:
    return Section(name, tuple((a, b, c, d) for a, b in pairs for c, d in pairs if (a, b) != (c, d)))


def parsed_set(text: str, name: str = "own") -> Pairs | tuple[Section, ...]:
    """A visitor's own set: two words and a number a line, or four words; raises `TextError`.

    Tabs, commas or blanks stand between the columns; analogies may have headings, `: name`.
    """
    if len(text) > LONGEST:
        raise TextError("set_too_long", n=len(text), limit=LONGEST)
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        raise TextError("set_empty")
    first = next((line for line in lines if not line.startswith((":", "："))), "")
    if len(_columns(first)) == 4:
        return parsed_analogies("\n".join(lines))
    return _parsed_pairs(lines, name)


def _parsed_pairs(lines: list[str], name: str) -> Pairs:
    pairs = []
    for number, line in enumerate(lines, 1):
        columns = _columns(line)
        if len(columns) == 3 and _is_number(columns[2]):
            pairs.append((columns[0], columns[1], float(columns[2])))
        elif number > 1:  # the first line may name the columns
            raise TextError("set_line_unclear", number=number, given=line[:60])
    if not pairs:
        raise TextError("set_line_unclear", number=1, given=lines[0][:60])
    return Pairs(name, tuple(pairs))


def parsed_analogies(text: str) -> tuple[Section, ...]:
    """Four words a line under headings; raises `TextError` for another line."""
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    name = "own"
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith((":", "：")):
            name = line[1:].strip() or "own"
        elif line.strip():
            columns = _columns(line)
            if len(columns) != 4:
                raise TextError("set_line_unclear", number=number, given=line[:60])
            a, b, c, d = columns
            sections.setdefault(name, []).append((a, b, c, d))
    return tuple(Section(name, tuple(questions)) for name, questions in sections.items())


def _columns(line: str) -> list[str]:
    return [column.strip() for column in _SEPARATORS.split(line.strip().lower()) if column.strip()]


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9
    except ValueError:
        return False
