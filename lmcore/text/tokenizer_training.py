"""Tokenizers of every kind made from a text, with the trainers of the library `tokenizers`.

Word pieces: Schuster & Nakajima 2012. Byte pair encoding: Sennrich et al. 2016. Unigram: Kudo 2018.
What a trained tokenizer looks like inside tells its kind, so `tokenizer.json` needs nothing of our own.
"""

import json
import math
from collections import Counter
from typing import Any

import regex
import tokenizers as hf
from tokenizers import decoders, models, pre_tokenizers, trainers

from lmcore.text.byte_symbols import STAND_IN
from lmcore.text.config import KINDS, TokenizerConfig
from lmcore.text.word_splitting import GPT2_WORD, LONGEST_PIECE, WORD, has_splitter, pieces, split_all

UNKNOWN = "\ufffd"  # stands for what the vocabulary lacks; always id 0, except among bytes
CONTINUES = "##"  # begins a word piece that is not the first of its word
WORD_BREAK = "\x1f"  # between the words of a text that was cut before: ASCII's unit separator
_GOES_ON = regex.compile(r"[^\p{Han}\s]")
_EVERY_CHARACTER = r"[\s\S]"
_UNIGRAM_CHARACTERS = 8_000_000  # Chinese of that length takes minutes already
_UNIGRAM_UNBROKEN = 50  # pieces of 2,000 characters without a break: each takes as long as thousands of words


def train_tokenizer(config: TokenizerConfig, text: str, language: str) -> hf.Tokenizer:
    """A tokenizer of `config.kind`; too little variety gives a smaller vocabulary than asked for, too many
    different characters leave the rarest out."""
    if config.kind == "character":
        return _characters(text)
    if config.kind == "byte":
        return _filled("byte", models.BPE({symbol: byte for byte, symbol in STAND_IN.items()}, []))
    if config.kind == "word":
        return _words(text, config.vocab_size, language)
    if config.kind == "unigram":
        return _unigram(text, config.vocab_size)
    return _merged(config.kind, text, config.vocab_size)


def blank(kind: str, *, cut_before: bool = False) -> hf.Tokenizer:
    """A tokenizer of a kind before it knows any token; `cut_before`: its words arrive with breaks between."""
    if kind == "wordpiece":
        model = models.WordPiece(unk_token=UNKNOWN)
    elif kind in ("character", "word"):
        model = models.WordLevel(unk_token=UNKNOWN)
    elif kind == "unigram":
        model = models.Unigram()
    else:
        model = models.BPE(unk_token=UNKNOWN) if kind == "bpe" else models.BPE()
    tokenizer = hf.Tokenizer(model)
    tokenizer.pre_tokenizer = _pre_tokenizer(kind, cut_before)
    tokenizer.decoder = _decoder(kind)
    return tokenizer


def _pre_tokenizer(kind: str, cut_before: bool) -> pre_tokenizers.PreTokenizer:
    if kind in ("byte", "byte_bpe"):
        return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=kind == "byte_bpe")
    if cut_before:
        return pre_tokenizers.CharDelimiterSplit(WORD_BREAK)
    words = {"character": _EVERY_CHARACTER, "word": WORD, "wordpiece": WORD}.get(kind, GPT2_WORD)
    return pre_tokenizers.Split(hf.Regex(words), "isolated")


def _decoder(kind: str) -> decoders.Decoder:
    if kind in ("byte", "byte_bpe"):
        return decoders.ByteLevel()
    if kind == "wordpiece":
        return decoders.Sequence([decoders.Replace(hf.Regex(f"^{CONTINUES}"), ""), decoders.Fuse()])
    return decoders.Fuse()


def kind_of(tokenizer: hf.Tokenizer) -> tuple[str, bool] | None:
    """The kind of a tokenizer of ours, and whether its words are cut before; None for any other."""
    return _KINDS.get(_shape(tokenizer))


def _shape(tokenizer: hf.Tokenizer) -> tuple[object, ...]:
    parts: tuple[Any, ...] = (
        tokenizer.normalizer,
        tokenizer.pre_tokenizer,
        tokenizer.post_processor,
        tokenizer.decoder,
    )
    return type(tokenizer.model).__name__, *(part and part.__getstate__() for part in parts)


_KINDS = {_shape(blank(kind)): (kind, False) for kind in KINDS}
_KINDS[_shape(blank("word", cut_before=True))] = ("word", True)


def _filled(kind: str, model: models.Model, cut_before: bool = False) -> hf.Tokenizer:
    """A tokenizer with that model and no added tokens: U+FFFD in a text is a character like any other."""
    tokenizer = blank(kind, cut_before=cut_before)
    tokenizer.model = model
    return tokenizer


def _characters(text: str) -> hf.Tokenizer:
    characters = sorted(set(text) - {UNKNOWN})
    return _filled("character", models.WordLevel(_numbered([UNKNOWN, *characters]), unk_token=UNKNOWN))


def _words(text: str, vocab_size: int, language: str) -> hf.Tokenizer:
    """The most frequent words; Chinese ones are cut by the splitter, here and whenever a text is encoded."""
    if language == "zh" and has_splitter():
        counts = Counter(split_all(text, language))
        return _filled("word", _word_model(sorted(counts, key=lambda w: (-counts[w], w)), vocab_size), True)
    tokenizer = blank("word")
    trainer = trainers.WordLevelTrainer(vocab_size=vocab_size, min_frequency=0, show_progress=False)
    tokenizer.train_from_iterator(pieces(text), trainer)
    ids = tokenizer.get_vocab()
    return _filled("word", _word_model(sorted(ids, key=ids.__getitem__), vocab_size))


def _word_model(words: list[str], vocab_size: int) -> models.Model:
    kept = [word for word in words if word != UNKNOWN][: vocab_size - 1]
    return models.WordLevel(_numbered([UNKNOWN, *kept]), unk_token=UNKNOWN)


def _merged(kind: str, text: str, vocab_size: int) -> hf.Tokenizer:
    """Pieces that grow by merging: character-level or byte-level BPE, or word pieces."""
    tokenizer = blank(kind)
    if kind == "byte_bpe":
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=alphabet, show_progress=False)
    elif kind == "bpe":
        trainer = trainers.BpeTrainer(vocab_size=vocab_size, special_tokens=[UNKNOWN], show_progress=False)
    else:
        trainer = trainers.WordPieceTrainer(
            vocab_size=vocab_size, special_tokens=[UNKNOWN, *_word_piece_symbols(text)], show_progress=False
        )
    tokenizer.train_from_iterator(pieces(text), trainer)
    if tokenizer.get_vocab_size() > vocab_size:  # the characters alone are too many, and nothing was merged
        return _filled(kind, _most_frequent_characters(kind, tokenizer, text, vocab_size))
    return _filled(kind, tokenizer.model)


def _word_piece_symbols(text: str) -> list[str]:
    """Every character at the beginning of a word, and every one but white space and Han as going on with one.

    The trainer would number the second kind in another order each time, and decide ties by it.
    """
    characters = sorted(set(text) - {UNKNOWN})
    return characters + [CONTINUES + character for character in characters if _GOES_ON.match(character)]


def _most_frequent_characters(kind: str, tokenizer: hf.Tokenizer, text: str, vocab_size: int) -> models.Model:
    counts = Counter(text)
    symbols = [symbol for symbol in tokenizer.get_vocab() if symbol != UNKNOWN]
    symbols.sort(key=lambda symbol: (-counts[symbol[-1]], len(symbol), symbol))
    vocabulary = _numbered([UNKNOWN, *symbols[: vocab_size - 1]])
    if kind == "wordpiece":
        return models.WordPiece(vocabulary, unk_token=UNKNOWN)
    return models.BPE(vocabulary, [], unk_token=UNKNOWN)


def _unigram(text: str, vocab_size: int) -> hf.Tokenizer:
    """Pieces chosen by how likely they make the text; the characters alone if there is room for no more.

    The trainer never ends when it is asked for fewer pieces than there are characters.
    """
    parts = _unigram_parts(text)
    counts = Counter("".join(parts))
    del counts[UNKNOWN]
    if len(counts) + 2 > vocab_size:
        scores = {character: math.log(count / len(text)) for character, count in counts.items()}
    else:
        trainer = trainers.UnigramTrainer(
            vocab_size=vocab_size, show_progress=False, special_tokens=[UNKNOWN], unk_token=UNKNOWN
        )
        tokenizer = blank("unigram")
        tokenizer.train_from_iterator(parts, trainer)
        scores = _repeatable(dict(json.loads(tokenizer.to_str())["model"]["vocab"]))
    kept = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[: vocab_size - 1]
    return _filled("unigram", models.Unigram([(UNKNOWN, 0.0), *kept], 0))


def _repeatable(scores: dict[str, float]) -> dict[str, float]:
    """The scores without what differs from one training to the next: the last digits of sums, and in which
    order the characters that no likely cut needs stand at the end, 0.0001 apart."""
    del scores[UNKNOWN]
    lowest = min(scores.values(), default=0.0)
    margin = lowest + 0.0001 * sum(len(token) == 1 for token in scores)
    return {
        token: round(lowest if len(token) == 1 and score <= margin else score, 6)
        for token, score in scores.items()
    }


def _unigram_parts(text: str) -> list[str]:
    """The text in pieces, or an even choice of them where there are too many for one trainer."""
    parts = list(pieces(text))
    broken = [part for part in parts if len(part) < LONGEST_PIECE]
    parts = broken + [part for part in parts if len(part) == LONGEST_PIECE][:_UNIGRAM_UNBROKEN]
    stride = -(-len(text) // _UNIGRAM_CHARACTERS)
    return parts[:: max(1, stride)]


def _numbered(tokens: list[str]) -> dict[str, int]:
    return {token: id for id, token in enumerate(tokens)}
