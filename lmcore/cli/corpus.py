"""The text that a command names: a file, or a corpus of the library."""

from pathlib import Path

from lmcore.cli.session import OWNER
from lmcore.errors import TextError
from lmcore.text import uploads
from lmcore.text.cleaning.steps import recommended
from lmcore.text.config import STEPS, CleaningConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import CorpusInfo
from lmcore.text.reading.read import read_file

AS_RECOMMENDED = "recommended"


def find_corpus(library: CorpusLibrary, name: str) -> CorpusInfo:
    """A file of any kind that can be read, which is added to the library, or what the library has of that id.

    Raises `TextError` if there is neither, or if the file holds no text of at least 200 characters.
    """
    path = Path(name)
    if _is_file(path):
        return _added(library, path)
    known = library.list()
    if name not in {info.id for info in known}:
        raise TextError("text_not_found", name=uploads.shown_name(name), n_corpora=len(known))
    return library.info(name, owner=OWNER)


def cleaning_of(asked: str, corpus: CorpusInfo) -> CleaningConfig:
    """The steps named, separated by commas; raises `ConfigError` for one that there is not.

    "recommended" stands for those that a text of this kind needs, "all" for every step.
    """
    if asked == AS_RECOMMENDED:
        return CleaningConfig() if corpus.built_in else recommended(corpus.format, corpus.language)
    names = STEPS if asked == "all" else [name.strip() for name in asked.split(",") if name.strip()]
    return CleaningConfig(tuple(names))


def _added(library: CorpusLibrary, path: Path) -> CorpusInfo:
    try:
        draft = read_file(path, path.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TextError("file_unreadable", name=uploads.shown_name(str(path)), reason=reason) from error
    return library.add(
        path.stem,
        draft.documents,
        owner=OWNER,
        labels=draft.labels,
        format=draft.format,
        encoding=draft.encoding,
        certain=draft.certain,
    )


def _is_file(path: Path) -> bool:
    """Whether there is one; a name that no file can have is none."""
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False
