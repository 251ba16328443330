"""One short text through several tokenizers, with what each token is worth in the whole corpus."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np

from lmcore.checks import check_range
from lmcore.errors import TextError
from lmcore.text.pretrained import PretrainedTokenizer
from lmcore.text.tokenizers import Tokenizer
from lmcore.text.uploads import without_surrogates
from lmcore.text.word_splitting import split_words

MAX_CHARACTERS = 2_000
MAX_TOKENIZERS = 4
TIMED_CHARACTERS = 1_000_000
_TIMINGS = 3
_TIMING_S = 1.0  # after that long no further timing begins


@dataclass(frozen=True)
class Row:
    """A text as the tokens of one tokenizer; lists have one entry a token.

    `starts` and `ends` are code points of the text; the bytes of one character share its place. `bytes` are
    in hexadecimal. `counts` and `ranks` (1 = most frequent) are those of the corpus; a token that is not in
    it has no rank. `unknown_share` is that of the tokens shown. A ratio to nothing is None.
    """

    id: str
    name: str
    kind: str
    vocab_size: int
    ids: list[int]
    starts: list[int]
    ends: list[int]
    labels: list[str]
    bytes: list[str]
    ranks: list[int | None]
    counts: list[int]
    n_tokens: int
    tokens_per_word: float | None
    tokens_per_character: float | None
    characters_per_token: float | None
    unknown_share: float
    unknown_id: int | None
    exact: bool
    why_not_exact: str | None
    characters_per_s: float


@dataclass(frozen=True)
class SideBySide:
    """The text, and a row for each tokenizer, in the order asked for."""

    text: str
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """What the component `token_rows` shows."""
        return {"text": self.text, "rows": [asdict(row) for row in self.rows]}


def side_by_side(
    text: str,
    tokenizers: Sequence[Tokenizer | Path],
    corpus: str,
    language: str = "en",
    corpus_ids: Sequence[np.ndarray | None] = (),
    names: Sequence[str] = (),
) -> SideBySide:
    """`text` through every tokenizer. A path is somebody's file: it is opened in a process of its own.

    `corpus_ids` are the corpus' ids where they are known already; for a file the opening of the corpus is
    counted. `names` are what to call the files, if not by the last part of their paths. Raises `TextError`
    for a text of more than 2,000 characters and for a file that does not work.
    """
    check_range("tokenizers", len(tokenizers), 0, MAX_TOKENIZERS)
    _check_length(text)
    text = without_surrogates(text)
    rows = [
        _row_of_file(tokenizer, name, text, corpus, language)
        if isinstance(tokenizer, Path)
        else row_of(tokenizer, text, corpus, language, ids)
        for tokenizer, ids, name in zip(
            tokenizers, chain(corpus_ids, repeat(None)), chain(names, repeat("")), strict=False
        )
    ]
    return SideBySide(text, tuple(_with_own_ids(rows)))


def row_of(
    tokenizer: Tokenizer, text: str, corpus: str, language: str = "en", corpus_ids: np.ndarray | None = None
) -> Row:
    """`text` (no half surrogates) as the tokens of one tokenizer."""
    encoding = tokenizer.encode(text)
    ids = encoding.ids.tolist()
    counts, ranks = _counts_and_ranks(
        encoding.ids, tokenizer.ids(corpus) if corpus_ids is None else corpus_ids
    )
    exact = tokenizer.exact and tokenizer.decode(encoding.ids) == text
    name = tokenizer.name if isinstance(tokenizer, PretrainedTokenizer) else ""
    return Row(
        id="-".join(filter(None, (tokenizer.kind, name, str(tokenizer.vocab_size)))),
        name=name,
        kind=tokenizer.kind,
        vocab_size=tokenizer.vocab_size,
        ids=ids,
        starts=[start for start, _ in encoding.offsets],
        ends=[end for _, end in encoding.offsets],
        labels=[tokenizer.token_label(id) for id in ids],
        bytes=[tokenizer.token_bytes(id).hex() for id in ids],
        ranks=ranks,
        counts=counts,
        n_tokens=len(ids),
        tokens_per_word=_ratio(len(ids), len(split_words(text, language))),
        tokens_per_character=_ratio(len(ids), len(text)),
        characters_per_token=_ratio(len(text), len(ids)),
        unknown_share=ids.count(tokenizer.unknown_id) / max(1, len(ids)),
        unknown_id=tokenizer.unknown_id,
        exact=exact,
        why_not_exact=None if exact else f"tokenizer.{tokenizer.kind}.not_exact",
        characters_per_s=_characters_per_s(tokenizer, corpus[:TIMED_CHARACTERS] or text),
    )


def _counts_and_ranks(ids: np.ndarray, corpus_ids: np.ndarray) -> tuple[list[int], list[int | None]]:
    """How often each id is in the corpus, and its place among all ids by frequency, the smaller id first."""
    known, counts = np.unique(corpus_ids, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    count_of = dict(zip(known.tolist(), counts.tolist(), strict=True))
    rank_of = dict(zip(known[order].tolist(), range(1, len(order) + 1), strict=True))
    return [count_of.get(id, 0) for id in ids.tolist()], [rank_of.get(id) for id in ids.tolist()]


def _characters_per_s(tokenizer: Tokenizer, text: str) -> float:
    """The best of up to three timings, all of the same text."""
    best, begun = float("inf"), time.perf_counter()
    for _ in range(_TIMINGS):
        start = time.perf_counter()
        tokenizer.ids(text)
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() - begun > _TIMING_S:
            break
    return len(text) / max(best, 1e-9)


def _row_of_file(path: Path, name: str, text: str, corpus: str, language: str) -> Row:
    from lmcore.text.confined import confined_row

    return Row(**confined_row(path, name, text, corpus[:TIMED_CHARACTERS], language))


def _with_own_ids(rows: list[Row]) -> list[Row]:
    """Two equal tokenizers are told apart by a number."""
    seen: Counter[str] = Counter()
    told_apart = []
    for row in rows:
        seen[row.id] += 1
        told_apart.append(row if seen[row.id] == 1 else replace(row, id=f"{row.id}-{seen[row.id]}"))
    return told_apart


def _ratio(of: int, to: int) -> float | None:
    return of / to if to else None


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise TextError("passage_too_long", length=len(text), limit=MAX_CHARACTERS)
