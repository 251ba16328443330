"""Training and encoding, each against `tokenizers` called directly on the same text: seconds ÷ seconds."""

import time
from collections.abc import Callable

import tokenizers as hf
from tokenizers import pre_tokenizers, trainers

from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizer_training import UNKNOWN, blank
from lmcore.text.tokenizers import Tokenizer

KINDS = ("word", "bpe", "byte_bpe", "wordpiece", "unigram")
VOCAB_SIZE = 8_000


def compare(text: str, kinds: tuple[str, ...] = KINDS, repeats: int = 3) -> dict[str, float]:
    """For every kind "KIND train" and "KIND encode": our time ÷ the library's, best of `repeats`.

    The library gets the text line by line, as its users give it, with the same words and the same size.
    """
    lines = text.splitlines(keepends=True)
    ratios: dict[str, float] = {}
    for kind in kinds:
        config = TokenizerConfig(kind, VOCAB_SIZE)
        ours, theirs = _alternately(
            lambda config=config: Tokenizer.train(config, text),
            lambda kind=kind: _train_directly(kind, lines),
            repeats,
        )
        ratios[f"{kind} train"] = ours / theirs
        tokenizer = Tokenizer.train(config, text)
        ours, theirs = _alternately(
            lambda tokenizer=tokenizer: tokenizer.ids(text),
            lambda tokenizer=tokenizer: [e.ids for e in tokenizer.hf.encode_batch_fast(lines)],
            repeats,
        )
        ratios[f"{kind} encode"] = ours / theirs
    return ratios


def _train_directly(kind: str, lines: list[str]) -> hf.Tokenizer:
    tokenizer = blank(kind)
    special = [UNKNOWN]
    if kind == "byte_bpe":
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=VOCAB_SIZE, initial_alphabet=alphabet, show_progress=False)
    elif kind == "unigram":
        trainer = trainers.UnigramTrainer(
            vocab_size=VOCAB_SIZE, special_tokens=special, unk_token=UNKNOWN, show_progress=False
        )
    else:
        make = {
            "word": trainers.WordLevelTrainer,
            "bpe": trainers.BpeTrainer,
            "wordpiece": trainers.WordPieceTrainer,
        }[kind]
        trainer = make(vocab_size=VOCAB_SIZE, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer


def _alternately(
    ours: Callable[[], object], theirs: Callable[[], object], repeats: int
) -> tuple[float, float]:
    """The best time of each, in turn, so that a busy moment of the machine meets both."""
    best = [float("inf")] * 2
    for _ in range(repeats):
        for i, action in enumerate((ours, theirs)):
            start = time.perf_counter()
            action()
            best[i] = min(best[i], time.perf_counter() - start)
    return best[0], best[1]
