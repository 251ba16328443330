"""Published values have a name in both languages and are shares or correlations."""

import pytest

from lmcore.i18n import LANGUAGES, texts
from lmcore.vectors.published_scores import PUBLISHED, TOTALS
from lmcore.vectors.word_sets import google_sections, judged_pairs


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_is_named(language: str) -> None:
    for lines in PUBLISHED.values():
        for line in lines:
            assert 0 < line.value < 1
            assert {f"vectors.published.{line.name}", f"vectors.published.{line.name}.short"} <= texts(
                language
            ).keys()


def test_totals_are_the_sizes_of_the_tests() -> None:
    questions = sum(len(section.questions) for section in google_sections())
    pairs = {name: len(judged_pairs(name).pairs) for name in ("wordsim353", "simlex999")}
    assert pairs | {"google": questions} == TOTALS
