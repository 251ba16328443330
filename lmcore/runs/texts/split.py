"""Split: a passage through several tokenizers."""

from collections.abc import Iterator

import numpy as np

from lmcore.runs.home import Home
from lmcore.runs.texts.files import uploaded
from lmcore.runs.texts.shared import Part, cleaning_of, text_of
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import Corpus
from lmcore.text.prepared import tokenized
from lmcore.text.tokenizers import Tokenizer


def split(home: Home, corpus: str, cleaning: Part, passage: str, tokenizers: list[Part]) -> Iterator[Part]:
    """A passage through several tokenizers, each trained on the text."""
    config = cleaning_of(cleaning)
    raw = CorpusLibrary(home.corpora).get(corpus)
    rows = []
    for i, asked in enumerate(tokenizers):
        tokenizer, ids = _tokenizer(home, raw, config, asked)
        yield {"progress": (i + 0.7) / len(tokenizers)}
        row = compared(passage, tokenizer, ids, text_of(home, corpus, config).text, raw.language)
        rows.append({"id": str(i), "name": asked.get("name", "")} | row.to_json())
        yield {"progress": (i + 1) / len(tokenizers)}
    yield {"rows": rows}


def _tokenizer(
    home: Home, raw: Corpus, cleaning: CleaningConfig, asked: Part
) -> tuple[Tokenizer, np.ndarray]:
    if "upload" in asked:
        from lmcore.text.pretrained import load_pretrained

        tokenizer = load_pretrained(uploaded(home, asked["upload"]))
        return tokenizer, tokenizer.ids(text_of(home, raw.id, cleaning).text)
    config = TokenizerConfig(asked["kind"], asked["vocab_size"])
    return tokenized(raw, cleaning, config, home.cache)
