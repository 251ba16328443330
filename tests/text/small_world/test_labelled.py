"""Reviews and notices: balanced, and labelled by what they were made from."""

from collections import Counter, defaultdict

import pytest

from lmcore.errors import ConfigError
from lmcore.text.small_world.frames import words_in
from lmcore.text.small_world.labelled import SENTIMENTS, TOPICS, notices, reviews

LANGUAGES = ("en", "zh")
KINDS = ((reviews, SENTIMENTS), (notices, TOPICS))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("make", "labels"), KINDS)
def test_labels_are_balanced_and_mixed(make, labels: tuple[str, ...], language: str) -> None:
    texts = make(language, 200, seed=1)
    counts = Counter(text.label for text in texts)
    assert set(counts) == set(labels) and set(counts.values()) == {200 // len(labels)}
    in_turn = [labels[i % len(labels)] for i in range(200)]
    assert [text.label for text in texts] != in_turn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("make", "labels"), KINDS)
def test_one_seed_one_text(make, labels: tuple[str, ...], language: str) -> None:
    assert make(language, 20, seed=1) == make(language, 20, seed=1) != make(language, 20, seed=2)
    assert make(language, 0, seed=1) == ()
    for wrong, n in (("de", 1), (language, -1)):
        with pytest.raises(ConfigError):
            make(wrong, n, seed=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_have_many_lengths(language: str) -> None:
    for make, _ in KINDS:
        lengths = {len(text.text) for text in make(language, 200, seed=1)}
        assert max(lengths) > 3 * min(lengths)


def test_no_single_word_tells_the_sentiment() -> None:
    """Whoever guesses from the presence of one word is often wrong or has nothing to go by."""
    texts = reviews("en", 1000, seed=2)
    seen: dict[str, Counter] = defaultdict(Counter)
    for text in texts:
        for word in set(words_in(text.text, "en")):
            seen[word][text.label] += 1
    best = max(abs(counts["positive"] - counts["negative"]) for counts in seen.values())
    assert 0.5 + best / len(texts) < 0.75


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("not cold at all", "positive"),
        ("anything but fresh", "negative"),
        ("Nobody could call the soup tasty", "negative"),
    ],
)
def test_negation_turns_the_label(said: str, label: str) -> None:
    found = [text for text in reviews("en", 6000, seed=5) if said in text.text]
    assert found and {text.label for text in found} == {label}
