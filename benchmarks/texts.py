"""Reading a text for a benchmark."""

import gzip
from pathlib import Path

LINE_WORDS = 1_000


def words_of_file(path: Path) -> list[list[str]]:
    """The words of a plain text or .gz, as they stand between blanks, in sequences of at most 1,000."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as file:
        words = file.read().lower().split()
    return [words[i : i + LINE_WORDS] for i in range(0, len(words), LINE_WORDS)]
