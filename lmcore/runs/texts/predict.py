"""Predict: what counting alone can do."""

from collections.abc import Iterator
from functools import lru_cache

from lmcore.runs.home import Home
from lmcore.runs.texts.shared import KEPT, Part, cleaning_of
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.counting_floor import CountingFloor, floor
from lmcore.text.prepared import tokenized
from lmcore.text.splits import IdSplit, split_ids
from lmcore.text.tokenizers import Tokenizer

MEASURED_TOKENS = 500_000  # held-back ones, at most
MOST_WORDS = 50_000  # different ones that are counted apart


def predict(
    home: Home,
    corpus: str,
    cleaning: Part,
    unit: str,
    prompt: str,
    order: int,
    validation_share: float,
    test_share: float,
    seed: int,
) -> Iterator[Part]:
    """n-gram models of all orders, on the same split that trainings use."""
    config = cleaning_of(cleaning)
    yield {"progress": 0.1}
    tokenizer, parts = _parts(home, corpus, config, unit, validation_share, test_share)
    yield {"progress": 0.4}
    counted = _floor(home, corpus, config, unit, validation_share, test_share, seed)
    unknown = set(tokenizer.unknown(prompt))
    known = "".join(character for character in prompt if character not in unknown)
    order = order or counted.best
    ids = tokenizer.ids(known) if unit == "character" else tokenizer.ids(prompt)
    writing = counted.write(ids.tolist(), order, seed=seed, skipped=sorted(unknown))
    yield counted.to_json(order, writing, unit=unit, n_test=len(parts.test))


@lru_cache(KEPT)
def _parts(
    home: Home, corpus: str, cleaning: CleaningConfig, unit: str, validation_share: float, test_share: float
) -> tuple[Tokenizer, IdSplit]:
    raw = CorpusLibrary(home.corpora).get(corpus)
    tokenizer, ids = tokenized(raw, cleaning, TokenizerConfig(unit, MOST_WORDS), home.cache)
    return tokenizer, split_ids(ids, validation_share, test_share)


@lru_cache(1)  # the counts of a long text take hundreds of megabytes
def _floor(
    home: Home,
    corpus: str,
    cleaning: CleaningConfig,
    unit: str,
    validation_share: float,
    test_share: float,
    seed: int,
) -> CountingFloor:
    tokenizer, parts = _parts(home, corpus, cleaning, unit, validation_share, test_share)
    held_out = parts.validation[:MEASURED_TOKENS]
    n_bytes = len(tokenizer.decode(held_out).encode())
    return floor(parts.train, held_out, tokenizer.vocab_size, tokenizer.decode, n_bytes, seed=seed)
