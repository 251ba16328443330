"""The world as a corpus: stories, portraits of people, animals and countries, letters and sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from random import Random
from typing import Any

from lmcore.text.small_world.draws import check_amount, check_language, generator, pick, shuffled
from lmcore.text.small_world.frames import Cast, Frame, load, rendered, tell, wordings, words_in
from lmcore.text.small_world.sentences import groups
from lmcore.text.small_world.stories import plots, story_text

N_TOKENS = {"en": 220_000, "zh": 300_000}  # words; about 1.2 and 0.5 million characters
_STORIES = 26  # weight of stories beside portraits, as weighed in their file
_REMARKS = 8  # of a few sentences that do not belong together


@dataclass(frozen=True)
class _Portrait:
    """A person, an animal, a letter …: an opening, some of the details in any order, and perhaps an end."""

    opening: tuple[Frame, ...]
    more: tuple[tuple[Frame, ...], ...]
    details: tuple[int, int]  # fewest and most
    closing: tuple[Frame, ...]


def world_documents(language: str, n_tokens: int | None = None, seed: int = 1) -> tuple[str, ...]:
    """Documents of together at least `n_tokens` words (`N_TOKENS` when not given); raises `ConfigError`.

    Each is one paragraph. Unlike `sentences`, they keep no pairs of words apart.
    """
    check_language(language)
    n_tokens = N_TOKENS[language] if n_tokens is None else n_tokens
    check_amount("n_tokens", n_tokens)
    kinds = _kinds(language)
    random = generator("documents", language, seed)
    documents, n_told = [], 0
    while n_told < n_tokens:
        text = pick(random, kinds)(language, random)
        documents.append(rendered(text, language))
        n_told += len(words_in(text, language))
    return tuple(documents)


def _story(language: str, random: Random) -> str:
    return story_text(pick(random, plots(language)), Cast(language, random), random)


def _remarks(language: str, random: Random) -> str:
    n = 3 + int(random.random() * 4)
    frames = [pick(random, pick(random, groups(language))) for _ in range(n)]
    return " ".join(tell(frame, Cast(language, random), random) for frame in frames)


def _described(portrait: _Portrait, language: str, random: Random) -> str:
    cast = Cast(language, random)
    fewest, most = portrait.details
    n = fewest + int(random.random() * (most - fewest + 1))
    beats = [portrait.opening, *shuffled(random, portrait.more)[:n], portrait.closing]
    return " ".join(filter(None, [tell(pick(random, beat), cast, random) for beat in beats]))


@cache
def _kinds(language: str) -> tuple[Callable[[str, Random], str], ...]:
    """Ways to make a document, each as often as it weighs."""
    kinds: list[Callable[[str, Random], str]] = [*[_story] * _STORIES, *[_remarks] * _REMARKS]
    for portrait in load(f"{language}/portraits").values():
        kinds += [partial(_described, _portrait(portrait))] * portrait["weight"]
    return tuple(kinds)


def _portrait(found: dict[str, Any]) -> _Portrait:
    opening, closing = (tuple(map(wordings, found[part])) for part in ("opening", "closing"))
    more = tuple(tuple(map(wordings, beat)) for beat in found["more"])
    return _Portrait(opening, more, tuple(found["details"]), closing)
