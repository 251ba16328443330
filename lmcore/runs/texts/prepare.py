"""Getting a text ready before anybody asks for it, so that the first run on it starts at once."""

from collections.abc import Iterator

from lmcore.runs.home import Home
from lmcore.runs.texts.shared import Part, cleaning_of
from lmcore.text.config import TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.prepared import tokenized


def prepare(home: Home, corpus: str, cleaning: Part, tokenizer: Part) -> Iterator[Part]:
    """Make the text if it is built in, and keep its tokens where runs look for them."""
    raw = CorpusLibrary(home.corpora).get(corpus)
    yield {"progress": 0.5}
    known, ids = tokenized(raw, cleaning_of(cleaning), TokenizerConfig(**tokenizer), home.cache)
    yield {"vocab_size": known.vocab_size, "n_tokens": len(ids)}
