"""Text as sequences of words, the way word vectors read it."""

import re
from collections.abc import Iterable

from lmcore.text.built_in import true_words
from lmcore.text.config import CleaningConfig
from lmcore.text.corpus import Corpus
from lmcore.text.prepared import cleaned
from lmcore.text.word_splitting import split_words

_PARAGRAPH = re.compile(r"\n\s*\n")


def word_sequences(documents: Iterable[str], language: str = "en") -> list[list[str]]:
    """The words of every paragraph, in order; a window never crosses from one sequence into the next.

    Lower case, and no numbers, which are too many and too rare.

    >>> word_sequences(["The cat's mat.\\n\\n2 Cats"]), word_sequences(["小猫在花园里看小鸟。"], "zh")
    ([['the', "cat's", 'mat'], ['cats']], [['小猫', '在', '花园里', '看', '小鸟']])
    """
    paragraphs = (paragraph for document in documents for paragraph in _PARAGRAPH.split(document))
    cut = (split_words(paragraph.lower(), language) for paragraph in paragraphs)
    sequences = ([word for word in words if not word[0].isdigit()] for words in cut)
    return [words for words in sequences if words]


def corpus_words(corpus: Corpus, cleaning: CleaningConfig) -> list[list[str]]:
    """The words of a corpus after its cleaning; of the world's sentences the words that were meant."""
    meant = None if cleaning.steps else true_words(corpus.id)
    return word_sequences(cleaned(corpus, cleaning).documents, corpus.language) if meant is None else meant
