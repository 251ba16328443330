"""Text to token ids and back: characters, or byte-level BPE (Sennrich et al. 2016; Radford et al. 2019).

Both kinds are a Hugging Face `tokenizers.Tokenizer`, so that every run has the field's `tokenizer.json`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import tokenizers as hf
from tokenizers import decoders, models, pre_tokenizers, trainers

from lmcore.checks import check_range
from lmcore.text.config import TokenizerConfig
from lmcore.text.uploads import without_surrogates

UNKNOWN = "\ufffd"  # the character for "no such character", so that an unknown one still takes one place
N_BYTES = 256
_SAFE_CUT = re.compile(
    r"(?<=\S)(?= \S)|(?<=\S\n)(?=\S)"
)  # GPT-2's word pattern begins a word there, whatever follows
_PIECE = 1_000  # characters after which the next safe cut is taken
_LONGEST_PIECE = 2_000  # without one it is cut anyway: the time for one word grows with its square
_PIECES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Encoding:
    """A short text as tokens: ids (T,), what to show for each, and where it stands (start, end)."""

    ids: np.ndarray  # int32
    tokens: list[str]
    offsets: list[tuple[int, int]]


class Tokenizer:
    """A trained tokenizer; ids are 0 … vocab_size - 1.

    >>> tokenizer = Tokenizer.train(TokenizerConfig("character"), "hello")
    >>> tokenizer.encode("hole").tokens, tokenizer.decode([2, 1]), tokenizer.unknown("help")
    (['h', 'o', 'l', 'e'], 'he', ['p'])
    """

    def __init__(self, tokenizer: hf.Tokenizer) -> None:
        self.hf = tokenizer
        self.kind = "bpe" if isinstance(tokenizer.model, models.BPE) else "character"
        self.vocab_size: int = tokenizer.get_vocab_size()

    @classmethod
    def train(cls, config: TokenizerConfig, text: str) -> "Tokenizer":
        """A tokenizer made from `text`; too little variety gives a smaller vocabulary than asked for.

        The character kind has one id more than the text has characters, for unknown ones. BPE begins with
        the 256 bytes, so nothing is unknown to it; asking for fewer raises `ConfigError`.
        """
        text = without_surrogates(text)
        if config.kind == "character":
            return cls(_characters(text))
        check_range("vocab_size", config.vocab_size, N_BYTES, 100_000)
        return cls(_byte_pairs(text, config.vocab_size))

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """The tokenizer of a `tokenizer.json` that `save` wrote."""
        return cls(hf.Tokenizer.from_file(str(path)))

    def save(self, path: Path) -> None:
        """Write `tokenizer.json`, complete or not at all."""
        unfinished = path.with_name(path.name + ".tmp")
        self.hf.save(str(unfinished))
        unfinished.replace(path)

    def encode(self, text: str) -> Encoding:
        """Ids, tokens and offsets, for texts short enough to be shown."""
        if self.kind == "character":
            ids = self.ids(text)
            offsets = [(i, i + 1) for i in range(len(ids))]
        else:
            ids, offsets = self._encode_bpe(without_surrogates(text))
        return Encoding(ids, [self.token_text(i) for i in ids.tolist()], offsets)

    def ids(self, text: str) -> np.ndarray:
        """Ids (T,) int32 of a text of any length; `decode` gives the text back."""
        if self.kind == "character":
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            return self._id_of_code[np.minimum(codes, len(self._id_of_code) - 1)]
        pieces = list(_pieces(without_surrogates(text)))
        found: list[np.ndarray] = [np.empty(0, np.int32)]
        for start in range(0, len(pieces), _PIECES_AT_ONCE):
            encodings = self.hf.encode_batch_fast(pieces[start : start + _PIECES_AT_ONCE])
            found += [np.array(encoding.ids, np.int32) for encoding in encodings]
        return np.concatenate(found)

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """The text of the ids; bytes that make no character, and unknown characters, are U+FFFD."""
        if self.kind == "character":
            return "".join(map(self._tokens.__getitem__, np.asarray(ids, np.int64).tolist()))
        return b"".join(map(self.token_bytes, np.asarray(ids, np.int64).tolist())).decode("utf-8", "replace")

    def token_text(self, id: int) -> str:
        """What to show for one token; bytes that are no whole character are shown as ⟨E4 BD⟩."""
        if self.kind == "character":
            return self._tokens[id]
        try:
            return self.token_bytes(id).decode("utf-8")
        except UnicodeDecodeError:
            return f"⟨{self.token_bytes(id).hex(' ').upper()}⟩"

    def token_bytes(self, id: int) -> bytes:
        """The UTF-8 bytes, perhaps of part of a character, that a token stands for."""
        token = self._tokens[id]
        return bytes(map(_BYTE_OF.__getitem__, token)) if self.kind == "bpe" else token.encode("utf-8")

    def unknown(self, text: str) -> list[str]:
        """The characters of `text` that the vocabulary lacks, each once, in order; none for BPE."""
        if self.kind == "bpe":
            return []
        known = set(self._tokens)
        return [character for character in dict.fromkeys(without_surrogates(text)) if character not in known]

    def _encode_bpe(self, text: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        at = 0
        for piece in _pieces(text):
            encoding = self.hf.encode(piece)
            ids += encoding.ids
            offsets += [(at + start, at + end) for start, end in encoding.offsets]
            at += len(piece)
        return np.array(ids, np.int32), offsets

    @cached_property
    def _tokens(self) -> list[str]:
        vocabulary = self.hf.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    @cached_property
    def _id_of_code(self) -> np.ndarray:
        """Id by code point, one entry past the largest known for all that lie beyond; 0 is unknown."""
        table = np.zeros(max(map(ord, self._tokens)) + 2, np.int32)
        table[list(map(ord, self._tokens))] = np.arange(self.vocab_size, dtype=np.int32)
        return table


def _characters(text: str) -> hf.Tokenizer:
    characters = sorted(set(text) - {UNKNOWN})
    vocabulary = {character: id for id, character in enumerate([UNKNOWN, *characters])}
    tokenizer = hf.Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(hf.Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    return tokenizer


def _byte_pairs(text: str, vocab_size: int) -> hf.Tokenizer:
    tokenizer = hf.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(_pieces(text), trainer)
    return tokenizer


def _pieces(text: str) -> Iterator[str]:
    """`text` in pieces that, encoded one by one, give the tokens of the whole."""
    start = 0
    while len(text) - start > _LONGEST_PIECE:
        cut = _SAFE_CUT.search(text, start + _PIECE, start + _LONGEST_PIECE)
        end = cut.start() if cut else start + _LONGEST_PIECE
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _byte_of_character() -> dict[str, int]:
    """GPT-2's stand-in for every byte: itself where it is printable, else the next code from U+0100."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(N_BYTES) if byte not in printable]
    codes = {byte: byte for byte in printable} | {byte: 0x100 + i for i, byte in enumerate(others)}
    return {chr(code): byte for byte, code in codes.items()}


_BYTE_OF = _byte_of_character()
