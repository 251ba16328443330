"""Merge: byte pair encoding, one merge at a time."""

from collections.abc import Iterator
from dataclasses import asdict

from lmcore.runs.home import Home
from lmcore.runs.texts.shared import Part, cleaning_of, text_of
from lmcore.text.bpe_steps import learn_merges, passage_words
from lmcore.text.prepared import cleaned_passage

MERGED_CHARACTERS = 1_500_000  # more would take seconds, and change few of the first merges
PASSAGE_CHARACTERS = 1_200


def merge(home: Home, corpus: str, cleaning: Part, passage: str, unit: str, n_merges: int) -> Iterator[Part]:
    """The merges of byte pair encoding, one by one, and the passage they are shown on."""
    config = cleaning_of(cleaning)
    whole = text_of(home, corpus, config).text
    text = whole[:MERGED_CHARACTERS]
    merges = []
    for found in learn_merges(text, unit):
        merges.append(asdict(found))
        if len(merges) == n_merges:
            break
        if len(merges) % 50 == 0:
            yield {"progress": len(merges) / n_merges}
    passage = cleaned_passage(passage[:PASSAGE_CHARACTERS], config)
    yield {
        "text": passage,
        "words": passage_words(passage, unit),
        "merges": merges,
        "n_characters": len(text),
        "truncated": len(text) < len(whole),
        "n_tokens_start": len(text) if unit == "character" else len(text.encode()),
    }
