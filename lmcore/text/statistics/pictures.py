"""All pictures of a corpus together, and back from what a page knows of one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lmcore.text.statistics.co_occurrence import CoOccurrence
from lmcore.text.statistics.coverage import Coverage
from lmcore.text.statistics.document_lengths import DocumentLengths
from lmcore.text.statistics.frequent_words import FrequentNgrams, FrequentWords
from lmcore.text.statistics.log_fit import PowerLaw
from lmcore.text.statistics.rank_frequency import RankFrequency
from lmcore.text.statistics.vocabulary_growth import VocabularyGrowth
from lmcore.text.statistics.word_counts import WordCounts

Picture = (
    RankFrequency
    | VocabularyGrowth
    | DocumentLengths
    | FrequentWords
    | FrequentNgrams
    | CoOccurrence
    | Coverage
)


def text_pictures(counts: WordCounts, documents: Sequence[str], n: int = 2) -> dict[str, Picture | None]:
    """The pictures of a corpus by name; None for one that the corpus is too small for.

    `n` is the length of the word sequences, 2 to 5.
    """
    return {
        "zipf": RankFrequency.of(counts),
        "heaps": VocabularyGrowth.of(counts),
        "lengths": DocumentLengths.of(documents),
        "words": FrequentWords.of(counts),
        "ngrams": FrequentNgrams.of(counts, n),
        "together": CoOccurrence.of(counts),
        "coverage": Coverage.of(counts),
    }


def picture_of(name: str, values: dict[str, Any]) -> Picture:
    """The picture `name` that `to_json` described, to be drawn elsewhere."""
    given: dict[str, Any] = {
        key: np.array(value) if isinstance(value, list) else value for key, value in values.items()
    }
    match name:
        case "zipf":
            law = PowerLaw(given["constant"], -given["exponent"], given["r2"])
            return RankFrequency(given["rank"], given["count"], tuple(values["word"]), law)
        case "heaps":
            law = PowerLaw(given["k"], given["beta"], given["r2"])
            return VocabularyGrowth(given["n"], given["distinct"], law)
        case "lengths":
            parts = (given[key] for key in ("of", "edges", "counts", "median", "longest", "shortest"))
            return DocumentLengths(*parts)
        case "words":
            return FrequentWords(tuple(values["word"]), given["count"])
        case "ngrams":
            return FrequentNgrams(given["n"], tuple((gram,) for gram in values["gram"]), given["count"])
        case "together":
            return CoOccurrence(tuple(values["words"]), given["pmi"], given["count"])
        case "coverage":
            marks = tuple((mark["share"], mark["size"]) for mark in values["marks"])
            return Coverage(given["size"], given["share"], marks)
    raise LookupError(f"no picture {name}")
