"""From a corpus to what models read: cleaned documents, a tokenizer trained on them, and their token ids."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import numpy as np

from lmcore.errors import TextError
from lmcore.text.cleaning.clean import clean
from lmcore.text.cleaning.steps import available
from lmcore.text.config import FIXED_KINDS, CleaningConfig, TokenizerConfig
from lmcore.text.corpus import Corpus
from lmcore.text.tokenizers import Tokenizer

OF_MANY_DOCUMENTS = ("duplicate_lines", "length")


def cleaned(corpus: Corpus, config: CleaningConfig) -> Corpus:
    """The corpus after the steps of `config`; raises `TextError` if nothing is left of it."""
    if not config.steps:
        return corpus
    result = clean(corpus.documents, config)
    labels = tuple(corpus.labels[i] for i in result.kept) if corpus.labels else ()
    return replace(corpus, documents=result.documents, labels=labels)


def cleaned_passage(passage: str, config: CleaningConfig) -> str:
    """A passage after the steps that need no other documents: its tokenizer has seen the text that way."""
    steps = tuple(step for step in config.steps if step not in OF_MANY_DOCUMENTS)
    if not steps or not passage.strip():
        return passage
    try:
        return clean([passage], CleaningConfig(steps)).documents[0]
    except TextError:  # nothing of it is left: it is shown as it was typed
        return passage


def tokenized(
    corpus: Corpus, cleaning: CleaningConfig, config: TokenizerConfig, cache: Path | None
) -> tuple[Tokenizer, np.ndarray]:
    """A tokenizer trained on the cleaned corpus, and the corpus' ids (N,) int32.

    With `cache` both are kept there for the next one who asks; the ids stay on the disk until they are read.
    """
    if cache is None:
        text = cleaned(corpus, cleaning).text
        tokenizer = Tokenizer.train(config, text, corpus.language)
        return tokenizer, tokenizer.ids(text)
    folder = tokens_of(cache, corpus.sha256) / _key(cleaning, config)
    if not (folder / "ids.npy").is_file():
        _fill_cache(folder, *tokenized(corpus, cleaning, config, None))
    return Tokenizer.load(folder / "tokenizer.json"), np.load(folder / "ids.npy", mmap_mode="c")


def tokens_of(cache: Path, sha256: str) -> Path:
    """Where the tokens of a text are kept; they go with the text."""
    return cache / "tokens" / sha256[:12]


def _key(cleaning: CleaningConfig, config: TokenizerConfig) -> str:
    """What the tokens of a text depend on: the steps that can run here, and the tokenizer."""
    steps = [step for step in cleaning.steps if available(step)]
    size = 0 if config.kind in FIXED_KINDS else config.vocab_size
    parts = [steps, cleaning.shortest, cleaning.longest, config.kind, size]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def _fill_cache(folder: Path, tokenizer: Tokenizer, ids: np.ndarray) -> None:
    """Write under a name of our own, then rename: several runs may begin with the same text at once."""
    unfinished = folder.with_name(uuid4().hex)
    unfinished.mkdir(parents=True)
    tokenizer.save(unfinished / "tokenizer.json")
    np.save(unfinished / "ids.npy", ids)
    try:
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished)
        if not folder.is_dir():  # else another run was quicker
            raise
