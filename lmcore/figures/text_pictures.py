"""Which figure draws which picture of a text."""

import plotly.graph_objects as go

from lmcore.figures.co_occurrence import co_occurrence
from lmcore.figures.coverage import coverage
from lmcore.figures.document_lengths import document_lengths
from lmcore.figures.frequent_words import frequent_words
from lmcore.figures.rank_frequency import rank_frequency
from lmcore.figures.vocabulary_growth import vocabulary_growth
from lmcore.text.statistics.co_occurrence import CoOccurrence
from lmcore.text.statistics.coverage import Coverage
from lmcore.text.statistics.document_lengths import DocumentLengths
from lmcore.text.statistics.frequent_words import FrequentNgrams, FrequentWords
from lmcore.text.statistics.pictures import Picture
from lmcore.text.statistics.rank_frequency import RankFrequency
from lmcore.text.statistics.vocabulary_growth import VocabularyGrowth

DRAWN_BY = {
    RankFrequency: rank_frequency,
    VocabularyGrowth: vocabulary_growth,
    DocumentLengths: document_lengths,
    FrequentWords: frequent_words,
    FrequentNgrams: frequent_words,
    CoOccurrence: co_occurrence,
    Coverage: coverage,
}


def text_picture(picture: Picture, title: str = "") -> go.Figure:
    """The figure of any picture of a text."""
    return DRAWN_BY[type(picture)](picture, title)
