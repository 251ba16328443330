"""Sentences that say the same in English and in Chinese."""

import re
from dataclasses import dataclass
from functools import cache
from random import Random

from lmcore.text.small_world.draws import check_amount, generator, pick
from lmcore.text.small_world.frames import Cast, Frame, load, rendered, tell, wordings

_SLOT = re.compile(r"\{(\w+)\[")


@dataclass(frozen=True)
class Translation:
    """One sentence, or two, in both languages."""

    en: str
    zh: str


def parallel(n: int, seed: int) -> tuple[Translation, ...]:
    """`n` pairs such as "Rome is the capital of Italy." and "罗马是意大利的首都。"; raises `ConfigError`."""
    check_amount("n", n)
    random = generator("parallel", "en zh", seed)
    return tuple(_translation(random) for _ in range(n))


@cache
def frames(language: str) -> tuple[Frame, ...]:
    """One side of the pairs: sentences of everyday life."""
    side = {"en": 0, "zh": 1}[language]
    return tuple(wordings(pair[side]) for pair in load("parallel"))


def _translation(random: Random) -> Translation:
    english, chinese = pick(random, list(zip(frames("en"), frames("zh"), strict=True)))
    casts = _casts(english[0], random)
    en, zh = (
        rendered(tell(frame, casts[language], random), language)
        for frame, language in ((english, "en"), (chinese, "zh"))
    )
    return Translation(en, zh)


def _casts(frame: str, random: Random) -> dict[str, Cast]:
    """The same people and things for both languages: the lists have one order."""
    english, chinese = Cast("en", random), Cast("zh", random)
    for slot in dict.fromkeys(_SLOT.findall(frame)):
        entry = english[slot]
        i = next(i for i, other in enumerate(english.choices(slot)) if other is entry)
        chinese[slot] = chinese.choices(slot)[i]
    return {"en": english, "zh": chinese}
