"""What several requests need of a text, kept for the next one."""

from functools import lru_cache
from typing import Any

from lmcore.runs.home import Home
from lmcore.text.config import CleaningConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import Corpus
from lmcore.text.prepared import cleaned

Part = dict[str, Any]
KEPT = 3  # texts and what was made of them; a text may have 50 MB


@lru_cache(KEPT)
def text_of(home: Home, corpus: str, cleaning: CleaningConfig) -> Corpus:
    """A text of the library after its cleaning; raises `TextError`."""
    return cleaned(CorpusLibrary(home.corpora).get(corpus), cleaning)


def cleaning_of(given: Part) -> CleaningConfig:
    """The cleaning that a page asks for; raises `ConfigError`."""
    return CleaningConfig(**given)
