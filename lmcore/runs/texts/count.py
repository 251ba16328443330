"""Count: pictures of the words of a text."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from lmcore.runs.home import Home
from lmcore.runs.texts.shared import KEPT, Part, cleaning_of, text_of
from lmcore.text.config import CleaningConfig
from lmcore.text.statistics.pictures import text_pictures
from lmcore.text.statistics.word_counts import WordCounts
from lmcore.text.word_splitting import split_words


def count(home: Home, corpus: str, cleaning: Part, n: int, lower: bool) -> Iterator[Part]:
    """All pictures of the words of a text."""
    config = cleaning_of(cleaning)
    yield {"progress": 0.1}
    counts = _counts(home, corpus, config, lower)
    yield {"progress": 0.7}
    pictures = text_pictures(counts, text_of(home, corpus, config).documents, n)
    yield {
        "pictures": {name: picture and picture.to_json() for name, picture in pictures.items()},
        "n_words": len(counts.ids),
        "n_distinct": len(counts.words),
    }


@lru_cache(KEPT)
def _counts(home: Home, corpus: str, cleaning: CleaningConfig, lower: bool) -> WordCounts:
    text = text_of(home, corpus, cleaning)
    documents = [split_words(d.lower() if lower else d, text.language) for d in text.documents]
    return WordCounts.of(list(chain.from_iterable(documents)), [len(words) for words in documents])
