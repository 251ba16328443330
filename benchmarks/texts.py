"""Reading a text for a benchmark."""

import gzip
from pathlib import Path

LINE_WORDS = 1_000


def words_of_file(path: Path) -> list[list[str]]:
    """The words of a plain text or .gz, as they stand between blanks, in sequences of at most 1,000."""
    data = path.read_bytes()
    words = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").lower().split()
    return [words[i : i + LINE_WORDS] for i in range(0, len(words), LINE_WORDS)]
