"""Sentences and relations: held-out pairs never meet, and yet both of their words are learned."""

from collections import Counter

import pytest

from lmcore.errors import ConfigError
from lmcore.text.small_world.frames import words_in
from lmcore.text.small_world.relations import HELD_OUT, Relation, relations
from lmcore.text.small_world.sentences import sentence_words, sentences

LANGUAGES = ("en", "zh")
ALL = [relation for language in LANGUAGES for relation in relations(language)]
N_TOKENS = 200_000


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[list[str], ...]]:
    return {language: sentence_words(language, N_TOKENS, seed=3) for language in LANGUAGES}


@pytest.mark.parametrize("relation", ALL, ids=lambda relation: f"{relation.language}-{relation.name}")
def test_held_out_pairs_never_share_a_sentence(relation: Relation, told: dict) -> None:
    for words in map(set, told[relation.language]):
        assert not [pair for pair in relation.held_out if words.issuperset(pair)]


@pytest.mark.parametrize("relation", ALL, ids=lambda relation: f"{relation.language}-{relation.name}")
def test_every_word_of_a_relation_occurs_often(relation: Relation, told: dict) -> None:
    counts = Counter(word for words in told[relation.language] for word in words)
    rare = {word: counts[word] for pair in relation.pairs for word in pair if counts[word] < 15}
    assert not rare


@pytest.mark.parametrize("relation", ALL, ids=lambda relation: f"{relation.language}-{relation.name}")
def test_other_pairs_do_meet(relation: Relation, told: dict) -> None:
    shown = set(relation.pairs) - set(relation.held_out)
    met = {pair for words in map(set, told[relation.language]) for pair in shown if words.issuperset(pair)}
    assert len(met) > len(shown) / 3


@pytest.mark.parametrize("relation", ALL, ids=lambda relation: f"{relation.language}-{relation.name}")
def test_relations_are_one_to_one_and_two_fifths_are_held_out(relation: Relation) -> None:
    for side in zip(*relation.pairs, strict=True):
        assert len(set(side)) == len(side) >= 20
    assert set(relation.held_out) < set(relation.pairs)
    assert len(relation.held_out) == int(HELD_OUT * len(relation.pairs))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_text_are_of_the_same_sentences(language: str) -> None:
    texts, words = sentences(language, 500, seed=1), sentence_words(language, 500, seed=1)
    assert 500 <= sum(map(len, words)) < 600
    for text, of_text in zip(texts, words, strict=True):
        if language == "en":
            assert words_in(text, "en") == of_text
        else:
            assert "".join(words_in(text, "zh")) == "".join(of_text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_seed_one_text(language: str) -> None:
    told = sentences(language, 300, seed=1)
    assert told == sentences(language, 300, seed=1) != sentences(language, 300, seed=2)
    assert told == sentences(language, 900, seed=1)[: len(told)]


def test_amounts_and_languages_at_the_edge() -> None:
    assert sentences("en", 0, seed=1) == ()
    assert len(sentences("zh", 1, seed=1)) == 1
    for language, amount in (("de", 10), ("en", -1), ("en", 10**9)):
        with pytest.raises(ConfigError):
            sentences(language, amount, seed=1)
    with pytest.raises(ConfigError, match="language"):
        relations("fr")
