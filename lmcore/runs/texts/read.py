"""Read: figures of a text, its documents, and what a search finds."""

from collections.abc import Iterator

import numpy as np

from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.texts.shared import Part, cleaning_of, text_of
from lmcore.text.corpus import Corpus
from lmcore.text.search import search
from lmcore.text.word_splitting import split_words

LISTED_DOCUMENTS = 2_000
SHOWN_CHARACTERS = 20_000
PAGE_CHARACTERS = 4_000
OPENING_CHARACTERS = 80


def read(
    home: Home,
    corpus: str,
    cleaning: Part,
    query: str,
    regex: bool,
    case: bool,
    document: int,
    start: int,
    validation_share: float,
    test_share: float,
) -> Iterator[Part]:
    """Figures of a text, its documents, one of them from character `start` on, and what `query` finds."""
    config = cleaning_of(cleaning)
    text = text_of(home, corpus, config)
    yield {"progress": 0.3}
    found, problem = _found(text, query, regex, case)
    yield {"progress": 0.6}
    i = min(document, len(text.documents) - 1)
    shown = text.documents[i]
    start = start if start < len(shown) else 0
    yield {
        "corpus": _figures(text),
        "documents": _listed(text),
        "split": {
            "train": 1 - validation_share - test_share,
            "validation": validation_share,
            "test": test_share,
        },
        "document": {
            "i": i,
            "label": _label(text, i),
            "text": shown[start : start + SHOWN_CHARACTERS],
            "start": start,
            "truncated": len(shown) > SHOWN_CHARACTERS,
            "following": _following(text, i),
        },
        "search": found,
        "problem": problem,
    }


def _found(text: Corpus, query: str, regex: bool, case: bool) -> tuple[Part | None, Part | None]:
    """What the search found, or what is wrong with it: a bad pattern must not take the text away."""
    if not query:
        return None, None
    try:
        return search(text.documents, query, plain=not regex, match_case=case).to_json(), None
    except TextError as error:
        return None, error.to_json()


def _following(text: Corpus, i: int) -> list[Part]:
    """The documents after the i-th, as many as a page holds: short ones are read together."""
    found, n_characters = [], len(text.documents[i])
    for place in range(i + 1, len(text.documents)):
        n_characters += len(text.documents[place])
        if n_characters > PAGE_CHARACTERS:
            break
        found.append({"i": place, "label": _label(text, place), "text": text.documents[place]})
    return found


def _label(text: Corpus, i: int) -> str:
    return text.labels[i] if text.labels else ""


def _figures(text: Corpus) -> Part:
    """Sizes after cleaning. Names and sources are each owner's, so that pages add them."""
    return {
        "n_documents": len(text.documents),
        "n_characters": sum(map(len, text.documents)),
    }


def words(home: Home, corpus: str, cleaning: Part) -> Iterator[Part]:
    """How many words a text has; counting them takes longer than showing the text."""
    text = text_of(home, corpus, cleaning_of(cleaning))
    yield {"n_words": sum(len(split_words(document, text.language)) for document in text.documents)}


def _listed(text: Corpus) -> list[Part]:
    """Documents, evenly picked where there are too many to list."""
    n = len(text.documents)
    places = (
        range(n) if n <= LISTED_DOCUMENTS else np.linspace(0, n - 1, LISTED_DOCUMENTS).astype(int).tolist()
    )
    return [
        {
            "i": i,
            "label": _label(text, i),
            "n_characters": len(text.documents[i]),
            "opening": " ".join(text.documents[i][:OPENING_CHARACTERS].split()),
        }
        for i in places
    ]
