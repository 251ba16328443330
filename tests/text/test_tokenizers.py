"""Tokenizers lose nothing, agree with the library they wrap, and survive nasty texts."""

from pathlib import Path

import numpy as np
import pytest
import tokenizers as hf
from tokenizers import models, pre_tokenizers, trainers

from lmcore.errors import ConfigError
from lmcore.text.config import TokenizerConfig
from lmcore.text.built_in import built_in_corpus
from lmcore.text.tokenizers import UNKNOWN, Tokenizer

NASTY = [
    "",
    " ",
    "\n\n\n a \n b\r\nc\r\r\n\td",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 ﷽ 你好，世界。 שלום \u202e",
    "Zalgo: Z̷̢͚a̴l̶g̴o̵ \u2028 \u0085 \x1c \x00 \x7f",
    "aaaaaaaaaa" * 700,
    ("one two  three\n\n" * 500) + "\n  four",
    "x" * 2500 + " " + "\n" * 2500 + "y",
]
NEWS = built_in_corpus("news").text[:60_000]


@pytest.fixture(scope="module", params=["character", "bpe"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return Tokenizer.train(TokenizerConfig(request.param, 400), NEWS + "".join(NASTY))


@pytest.mark.parametrize("text", NASTY)
def test_decoding_gives_the_text_back(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.ids(text)
    assert ids.dtype == np.int32 and (ids < tokenizer.vocab_size).all()
    assert tokenizer.decode(ids) == text


@pytest.mark.parametrize("text", NASTY)
def test_one_by_one_and_in_bulk_agree_with_the_library(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text)
    assert encoding.ids.tolist() == tokenizer.ids(text).tolist()
    if len(text) < 2000 or " " in text[1000:1900]:
        assert encoding.ids.tolist() == tokenizer.hf.encode(text).ids
    for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True):
        assert token == text[start:end] or token.startswith("⟨")


def test_bulk_encoding_of_prose_equals_the_library(tokenizer: Tokenizer) -> None:
    assert tokenizer.ids(NEWS).tolist() == tokenizer.hf.encode(NEWS).ids


def test_the_library_decodes_the_same(tokenizer: Tokenizer) -> None:
    text = NASTY[3] + NEWS[:500]
    assert tokenizer.hf.decode(tokenizer.ids(text).tolist()) == text


def test_saved_equals_loaded(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "tokenizer.json")
    loaded = Tokenizer.load(tmp_path / "tokenizer.json")
    assert (loaded.kind, loaded.vocab_size) == (tokenizer.kind, tokenizer.vocab_size)
    assert loaded.ids(NEWS).tolist() == tokenizer.ids(NEWS).tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer.json"]


def test_half_surrogates_do_not_crash(tokenizer: Tokenizer) -> None:
    assert (
        tokenizer.decode(tokenizer.ids("a\ud800b"))
        == tokenizer.decode(tokenizer.encode("a\ud800b").ids)
        == "a\ufffdb"
    )


def test_merges_are_those_of_the_library() -> None:
    config = TokenizerConfig("bpe", 500)
    ours = Tokenizer.train(config, NEWS)
    theirs = hf.Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    theirs.train_from_iterator(
        [NEWS], trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, show_progress=False)
    )
    assert ours.hf.get_vocab() == theirs.get_vocab()
    assert ours.vocab_size == 500


def test_the_character_vocabulary_is_the_characters_and_one_for_the_unknown() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("character"), "hello")
    assert tokenizer.vocab_size == len(set("hello")) + 1
    assert tokenizer.unknown("help! 帮!") == ["p", "!", " ", "帮"]
    assert tokenizer.ids("p😀\U0010ffff").tolist() == [0, 0, 0]
    assert tokenizer.decode(tokenizer.ids("help")) == "hel" + UNKNOWN


def test_a_text_with_replacement_characters_is_no_special_case() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("character"), f"a{UNKNOWN}b")
    assert tokenizer.vocab_size == 3
    assert tokenizer.decode(tokenizer.ids(f"b{UNKNOWN}a")) == f"b{UNKNOWN}a"
    assert tokenizer.unknown(UNKNOWN) == []


def test_bytes_know_every_character_even_unseen() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("bpe", 300), "only ascii here " * 50)
    assert tokenizer.unknown("帮😀") == []
    assert tokenizer.decode(tokenizer.ids("帮😀")) == "帮😀"
    assert tokenizer.encode("帮").tokens == ["⟨E5⟩", "⟨B8⟩", "⟨AE⟩"]
    assert tokenizer.decode(tokenizer.ids("帮")[:2]) == UNKNOWN


@pytest.mark.parametrize("text", ["", "a", "ab" * 3000, "a" * 300_000])
def test_too_little_variety_gives_a_smaller_vocabulary(text: str) -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("bpe", 5000), text)
    assert 256 <= tokenizer.vocab_size <= 280
    assert tokenizer.decode(tokenizer.ids(text)) == text


def test_fewer_tokens_than_bytes_is_refused() -> None:
    with pytest.raises(ConfigError):
        Tokenizer.train(TokenizerConfig("bpe", 255), NEWS)
    assert Tokenizer.train(TokenizerConfig("bpe", 256), NEWS).vocab_size == 256


def test_an_empty_text_still_makes_a_tokenizer() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("character"), "")
    assert tokenizer.vocab_size == 1 and tokenizer.ids("ab").tolist() == [0, 0]
