"""Every word of a relation has its part, and the parts cover the sentences' content."""

from collections import Counter

import pytest

from lmcore.errors import ConfigError
from lmcore.i18n import translate
from lmcore.text.small_world.parts import PARTS, part_of
from lmcore.text.small_world.relations import relations
from lmcore.text.small_world.sentences import sentence_words

OF_RELATIONS = {  # the parts of both columns
    "capital": ("places", "places"),
    "nationality": ("places", "nationalities"),
    "language": ("places", "languages"),
    "gender": ("people", "people"),
    "comparative": ("qualities", "qualities"),
    "superlative": ("qualities", "qualities"),
    "past": ("actions", "actions"),
    "ing_form": ("actions", "actions"),
    "young": ("things", "things"),
    "workplace": ("people", "places"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pairs_of_a_relation_are_where_they_belong(language: str) -> None:
    parts = part_of(language)
    for relation in relations(language):
        for a, b in relation.pairs:
            found = (parts.get(a), parts.get(b))
            if relation.name == "plural":
                assert found[0] and found[1], (a, b)
            elif a != "cook":  # who cooks, too
                assert found == OF_RELATIONS[relation.name], (relation.name, a, b)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_six_parts_and_each_has_a_name(language: str) -> None:
    names = set(part_of(language).values())
    assert len(names) == 6 and names <= set(PARTS)
    for name in names:
        assert translate(f"world_part.{name}", "en") != translate(f"world_part.{name}", "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_words_of_the_sentences_have_a_part(language: str) -> None:
    counts = Counter(word for words in sentence_words(language, 20_000, 1) for word in words)
    parts = part_of(language)
    assert sum(word in parts for word in counts) > 0.6 * len(counts)
    assert {parts[word] for word in counts if word in parts} == set(parts.values())


def test_words_are_spelled_as_the_sentences_have_them() -> None:
    parts = part_of("en")
    assert all(word == word.lower() and " " not in word for word in parts)
    assert "the" not in parts and parts["eiffel"] == "places"


def test_another_language_is_refused() -> None:
    with pytest.raises(ConfigError):
        part_of("fr")
