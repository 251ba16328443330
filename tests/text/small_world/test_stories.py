"""Stories: what is asked is answered in the story."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from lmcore.errors import ConfigError
from lmcore.text.small_world.stories import Story, stories
from lmcore.text.small_world.words import people

LANGUAGES = ("en", "zh")
_SENTENCE = re.compile(r"[.!?。！？]”?(?=\s|$|[^”.!?。！？])")


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest) -> tuple[Story, ...]:
    return stories(request.param, 300, seed=4)


def test_answers_stand_in_the_story(told: tuple[Story, ...]) -> None:
    for story in told:
        assert len(story.questions) >= 3
        missing = [asked for asked in story.questions if asked.answer not in story.text]
        assert not missing, (story.text, missing)


def test_questions_are_of_several_kinds(told: tuple[Story, ...]) -> None:
    for story in told:
        kinds = {asked.kind for asked in story.questions}
        assert len(kinds) >= 2 and kinds <= {"who", "where", "what", "why"}


def test_the_hero_is_named_in_story_and_summary(told: tuple[Story, ...]) -> None:
    persons = [*people("people", told[0].language), *people("children", told[0].language)]
    names = {person["name"] for person in persons}
    for story in told:
        assert story.hero in names
        assert story.hero in story.text and story.hero in story.summary


def test_a_story_is_short_and_not_always_the_same(told: tuple[Story, ...]) -> None:
    for story in told:
        assert 5 <= len(_SENTENCE.findall(story.text)) <= 16
    assert len({story.text for story in told}) == len(told)
    counts = Counter(story.plot for story in told)
    assert len(counts) >= 14 and max(counts.values()) < len(told) / 6


def test_no_plot_twice_in_a_row(told: tuple[Story, ...]) -> None:
    assert all(one.plot != next_one.plot for one, next_one in pairwise(told))


def test_both_languages_tell_the_same_plots() -> None:
    english, chinese = ({story.plot for story in stories(language, 400, seed=1)} for language in LANGUAGES)
    assert english == chinese


def test_seeds_and_edges() -> None:
    assert stories("en", 5, seed=1) == stories("en", 5, seed=1) != stories("en", 5, seed=2)
    assert stories("zh", 0, seed=1) == ()
    for language, n in (("de", 1), ("en", -1)):
        with pytest.raises(ConfigError):
            stories(language, n, seed=1)
