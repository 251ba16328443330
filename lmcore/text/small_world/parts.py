"""What each word of the constructed world is: a place, a person, a thing …"""

import re
from collections.abc import Iterator
from functools import cache

from lmcore.text.small_world.draws import check_language
from lmcore.text.small_world.words import rows

PARTS = ("places", "nationalities", "languages", "people", "things", "qualities", "actions")
_COLUMNS = {  # part → lists, and their columns of both languages; a word is of the first part that has it
    "en": {
        "nationalities": (("words/countries", "en.adjective"),),
        "places": (
            ("words/countries", "en.word", "en.capital", "en.continent", "en.nature", "en.sight"),
            ("words/towns", "en.word"),
            ("words/places", "en.word"),
            ("words/jobs", "en.place"),
        ),
        "qualities": (("en/adjectives", "base", "more", "most"), ("words/colours", "en.word")),
        "people": (
            ("words/people", "en.name"),
            ("words/children", "en.name"),
            ("words/jobs", "en.word"),
            ("en/genders", "male", "female"),
        ),
        "actions": (("en/verbs", "base", "past", "ing"), ("words/animals", "en.sound")),
        "things": (
            ("words/animals", "en.word", "en.many", "en.young", "en.food"),
            ("words/foods", "en.word"),
            ("words/things", "en.word"),
            ("words/jobs", "en.tool", "en.thing"),
            ("words/countries", "en.dish", "en.thing"),
            ("en/plurals", "one", "many", "ties"),
            ("en/genders", "ties"),
            ("en/adjectives", "ties"),
        ),
    },
    "zh": {
        "languages": (("words/countries", "zh.language"),),
        "places": (
            ("words/countries", "zh.word", "zh.capital", "zh.continent", "zh.nature", "zh.sight"),
            ("words/towns", "zh.word"),
            ("words/places", "zh.word"),
            ("words/jobs", "zh.place"),
        ),
        "people": (
            ("words/people", "zh.name"),
            ("words/children", "zh.name"),
            ("words/jobs", "zh.word"),
            ("zh/genders", "male", "female"),
        ),
        "qualities": (("words/colours", "zh.word"), ("words/foods", "zh.taste")),
        "things": (
            ("words/animals", "zh.word", "zh.young", "zh.food"),
            ("words/foods", "zh.word"),
            ("words/things", "zh.word"),
            ("words/jobs", "zh.tool", "zh.thing"),
            ("words/countries", "zh.dish", "zh.thing"),
            ("zh/young", "adult", "young", "ties"),
            ("zh/genders", "ties"),
        ),
        "actions": (("words/jobs", "zh.does"), ("words/foods", "zh.eat"), ("words/animals", "zh.sound")),
    },
}
_NO_PART = frozenset(("a", "an", "and", "at", "for", "from", "in", "of", "on", "the", "to", "with"))
_NO_PART |= frozenset("的又了一里着给在把")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


@cache
def part_of(language: str) -> dict[str, str]:
    """The part of every content word of the world, in the words' own order; raises `ConfigError`.

    Words are in lower case, as `sentence_words` gives them; there are six parts.

    >>> [part_of("en")[word] for word in ("paris", "french", "anna", "kite", "bigger", "walked")]
    ['places', 'nationalities', 'people', 'things', 'qualities', 'actions']
    >>> [part_of("zh")[word] for word in ("巴黎", "法语", "安娜", "风筝", "红色", "烤")]
    ['places', 'languages', 'people', 'things', 'qualities', 'actions']
    """
    check_language(language)
    parts: dict[str, str] = {}
    for part, lists in _COLUMNS[language].items():
        for path, *columns in lists:
            for word in _words(path, columns):
                parts.setdefault(word, part)
    return parts


def _words(path: str, columns: list[str]) -> Iterator[str]:
    """The content words of some columns, also those of a phrase such as "the Eiffel Tower"."""
    for row in rows(path):
        for column in columns:
            words = (word.lower() for word in _WORD.findall(row[column]))
            yield from (word for word in words if word not in _NO_PART)
