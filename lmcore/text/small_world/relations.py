"""What belongs together in the world, and which pairs the sentences keep apart.

Mikolov, Yih and Zweig (2013), "Linguistic regularities in continuous space word representations".
"""

from dataclasses import dataclass
from functools import cache

from lmcore.text.small_world.draws import check_language, generator, shuffled
from lmcore.text.small_world.words import rows

HELD_OUT = 0.4  # share of the pairs
_COLUMNS = {  # language → name of the relation → list, its two columns
    "en": {
        "capital": ("words/countries", "en.word", "en.capital"),
        "nationality": ("words/countries", "en.word", "en.adjective"),
        "gender": ("en/genders", "male", "female"),
        "plural": ("en/plurals", "one", "many"),
        "comparative": ("en/adjectives", "base", "more"),
        "superlative": ("en/adjectives", "base", "most"),
        "past": ("en/verbs", "base", "past"),
        "ing_form": ("en/verbs", "base", "ing"),
    },
    "zh": {
        "capital": ("words/countries", "zh.word", "zh.capital"),
        "language": ("words/countries", "zh.word", "zh.language"),
        "gender": ("zh/genders", "male", "female"),
        "young": ("zh/young", "adult", "young"),
        "workplace": ("words/jobs", "zh.word", "zh.place"),
    },
}


@dataclass(frozen=True)
class Relation:
    """Pairs of words that are related in one way; those in `held_out` never share a sentence."""

    name: str
    language: str
    pairs: tuple[tuple[str, str], ...]
    held_out: tuple[tuple[str, str], ...]


@cache
def relations(language: str) -> tuple[Relation, ...]:
    """All relations of a language, with the words as `sentence_words` gives them; raises `ConfigError`.

    >>> capital = relations("en")[0]
    >>> capital.name, capital.pairs[0], len(capital.pairs), len(capital.held_out)
    ('capital', ('france', 'paris'), 36, 14)
    """
    check_language(language)
    return tuple(_relation(name, language) for name in _COLUMNS[language])


@cache
def kept_apart(language: str) -> dict[str, frozenset[str]]:
    """The words that must not stand in a sentence with a word, for both members of every held-out pair."""
    apart: dict[str, set[str]] = {}
    for relation in relations(language):
        for a, b in relation.held_out:
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)
    return {word: frozenset(others) for word, others in apart.items()}


def _relation(name: str, language: str) -> Relation:
    path, first, second = _COLUMNS[language][name]
    pairs = tuple((row[first].lower(), row[second].lower()) for row in rows(path) if _is_known(name, row))
    mixed = shuffled(generator(f"relation {path}", language, 0), pairs)
    held_out = set(mixed[: int(HELD_OUT * len(pairs))])
    return Relation(name, language, pairs, tuple(pair for pair in pairs if pair in held_out))


def _is_known(name: str, row: dict[str, str]) -> bool:
    """A language that several countries speak names none of them."""
    return name != "language" or bool(row["own_language"])
