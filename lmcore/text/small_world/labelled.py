"""Texts to classify: reviews by sentiment, notices by topic. The label is what the text was made from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from lmcore.text.small_world.draws import check_amount, check_language, generator, pick, shuffled
from lmcore.text.small_world.frames import Cast, load, rendered, tell, wordings
from lmcore.text.small_world.words import Entry

SENTIMENTS = ("positive", "negative")
TOPICS = ("sport", "weather", "business", "school")
_Tell = Callable[[str, Random], str]  # a text with this label


@dataclass(frozen=True)
class Labelled:
    """A text and the class that it belongs to."""

    text: str
    label: str


def reviews(language: str, n: int, seed: int) -> tuple[Labelled, ...]:
    """`n` reviews of meals, hotels, books, films and shops, half of them "negative"; raises `ConfigError`.

    Good words stand in bad reviews too: "anything but friendly", "the room was large, but …".
    """
    return _labelled("reviews", language, n, seed, SENTIMENTS, partial(_review, language))


def notices(language: str, n: int, seed: int) -> tuple[Labelled, ...]:
    """`n` notices of 1 to 4 sentences, a quarter on each of `TOPICS`; raises `ConfigError`."""
    return _labelled("notices", language, n, seed, TOPICS, partial(_notice, language))


def _labelled(
    what: str,
    language: str,
    n: int,
    seed: int,
    labels: tuple[str, ...],
    tell_one: _Tell,
) -> tuple[Labelled, ...]:
    check_amount("n", n)
    check_language(language)
    random = generator(what, language, seed)
    balanced = shuffled(random, [labels[i % len(labels)] for i in range(n)])
    return tuple(Labelled(rendered(tell_one(label, random), language), label) for label in balanced)


def _review(language: str, label: str, random: Random) -> str:
    found = load(f"{language}/reviews")
    kind = pick(random, found["kinds"])
    aspects = shuffled(random, kind["aspects"])
    n_judged = 1 + int(random.random() * min(3, len(aspects) // 2))
    cast = Cast(language, random)
    parts = [_said(kind["opening"], cast, random)]
    for a, b in zip(aspects[:n_judged], aspects[n_judged : 2 * n_judged], strict=True):
        cast |= {"a": _aspect(a, random), "b": _aspect(b, random)}
        parts.append(_said(found[label], cast, random))
    return " ".join(filter(None, [*parts, _said(kind[label], cast, random)]))


def _notice(language: str, topic: str, random: Random) -> str:
    found = pick(random, load(f"{language}/notices")[topic])
    cast = Cast(language, random)
    more = shuffled(random, found["more"])[: int(random.random() * 4)]
    return " ".join(_said([frame], cast, random) for frame in (pick(random, found["first"]), *more))


def _said(frames: list[str], cast: Cast, random: Random) -> str:
    return tell(wordings(pick(random, frames)), cast, random)


def _aspect(found: list[Any], random: Random) -> Entry:
    """What is judged, and one good and one bad word for it."""
    thing, was, good, bad = found
    it, it2 = ("they", "them") if was == "were" else ("it", "it")
    entry = {"thing": thing, "Thing": thing[0].upper() + thing[1:], "was": was, "it": it, "it2": it2}
    return entry | {"good": pick(random, good), "bad": pick(random, bad)}
