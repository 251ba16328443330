"""Word lists and frames: complete, consistent, and no plural or name is missing in either language."""

import random

import pytest

from lmcore.text.small_world.frames import Cast, load, wordings
from lmcore.text.small_world.words import FOLDER, entries, family, lists, people, rows, with_article

LANGUAGES = ("en", "zh")
FILES = sorted(path.stem for path in (FOLDER / "words").glob("*.tsv"))


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_filled_in_both_languages(name: str) -> None:
    for row in rows(f"words/{name}"):
        assert all(value.strip() == value for value in row.values())
        assert all(value for column, value in row.items() if column.startswith(("en.", "zh."))), row
        key = "name" if "en.name" in row else "word"
        assert row[f"en.{key}"] and row[f"zh.{key}"]


def test_the_world_is_as_large_as_promised() -> None:
    assert 30 <= len(rows("words/countries")) <= 40
    assert len(rows("en/genders")) >= 24 and len(rows("zh/genders")) >= 24
    assert len(rows("en/plurals")) >= 40 and len(rows("en/adjectives")) >= 30 and len(rows("en/verbs")) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_belongs_to_a_country_belongs_to_no_other(language: str) -> None:
    own = [
        country[thing]
        for country in entries("countries", language)
        for thing in ("capital", "nature", "dish", "sight", "thing")
    ]
    assert len(set(own)) == len(own)


def test_names_are_unique() -> None:
    for language in LANGUAGES:
        names = [person["name"] for kind in ("people", "children") for person in people(kind, language)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("word", "article"),
    [("hour", "an hour"), ("owl", "an owl"), ("European", "a European"), ("hat", "a hat")],
)
def test_articles(word: str, article: str) -> None:
    assert with_article(word) == article


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_of_every_sentence_can_be_filled(language: str) -> None:
    groups = load(f"{language}/sentences")
    for wording in (wording for group in groups for frame in group["frames"] for wording in wordings(frame)):
        assert "{" not in wording.format_map(Cast(language, random.Random(1)))


def test_two_slots_of_a_list_never_hold_the_same() -> None:
    for seed in range(200):
        cast = Cast("en", random.Random(seed))
        assert cast["kid"] is not cast["kid2"] and cast["kid"] is cast["kid"]


def test_ties_make_entries() -> None:
    king = [entry for entry in family("genders", "en") if entry["male"] == "king"]
    assert [entry["tie"] for entry in king] == ["crown", "throne"]
    assert lists("en")["family"] is not lists("zh")["family"]
