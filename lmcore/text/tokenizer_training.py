"""Tokenizers of every kind made from a text, with the trainers of the library `tokenizers`.

Word pieces: Schuster & Nakajima 2012. Byte pair encoding: Sennrich et al. 2016. Unigram: Kudo 2018.
What a trained tokenizer looks like inside tells its kind, so `tokenizer.json` needs nothing of our own.
"""

import json
from collections import Counter
from itertools import islice
from typing import Any

import tokenizers as hf
from tokenizers import decoders, models, pre_tokenizers, trainers

from lmcore.text.byte_symbols import N_BYTES, STAND_IN
from lmcore.text.config import KINDS, TokenizerConfig
from lmcore.text.word_splitting import GPT2_WORD, WORD, has_splitter, pieces, split_all

UNKNOWN = "\ufffd"  # stands for what the vocabulary lacks; always id 0, except among bytes
CONTINUES = "##"  # begins a word piece that is not the first of its word
WORD_BREAK = "\x1f"  # between the words of a text that was cut before: ASCII's unit separator
_EVERY_CHARACTER = r"[\s\S]"
_UNIGRAM_CHARACTERS = 4_000_000  # more than that makes no better pieces and takes minutes
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
        return _unigram(text, config.vocab_size, language)
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
    """The kind of a tokenizer of ours, and whether its words are cut before; None if it is not one of ours."""
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


def _filled(kind: str, model: models.Model, *, cut_before: bool = False) -> hf.Tokenizer:
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
        del counts[UNKNOWN]
        words = sorted(counts, key=lambda word: (-counts[word], word))[: vocab_size - 1]
        model = models.WordLevel(_numbered([UNKNOWN, *words]), unk_token=UNKNOWN)
        return _filled("word", model, cut_before=True)
    tokenizer = blank("word")
    trainer = trainers.WordLevelTrainer(
        vocab_size=vocab_size, min_frequency=0, show_progress=False, special_tokens=[UNKNOWN]
    )
    tokenizer.train_from_iterator(pieces(text), trainer)
    return _filled("word", tokenizer.model)


def _merged(kind: str, text: str, vocab_size: int) -> hf.Tokenizer:
    """Pieces that grow by merging: character-level or byte-level BPE, or word pieces."""
    tokenizer = blank(kind)
    if kind == "byte_bpe":
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=alphabet, show_progress=False)
    else:
        make = trainers.WordPieceTrainer if kind == "wordpiece" else trainers.BpeTrainer
        trainer = make(vocab_size=vocab_size, show_progress=False, special_tokens=[UNKNOWN])
    tokenizer.train_from_iterator(pieces(text), trainer)
    if tokenizer.get_vocab_size() > vocab_size:  # the characters alone are too many, and nothing was merged
        return _filled(kind, _most_frequent_characters(kind, tokenizer, text, vocab_size))
    return _filled(kind, tokenizer.model)


def _most_frequent_characters(kind: str, tokenizer: hf.Tokenizer, text: str, vocab_size: int) -> models.Model:
    counts = Counter(text)
    symbols = [symbol for symbol in tokenizer.get_vocab() if symbol != UNKNOWN]
    symbols.sort(key=lambda symbol: (-counts[symbol[-1]], symbol))
    vocabulary = _numbered([UNKNOWN, *symbols[: vocab_size - 1]])
    if kind == "wordpiece":
        return models.WordPiece(vocabulary, unk_token=UNKNOWN)
    return models.BPE(vocabulary, [], unk_token=UNKNOWN)


def _unigram(text: str, vocab_size: int, language: str) -> hf.Tokenizer:
    """Pieces chosen by how likely they make the text.

    The trainer never ends when it is asked for fewer pieces than there are characters, so it never is, and
    the pieces of lowest probability are left out afterwards. Its sums differ in the last digits from one
    time to the next; rounded, the same text gives the same tokenizer.
    """
    parts = _unigram_parts(text)
    n_characters = len(set().union(*parts))
    trainer = trainers.UnigramTrainer(
        vocab_size=max(vocab_size, n_characters + 1),
        show_progress=False,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
    )
    tokenizer = blank("unigram")
    tokenizer.train_from_iterator(parts, trainer)
    scores = {token: round(score, 6) for token, score in json.loads(tokenizer.to_str())["model"]["vocab"]}
    del scores[UNKNOWN]
    first = sorted(scores, key=lambda token: (len(token) > 1, -scores[token], token))  # characters must stay
    kept = sorted(first[: vocab_size - 1], key=lambda token: (-scores[token], token))
    return _filled("unigram", models.Unigram([(UNKNOWN, 0.0), *((token, scores[token]) for token in kept)], 0))
