"""What reading a file is asked for, and what comes out of it."""

from dataclasses import dataclass, field

MAX_BYTES = 50 * 2**20  # of a file
MAX_UNPACKED_BYTES = 200 * 2**20  # of all that an archive holds
MAX_DOCUMENTS = 1_000_000
MAX_COLUMNS = 1_000
NO_LABELS = "-"  # as `Choices.label_column`: the visitor wants none


@dataclass(frozen=True)
class Choices:
    """What the visitor decided; "" = find out."""

    encoding: str = ""
    text_column: str = ""
    label_column: str = ""


@dataclass(frozen=True)
class Guess:
    """How a piece of the file would read in one encoding, and how many of its bytes have no meaning there."""

    encoding: str
    preview: str
    n_replaced: int


@dataclass(frozen=True)
class Note:
    """Something that was skipped or replaced: a text `note.…` and the values it mentions."""

    key: str
    given: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """The documents of a file; `labels` is empty or has one for each.

    `certain` is False when several encodings fit: then `guesses` holds them, the likeliest first.
    `columns`, `text_column`, `label_column` and `rows` (the first few) are those of a table.
    """

    documents: tuple[str, ...]
    labels: tuple[str, ...] = ()
    format: str = "txt"
    encoding: str = "utf-8"
    certain: bool = True
    guesses: tuple[Guess, ...] = ()
    columns: tuple[str, ...] = ()
    text_column: str = ""
    label_column: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[Note, ...] = ()
