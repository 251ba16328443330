"""Split: a passage through several tokenizers."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from lmcore.runs.home import Home
from lmcore.runs.texts.files import tokenizer_files
from lmcore.runs.texts.shared import Part, cleaning_of, text_of
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.prepared import cleaned_passage, tokenized
from lmcore.text.side_by_side import side_by_side
from lmcore.text.tokenizers import Tokenizer


def split(home: Home, corpus: str, cleaning: Part, passage: str, tokenizers: list[Part]) -> Iterator[Part]:
    """A passage through several tokenizers, each trained on the text, or brought by the visitor."""
    config = cleaning_of(cleaning)
    text = text_of(home, corpus, config)
    passage = cleaned_passage(passage, config)
    rows = []
    for i, asked in enumerate(tokenizers):
        yield {"progress": i / len(tokenizers)}
        tokenizer, ids = _tokenizer(home, corpus, config, asked)
        name = asked.get("name", "")
        (row,) = side_by_side(passage, [tokenizer], text.text, text.language, [ids], [name]).rows
        rows.append(asdict(row) | {"id": str(i), "name": name})
    yield {"text": passage, "rows": rows}


def _tokenizer(
    home: Home, corpus: str, cleaning: CleaningConfig, asked: Part
) -> tuple[Tokenizer | Path, np.ndarray | None]:
    if "upload" in asked:
        return tokenizer_files(home, asked["upload"]), None
    raw = CorpusLibrary(home.corpora).get(corpus)
    return tokenized(raw, cleaning, TokenizerConfig(asked["kind"], asked["vocab_size"]), home.cache)
