"""The built-in corpus: as long as asked, varied, and every text of the world reads well."""

import re

import pytest

from lmcore.errors import ConfigError
from lmcore.text.small_world.documents import N_TOKENS, world_documents
from lmcore.text.small_world.frames import words_in
from lmcore.text.small_world.labelled import notices, reviews
from lmcore.text.small_world.parallel import parallel
from lmcore.text.small_world.sentences import sentences
from lmcore.text.small_world.stories import stories
from lmcore.text.small_world.words import with_article

LANGUAGES = ("en", "zh")
_ARTICLE = re.compile(r"\b([Aa]n?) ([\w-]+)")
_IN_CHINESE = re.compile(r"[^\u4e00-\u9fff，。！？：、—“”]")


def _everything(language: str) -> list[str]:
    told = [*world_documents(language, 30_000, seed=2), *sentences(language, 30_000, seed=2)]
    for story in stories(language, 200, seed=2):
        told += [story.text, story.summary, *[asked.question for asked in story.questions]]
    told += [text.text for make in (reviews, notices) for text in make(language, 400, seed=2)]
    return told + [getattr(pair, language) for pair in parallel(400, seed=2)]


EVERYTHING = {language: _everything(language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unfilled(language: str) -> None:
    assert not [text for text in EVERYTHING[language] if re.search(r"[{}<>|\[\]_@]|  |^\s|\s$|^$", text)]


def test_english_articles_go_by_sound() -> None:
    wrong = {
        found[0]
        for text in EVERYTHING["en"]
        for found in _ARTICLE.finditer(text)
        if with_article(found[2]).split()[0] != found[1].lower()
    }
    assert not wrong


def test_english_sentences_begin_with_capitals_and_end() -> None:
    for text in EVERYTHING["en"]:
        assert re.match(r"“?[A-Z]", text) and re.search(r"[.!?]”?$", text), text
        assert not re.search(r"[.?!] [a-z]|[.,!?][.,!?]| [.,!?]|\b(\w+) \1\b", text), text


def test_chinese_is_chinese_throughout() -> None:
    wrong = {found[0] for text in EVERYTHING["zh"] for found in _IN_CHINESE.finditer(text)}
    assert not wrong
    for text in EVERYTHING["zh"]:
        assert re.search(r"[。！？]”?$", text) and not re.search(r"[，。！？：]{2}|的的|了了。", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_corpus_has_the_length_asked_for(language: str) -> None:
    assert world_documents(language, 0) == ()
    assert len(world_documents(language, 1)) == 1
    documents = world_documents(language, 5_000, seed=3)
    assert documents == world_documents(language, 5_000, seed=3) != world_documents(language, 5_000, seed=4)
    if language == "en":
        assert 5_000 <= sum(len(words_in(text, "en")) for text in documents) < 5_400


def test_the_corpus_is_large_in_few_words_and_varied() -> None:
    documents = world_documents("en")
    words = [word for text in documents for word in words_in(text, "en")]
    assert N_TOKENS["en"] <= len(words) < N_TOKENS["en"] + 400
    assert 1_000_000 < sum(map(len, documents)) < 1_400_000
    assert 1_500 <= len(set(words)) <= 2_500
    assert len(set(documents)) > 0.99 * len(documents)
    assert 450_000 < sum(map(len, world_documents("zh"))) < 650_000


def test_a_language_that_there_is_not() -> None:
    with pytest.raises(ConfigError, match="language"):
        world_documents("de", 10)
    with pytest.raises(ConfigError):
        world_documents("en", -1)
