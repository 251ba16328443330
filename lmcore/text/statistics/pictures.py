"""All pictures of a corpus together."""

from collections.abc import Sequence

from lmcore.text.statistics.co_occurrence import CoOccurrence
from lmcore.text.statistics.coverage import Coverage
from lmcore.text.statistics.document_lengths import DocumentLengths
from lmcore.text.statistics.frequent_words import FrequentNgrams, FrequentWords
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
