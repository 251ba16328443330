"""In context: one word in many sentences, as a language model holds it after each of its layers."""

from collections.abc import Iterator
from typing import Any

from lmcore.analysis.contextual import hidden_states, layered_map
from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.loaded import model_at
from lmcore.runs.texts.shared import cleaning_of, text_of
from lmcore.text.occurrences import (
    MOST,
    Occurrence,
    checked_word,
    in_documents,
    in_lines,
    words_to_try,
)

Part = dict[str, Any]


def contextual(
    home: Home, run: str, step: int, corpus: str, cleaning: Part, word: str, sentences: str, n: int
) -> Iterator[Part]:
    """A map of `word` for every layer of the model of `run`.

    The word is looked for in `sentences`, one a line, or, where there are none, in the text of the run.
    Without a word the most frequent long one of the text is taken.
    """
    model, tokenizer = model_at(home, run, step)
    text = text_of(home, corpus, cleaning_of(cleaning))
    words = words_to_try(text.documents, text.language)
    word = checked_word(word or (words[0] if words else ""))
    lines = [line.strip()[:2000] for line in sentences.splitlines() if line.strip()]
    if lines:
        places, skipped = in_lines(lines, word)
        n_found = len(places)
    else:
        places, n_found = in_documents(text.documents, word, min(n, MOST))
        skipped = 0
    _check_enough(word, n_found, len(lines))
    states = hidden_states(model, tokenizer, places[:MOST])
    layers = layered_map(states)
    yield {
        "word": word,
        "typed": bool(lines),
        "n_found": n_found,
        "skipped": skipped,
        "words": words,
        "unknown": tokenizer.unknown(word),
        "context": model.config.context_length,
        "places": [_place(place, int(read)) for place, read in zip(places[:MOST], states.read, strict=True)],
        "layers": [
            {
                "xy": layer.xy.round(4).tolist(),
                "kept": round(layer.kept, 4),
                "similarity": round(layer.similarity, 4),
                "baseline": round(layer.baseline, 4),
                "nearest": layer.nearest.tolist(),
            }
            for layer in layers
        ],
    }


def _check_enough(word: str, n_found: int, n_lines: int) -> None:
    """Two places are the least that can be compared."""
    if n_found == 0:
        key = "contextual_in_no_line" if n_lines else "contextual_not_in_text"
        raise TextError(key, word=word, n=n_lines)
    if n_found == 1:
        raise TextError("contextual_only_once", word=word)


def _place(place: Occurrence, read: int) -> Part:
    return {"before": place.before, "word": place.word, "after": place.after, "read": read}
