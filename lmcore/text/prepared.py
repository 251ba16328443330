"""From a corpus to what models read: cleaned documents, a tokenizer trained on them, and their token ids."""

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from uuid import uuid4

import numpy as np

from lmcore.text.cleaning.clean import clean
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpus import Corpus
from lmcore.text.tokenizers import Tokenizer


def cleaned(corpus: Corpus, config: CleaningConfig) -> Corpus:
    """The corpus after the steps of `config`; raises `TextError` if nothing is left of it."""
    if not config.steps:
        return corpus
    result = clean(corpus.documents, config)
    labels = tuple(corpus.labels[i] for i in result.kept) if corpus.labels else ()
    return replace(corpus, documents=result.documents, labels=labels)


def tokenized(
    corpus: Corpus, cleaning: CleaningConfig, config: TokenizerConfig, cache: Path | None
) -> tuple[Tokenizer, np.ndarray]:
    """A tokenizer trained on the cleaned corpus, and the corpus' ids (N,) int32.

    With `cache` both are kept there for the next one who asks.
    """
    if cache is None:
        text = cleaned(corpus, cleaning).text
        tokenizer = Tokenizer.train(config, text, corpus.language)
        return tokenizer, tokenizer.ids(text)
    key = json.dumps([corpus.sha256, asdict(cleaning), asdict(config)], sort_keys=True)
    folder = cache / "tokens" / hashlib.sha256(key.encode()).hexdigest()[:24]
    if not (folder / "ids.npy").is_file():
        _fill_cache(folder, *tokenized(corpus, cleaning, config, None))
    return Tokenizer.load(folder / "tokenizer.json"), np.load(folder / "ids.npy")


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
