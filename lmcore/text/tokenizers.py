"""Text to token ids and back: characters, bytes, words, and pieces that a text itself asks for.

Every kind is a Hugging Face `tokenizers.Tokenizer`, so that every run has the field's `tokenizer.json`, and
`transformers.PreTrainedTokenizerFast(tokenizer_file=…)` opens it. One thing no such file can hold: Chinese
words are cut by `rjieba` before they are looked up. Their file says that words arrive with U+001F between
them; `Tokenizer.load` cuts by itself, `transformers` must be given `"\\x1f".join(split_all(text, "zh"))`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import tokenizers as hf

from lmcore.errors import TextError
from lmcore.text.byte_symbols import BYTE_OF, shown_bytes
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizer_training import CONTINUES, UNKNOWN, kind_of, train_tokenizer
from lmcore.text.uploads import shown_name, without_surrogates
from lmcore.text.word_splitting import SPLITTER, has_splitter, pieces, split_all

_BYTE_KINDS = ("byte", "byte_bpe")  # nothing is unknown to them
_PIECES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Encoding:
    """A short text as tokens: ids (T,), what to show for each, and where it stands (start, end)."""

    ids: np.ndarray  # int32
    tokens: list[str]
    offsets: list[tuple[int, int]]


class Tokenizer:
    """A trained tokenizer; ids are 0 … vocab_size - 1.

    `unknown_id` is the token for what the vocabulary lacks, None where nothing is lacking. `exact`: whether
    decoding gives *any* text back; if not, `why_not_exact` is the key of the sentence that says why.

    >>> tokenizer = Tokenizer.train(TokenizerConfig("character"), "hello")
    >>> tokenizer.encode("hole").tokens, tokenizer.decode([2, 1]), tokenizer.unknown("help")
    (['h', 'o', 'l', 'e'], 'he', ['p'])
    """

    kind: str
    vocab_size: int
    unknown_id: int | None
    exact: bool

    def __init__(self, tokenizer: hf.Tokenizer) -> None:
        self.hf = tokenizer
        self.vocab_size = tokenizer.get_vocab_size()
        self.kind, self._cut_before = kind_of(tokenizer) or ("pretrained", False)
        self.exact = self.kind in _BYTE_KINDS
        self.unknown_id = None if self.exact else 0

    @classmethod
    def train(cls, config: TokenizerConfig, text: str, language: str = "en") -> "Tokenizer":
        """A tokenizer made from `text`; too little variety gives a smaller vocabulary than asked for.

        The character kind has one id more than the text has characters, for unknown ones. Where more
        characters are in the text than tokens are asked for, the rarest are unknown.
        """
        return cls(train_tokenizer(config, without_surrogates(text), language))

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """The tokenizer of a `tokenizer.json` that `save` wrote: the same ids for every text.

        Raises `TextError` for any other file, and where Chinese words need a package that is not installed.
        """
        try:
            tokenizer = hf.Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more special
            raise TextError(
                "tokenizer_unreadable", name=shown_name(path.name), reason=reason_of(error)
            ) from error
        kind = kind_of(tokenizer)
        if kind is None:
            raise TextError("tokenizer_not_ours", name=shown_name(path.name))
        if kind == ("word", True) and not has_splitter():
            raise TextError("tokenizer_needs_package", name=shown_name(path.name), package=SPLITTER)
        return cls(tokenizer)

    def save(self, path: Path) -> None:
        """Write `tokenizer.json`, complete or not at all."""
        unfinished = path.with_name(path.name + ".tmp")
        self.hf.save(str(unfinished))
        unfinished.replace(path)

    @property
    def why_not_exact(self) -> str | None:
        """The key of a sentence; None for the kinds that lose nothing."""
        return None if self.exact else f"tokenizer.{self.kind}.not_exact"

    def encode(self, text: str) -> Encoding:
        """Ids, tokens and offsets in code points of `text`, for texts short enough to be shown.

        The bytes of one character all have the place of that character.
        """
        text = without_surrogates(text)
        ids, offsets = self._ids_and_offsets(text)
        return Encoding(ids, [self.token_text(i) for i in ids.tolist()], offsets)

    def ids(self, text: str) -> np.ndarray:
        """Ids (T,) int32 of a text of any length."""
        if self.kind == "character":
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            return self._id_of_code[np.minimum(codes, len(self._id_of_code) - 1)]
        text = without_surrogates(text)
        if self.kind == "byte":
            return np.frombuffer(text.encode("utf-8"), np.uint8).astype(np.int32)
        if self._cut_before:
            words = (word for piece in pieces(text) for word in split_all(piece, "zh"))
            return np.fromiter((self._id_of_word.get(word, 0) for word in words), np.int32)
        return self._ids_in_batches(text)

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """The text of the ids; bytes that make no character, and what was unknown, are U+FFFD."""
        tokens = map(self._stands_for.__getitem__, np.asarray(ids, np.int64).tolist())
        return b"".join(tokens).decode("utf-8", "replace")

    def token_text(self, id: int) -> str:
        """The text that one token stands for; bytes that are no whole character are shown as ⟨E4 BD⟩."""
        return shown_bytes(self.token_bytes(id))

    def token_label(self, id: int) -> str:
        """What to show for one token; a word piece that goes on with a word begins with ##."""
        return self._tokens[id] if self.kind == "wordpiece" else self.token_text(id)

    def token_bytes(self, id: int) -> bytes:
        """The UTF-8 bytes, perhaps of part of a character, that a token stands for."""
        return self._stands_for[id]

    def unknown(self, text: str) -> list[str]:
        """The characters, or words, of `text` that the vocabulary lacks, each once, in order."""
        if self.unknown_id is None:
            return []
        text = without_surrogates(text)
        ids, offsets = self._ids_and_offsets(text)
        places = (offsets[i] for i in np.flatnonzero(ids == self.unknown_id))
        found = dict.fromkeys(text[start:end] for start, end in places)
        return [part.strip() or part for part in found if part != UNKNOWN]

    def _ids_and_offsets(self, text: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
        if self.kind == "character":
            return self.ids(text), [(i, i + 1) for i in range(len(text))]
        if self.kind == "byte":
            offsets = [(i, i + 1) for i, character in enumerate(text) for _ in character.encode("utf-8")]
            return self.ids(text), offsets
        if self._cut_before:
            lengths = (len(word) for word in split_all(text, "zh"))
            return self.ids(text), list(pairwise(accumulate(lengths, initial=0)))
        return self._encode_pieces(text)

    def _encode_pieces(self, text: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        at = 0
        for piece in pieces(text):
            encoding = self.hf.encode(piece, add_special_tokens=False)
            ids += encoding.ids
            offsets += [(at + start, at + end) for start, end in encoding.offsets]
            at += len(piece)
        return np.array(ids, np.int32), offsets

    def _ids_in_batches(self, text: str) -> np.ndarray:
        found = [np.empty(0, np.int32)]
        for batch in _batches(text):
            encodings = self.hf.encode_batch_fast(batch, add_special_tokens=False)
            found += [np.array(encoding.ids, np.int32) for encoding in encodings]
        return np.concatenate(found)

    @cached_property
    def _tokens(self) -> list[str]:
        vocabulary = self.hf.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    @cached_property
    def _stands_for(self) -> list[bytes]:
        if self.kind in _BYTE_KINDS:
            return [bytes(map(BYTE_OF.__getitem__, token)) for token in self._tokens]
        mark = CONTINUES if self.kind == "wordpiece" else ""
        return [_without_mark(token, mark).encode("utf-8") for token in self._tokens]

    @cached_property
    def _id_of_word(self) -> dict[str, int]:
        return self.hf.get_vocab()

    @cached_property
    def _id_of_code(self) -> np.ndarray:
        """Id by code point, one entry past the largest known for all that lie beyond; 0 is unknown."""
        table = np.zeros(max(map(ord, self._tokens)) + 2, np.int32)
        table[list(map(ord, self._tokens))] = np.arange(self.vocab_size, dtype=np.int32)
        return table


def reason_of(error: BaseException) -> str:
    """What a library says, fit to be shown."""
    return shown_name(str(error), 120) or type(error).__name__


def _without_mark(token: str, mark: str) -> str:
    return token.removeprefix(mark) if len(token) > len(mark) else token


def _batches(text: str) -> Iterator[list[str]]:
    batch: list[str] = []
    for piece in pieces(text):
        batch.append(piece)
        if len(batch) == _PIECES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
