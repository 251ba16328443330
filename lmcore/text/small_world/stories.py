"""Short stories with a plot, a summary, and questions whose answers stand in the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from lmcore.text.small_world.draws import check_amount, check_language, generator, pick
from lmcore.text.small_world.frames import Cast, Frame, load, rendered, tell, wordings

Beat = tuple[Frame, ...]  # what can be said at one place of the plot; an empty frame says nothing


@dataclass(frozen=True)
class Question:
    """A question of one kind ("who", "where", "what", "why"), and the answer as the story words it."""

    kind: str
    question: str
    answer: str


@dataclass(frozen=True)
class Story:
    """One paragraph, mostly of 6 to 11 sentences; `hero` is named in the text and in the summary."""

    language: str
    plot: str
    hero: str
    text: str
    summary: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Plot:
    """What can happen: beats in their order, and what may be asked afterwards."""

    name: str
    hero: str  # slot of the one whose story it is
    heroes: str  # list from which the hero is drawn
    beats: tuple[Beat, ...]
    summaries: Beat
    questions: tuple[tuple[str, Frame, Frame], ...]


def stories(language: str, n: int, seed: int) -> tuple[Story, ...]:
    """`n` stories, each of another plot than the one before; raises `ConfigError`."""
    check_language(language)
    check_amount("n", n)
    random = generator("stories", language, seed)
    chosen = pick(random, plots(language))
    told = []
    while len(told) < n:
        told.append(_story(chosen, language, random))
        chosen = pick(random, [plot for plot in plots(language) if plot is not chosen])
    return tuple(told)


@cache
def plots(language: str) -> tuple[Plot, ...]:
    """All plots of a language."""
    found = load(f"{language}/stories")
    pools = {name: tuple(map(wordings, pool)) for name, pool in found["pools"].items()}
    return tuple(_plot(plot, pools) for plot in found["plots"])


def story_text(plot: Plot, cast: Cast, random: Random) -> str:
    """One telling of the plot; in Chinese still with blanks between the words."""
    cast[plot.hero] = pick(random, cast.choices(plot.heroes))
    return " ".join(filter(None, [tell(pick(random, beat), cast, random) for beat in plot.beats]))


def _story(plot: Plot, language: str, random: Random) -> Story:
    cast = Cast(language, random)
    text = rendered(story_text(plot, cast, random), language)
    summary = rendered(tell(pick(random, plot.summaries), cast, random), language)
    questions = tuple(_question(*asked, cast, language) for asked in plot.questions)
    hero = rendered(cast[plot.hero]["name"], language)
    return Story(language, plot.name, hero, text, summary, questions)


def _question(kind: str, question: Frame, answer: Frame, cast: Cast, language: str) -> Question:
    asked, answered = question[0].format_map(cast), answer[0].format_map(cast)
    return Question(kind, rendered(asked, language), rendered(answered, language))


def _plot(plot: dict[str, Any], pools: dict[str, Beat]) -> Plot:
    hero = plot.get("hero", "kid")
    return Plot(
        plot["name"],
        hero,
        plot.get("heroes", hero),
        tuple(_beat(beat, pools) for beat in plot["beats"]),
        tuple(map(wordings, plot["summary"])),
        tuple((kind, wordings(question), wordings(answer)) for kind, question, answer in plot["questions"]),
    )


def _beat(beat: str | Sequence[str], pools: dict[str, Beat]) -> Beat:
    """A beat is the name of a pool, or a list of frames and names of pools."""
    if isinstance(beat, str):
        return pools[beat]
    return tuple(frame for said in beat for frame in pools.get(said, (wordings(said),)))
