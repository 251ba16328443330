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
MOST_QUESTIONS = 20_000  # of such a set, about as many as the usual one has
_FILES = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
LONGEST_NAME = 60  # of a section
_HEADING = (":", "：")
_SEPARATORS = re.compile(r"[,;，；]\s*|\s+")


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

    Tabs, commas or blanks stand between the columns; with tabs, words may have blanks. The first line may
    name the columns, analogies may have headings, `: name`, and lines that begin with # are left out.
    """
    if len(text) > LONGEST:
        raise TextError("set_too_long", n=len(text), limit=LONGEST)
    lines = _numbered(text)
    rows = [line for _, line in lines if not line.startswith(_HEADING)]
    if not lines:
        raise TextError("set_empty")
    if not rows:
        raise TextError("set_line_unclear", number=lines[0][0], given=lines[0][1][:60])
    if len(rows) < len(lines) or len(_columns(rows[min(1, len(rows) - 1)])) == 4:  # beyond column names
        return _parsed_questions(text)
    return _parsed_pairs(lines, name)


def _numbered(text: str) -> list[tuple[int, str]]:
    """The lines that say something, with their places in the file, from 1."""
    lines = ((i, line.strip()) for i, line in enumerate(text.lstrip("\ufeff").splitlines(), 1))
    return [(i, line) for i, line in lines if line and not line.startswith("#")]


def _parsed_pairs(lines: list[tuple[int, str]], name: str) -> Pairs:
    pairs = []
    for number, line in lines:
        columns = _columns(line)
        if len(columns) == 3 and _is_number(columns[2]):
            pairs.append((columns[0], columns[1], float(columns[2])))
        elif number > lines[0][0] or len(lines) == 1:
            raise TextError("set_line_unclear", number=number, given=line[:60])
    return Pairs(name, tuple(pairs))


def _parsed_questions(text: str) -> tuple[Section, ...]:
    sections = parsed_analogies(text)
    n = sum(len(section.questions) for section in sections)
    if n > MOST_QUESTIONS:
        raise TextError("set_questions", n=n, limit=MOST_QUESTIONS)
    return sections


def parsed_analogies(text: str) -> tuple[Section, ...]:
    """Four words a line under headings; raises `TextError` for another line."""
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    name = "own"
    for number, line in _numbered(text):
        if line.startswith(_HEADING):
            name = line[1:].strip()[:LONGEST_NAME] or "own"
            continue
        columns = _columns(line)
        if len(columns) != 4:
            raise TextError("set_line_unclear", number=number, given=line[:60])
        a, b, c, d = columns
        sections.setdefault(name, []).append((a, b, c, d))
    return tuple(Section(name, tuple(questions)) for name, questions in sections.items())


def _columns(line: str) -> list[str]:
    by_tabs = [part.strip() for part in line.lower().split("\t")]
    parts = by_tabs if len(by_tabs) in (3, 4) else _SEPARATORS.split(line.lower().strip())
    return [part.strip(' "') for part in parts if part]


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9
    except ValueError:
        return False
