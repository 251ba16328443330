"""Pairs of sentences: the same people, numbers of sentences and facts on both sides."""

import re

import pytest

from lmcore.errors import ConfigError
from lmcore.text.small_world.frames import load
from lmcore.text.small_world.parallel import parallel
from lmcore.text.small_world.words import entries, people

PAIRS = parallel(600, seed=2)
_SLOT = re.compile(r"\{(\w+)\[")


def _names() -> dict[str, str]:
    """Names that say the same in both languages."""
    english = [*people("people", "en"), *people("children", "en")]
    chinese = [*people("people", "zh"), *people("children", "zh")]
    names = {a["name"]: b["name"] for a, b in zip(english, chinese, strict=True)}
    for a, b in zip(entries("countries", "en"), entries("countries", "zh"), strict=True):
        names[a["word"]], names[a["capital"]] = b["word"], b["capital"]
    for a, b in zip(entries("towns", "en"), entries("towns", "zh"), strict=True):
        names[a["word"]] = b["word"]
    return names


def test_names_are_translated_consistently() -> None:
    names = _names()
    found = 0
    for pair in PAIRS:
        for english, chinese in names.items():
            if re.search(rf"\b{english}\b", pair.en):
                found += 1
                assert chinese in pair.zh, pair
    assert found > len(PAIRS)


def test_frames_ask_for_the_same_entries() -> None:
    for english, chinese in load("parallel"):
        assert set(_SLOT.findall(chinese)) <= set(_SLOT.findall(english)), (english, chinese)


def test_pairs_vary() -> None:
    assert len(set(PAIRS)) > 0.85 * len(PAIRS)


def test_seeds_and_edges() -> None:
    assert parallel(20, seed=1) == parallel(20, seed=1) != parallel(20, seed=2)
    assert parallel(0, seed=1) == ()
    with pytest.raises(ConfigError):
        parallel(-1, seed=1)
