"""Plain sentences of the world in any number: what word vectors and small language models learn from."""

from collections.abc import Iterator
from functools import cache

from lmcore.text.small_world.draws import check_amount, check_language, generator, pick
from lmcore.text.small_world.frames import Cast, Frame, load, rendered, tell, wordings, words_in
from lmcore.text.small_world.parallel import frames as frames_of_life
from lmcore.text.small_world.relations import kept_apart

_OF_LIFE = 11  # weight of everyday sentences beside those of `sentences.json`


def sentences(language: str, n_tokens: int, seed: int) -> tuple[str, ...]:
    """Sentences and small paragraphs of together at least `n_tokens` words; raises `ConfigError`.

    No text holds both words of a pair that `relations` holds out, and yet both words are frequent.
    """
    return tuple(rendered(text, language) for text, _ in _told(language, n_tokens, seed))


def sentence_words(language: str, n_tokens: int, seed: int) -> tuple[list[str], ...]:
    """The words of `sentences`, in lower case and without punctuation.

    Chinese words are those that were meant, such as `["法国", "的", "首都", "是", "巴黎"]`.
    """
    return tuple(words for _, words in _told(language, n_tokens, seed))


def _told(language: str, n_tokens: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    check_language(language)
    check_amount("n_tokens", n_tokens)
    drawn, apart = groups(language), kept_apart(language)
    of_life = frames_of_life(language)
    random = generator("sentences", language, seed)
    n_told = 0
    while n_told < n_tokens:
        group = pick(random, drawn)
        text = tell(pick(random, group), Cast(language, random), random)
        words = words_in(text, language)
        held_out = [apart[word] for word in words if word in apart]
        if held_out and (group is of_life or not all(others.isdisjoint(words) for others in held_out)):
            continue  # held-out words stand only in the contexts that are made of their own things
        n_told += len(words)
        yield text, words


@cache
def groups(language: str) -> tuple[tuple[Frame, ...], ...]:
    """Each group of frames as often as its weight says, and sentences of everyday life beside them."""
    found = load(f"{language}/sentences")
    told = [tuple(map(wordings, group["frames"])) for group in found for _ in range(group["weight"])]
    return (*told, *[frames_of_life(language)] * _OF_LIFE)
