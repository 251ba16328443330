"""Tokenizers lose nothing they need not lose, agree with the library they wrap, and survive nasty texts."""

import importlib.util
import json
import random
from pathlib import Path

import numpy as np
import pytest
import tokenizers as hf
from tokenizers import models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from lmcore.errors import ConfigError, TextError
from lmcore.i18n import translate
from lmcore.text import tokenizer_training, tokenizers
from lmcore.text.built_in import built_in_corpus
from lmcore.text.config import KINDS, TokenizerConfig
from lmcore.text.tokenizers import UNKNOWN, Tokenizer
from lmcore.text.word_splitting import split_all

NASTY = [
    "",
    " ",
    "\n\n\n a \n b\r\nc\r\r\n\td",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 ﷽ 你好，世界。 שלום \u202e",
    "Zalgo: Z̷̢͚a̴l̶g̴o̵ \u2028 \u0085 \x1c \x1f \x00 \x7f",
    "aaaaaaaaaa" * 700,
    ("one two  three\n\n" * 500) + "\n  four",
    "x" * 2500 + " " + "\n" * 2500 + "y",
    "e" + "\u0301" * 3_000,
    "## a##b ####",
]
NEWS = built_in_corpus("news").text[:60_000]
CHINESE = "我爱北京天安门，猫坐在垫子上。今天天气很好！\n他说：“你好，世界。”" * 40
LOSSLESS = ("character", "byte", "bpe", "byte_bpe", "unigram")  # of texts whose characters they know
SPLITTER = pytest.mark.skipif(importlib.util.find_spec("rjieba") is None, reason="needs rjieba")


def trained(kind: str, language: str = "en") -> Tokenizer:
    return Tokenizer.train(TokenizerConfig(kind, 700), CHINESE + NEWS + "".join(NASTY), language)


@pytest.fixture(scope="module", params=[*KINDS, "Chinese word"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return trained(request.param.split()[-1], "zh" if request.param.startswith("Chinese") else "en")


@pytest.mark.parametrize("text", NASTY)
def test_decoding_gives_the_text_back(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.ids(text)
    assert ids.dtype == np.int32 and (ids < tokenizer.vocab_size).all()
    if tokenizer.kind in LOSSLESS or not tokenizer.unknown(text):
        assert tokenizer.decode(ids) == text


@pytest.mark.parametrize("text", NASTY)
def test_one_by_one_and_in_bulk_agree_with_the_library(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text)
    assert encoding.ids.tolist() == tokenizer.ids(text).tolist()
    if len(text) < 2000 or " " in text[1000:1900]:
        assert encoding.ids.tolist() == ids_of_the_library(tokenizer, text)
    for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True):
        assert token == text[start:end] or token.startswith("⟨") or token == UNKNOWN
    assert covers(encoding.offsets, len(text))


def covers(offsets: list[tuple[int, int]], length: int) -> bool:
    """Whether the tokens stand side by side from the first character to the last, or share one."""
    ends = [0, *(end for _, end in offsets)]
    places = zip(ends, offsets, strict=False)
    return ends[-1] == length and all(
        start == end or (start, stop) in offsets for end, (start, stop) in places
    )


def ids_of_the_library(tokenizer: Tokenizer, text: str) -> list[int]:
    """Chinese words must be given to it cut."""
    if isinstance(tokenizer.hf.pre_tokenizer, pre_tokenizers.CharDelimiterSplit):
        ids = (tokenizer.hf.token_to_id(word) for word in split_all(text, "zh"))
        return [0 if id is None else id for id in ids]
    return tokenizer.hf.encode(text).ids


def test_bulk_encoding_of_prose_equals_the_library(tokenizer: Tokenizer) -> None:
    assert tokenizer.ids(NEWS).tolist() == ids_of_the_library(tokenizer, NEWS)


def test_the_library_decodes_the_same(tokenizer: Tokenizer) -> None:
    ids = tokenizer.ids(NASTY[3] + NASTY[9] + NEWS[:500])
    assert tokenizer.hf.decode(ids.tolist()) == tokenizer.decode(ids)


def test_saved_equals_loaded(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "tokenizer.json")
    loaded = Tokenizer.load(tmp_path / "tokenizer.json")
    assert (loaded.kind, loaded.vocab_size) == (tokenizer.kind, tokenizer.vocab_size)
    assert (loaded.exact, loaded.unknown_id) == (tokenizer.exact, tokenizer.unknown_id)
    for text in (NEWS, CHINESE, *NASTY):
        assert loaded.ids(text).tolist() == tokenizer.ids(text).tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer.json"]


def test_transformers_opens_the_file(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "tokenizer.json")
    theirs = PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "tokenizer.json"))
    assert len(theirs) == tokenizer.vocab_size
    for text in (NEWS[:1_500], CHINESE[:500], NASTY[3]):
        is_cut = isinstance(tokenizer.hf.pre_tokenizer, pre_tokenizers.CharDelimiterSplit)
        given = "\x1f".join(split_all(text, "zh")) if is_cut else text
        assert theirs(given)["input_ids"] == tokenizer.ids(text).tolist()
        decoded = theirs.decode(tokenizer.ids(text).tolist(), clean_up_tokenization_spaces=False)
        assert decoded == tokenizer.decode(tokenizer.ids(text))


def test_half_surrogates_do_not_crash(tokenizer: Tokenizer) -> None:
    assert tokenizer.ids("a\ud800b").tolist() == tokenizer.encode("a\ud800b").ids.tolist()
    assert tokenizer.decode(tokenizer.ids(" \ud800")).endswith(UNKNOWN)


def test_what_is_not_exact_is_explained_in_both_languages(tokenizer: Tokenizer) -> None:
    assert tokenizer.exact == (tokenizer.kind in ("byte", "byte_bpe"))
    unseen = "𠀀zq＠ 🦔🦔" * 30
    assert (tokenizer.decode(tokenizer.ids(unseen)) == unseen) == tokenizer.exact
    assert bool(tokenizer.unknown(unseen)) != tokenizer.exact
    for language in ("en", "zh"):
        assert translate(f"choice.{tokenizer.kind}", language) and translate(
            f"tokenizer.{tokenizer.kind}.about", language
        )
        assert tokenizer.exact or translate(tokenizer.why_not_exact or "", language)


DEGENERATE = {
    "nothing": "",
    "one character": "a",
    "a space": " ",
    "one character again and again": "a" * 300_000,
    "one word of a megabyte": "abcdefghij" * 100_000,
    "one word without a pattern": "".join(random.Random(2).choices("abcdefgh", k=20_000)),
    "no spaces": "".join(map(chr, random.Random(3).choices(range(0x4E00, 0x5E00), k=20_000))),
    "joined emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 500,
    "right to left": "שלום עולם \u202e مرحبا " * 200,
    "combining": "a" + "\u0301\u0316" * 2_000,
    "zero bytes": "\0" * 500 + "a\0b " * 100,
    "unknown signs": "\ufffd a\ufffdb \ufffd\ufffd" * 50,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_texts_train_and_encode(name: str, kind: str) -> None:
    text = DEGENERATE[name]
    for language in ("en", "zh"):
        tokenizer = Tokenizer.train(TokenizerConfig(kind, 5_000), text, language)
        assert 1 <= tokenizer.vocab_size <= 5_000
        ids = tokenizer.ids(text)
        assert ids.size == 0 or ids.max() < tokenizer.vocab_size
        short = text[:1_500]
        assert tokenizer.encode(short).ids.tolist() == tokenizer.ids(short).tolist()
        if kind in LOSSLESS and (kind, name) != ("unigram", "unknown signs"):  # several make one token
            assert tokenizer.decode(ids) == text


@pytest.mark.parametrize("kind", ["word", "bpe", "wordpiece", "unigram"])
@pytest.mark.parametrize("size", [2, 5, 60])
def test_the_size_asked_for_is_kept_and_the_most_frequent_stay(kind: str, size: int) -> None:
    text = "aaaa\naaaa\nbb\n" * 50 + "".join(map(chr, range(0x4E00, 0x4E80)))
    tokenizer = Tokenizer.train(TokenizerConfig(kind, size), text)
    assert tokenizer.vocab_size == size
    assert tokenizer.token_text(0) == UNKNOWN
    assert tokenizer.unknown("\u4e7f") == ["\u4e7f"]
    assert 0 not in tokenizer.ids("\n" if kind == "word" else "a")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_text_gives_the_same_tokenizer(kind: str) -> None:
    assert trained(kind).hf.to_str() == trained(kind).hf.to_str()


def test_merges_are_those_of_the_library() -> None:
    ours = Tokenizer.train(TokenizerConfig("byte_bpe", 500), NEWS)
    theirs = hf.Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    theirs.train_from_iterator(
        [NEWS], trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, show_progress=False)
    )
    assert ours.hf.get_vocab() == theirs.get_vocab()
    assert ours.vocab_size == 500


@pytest.mark.parametrize("kind", ["word", "bpe", "wordpiece", "unigram"])
def test_the_vocabulary_is_that_of_the_library_on_the_whole_text(kind: str) -> None:
    ours = Tokenizer.train(TokenizerConfig(kind, 600), NEWS)
    theirs = tokenizer_training.blank(kind)
    symbols = [token for token in ours.hf.get_vocab() if len(token.removeprefix("##")) == 1]
    special = [UNKNOWN, *sorted(symbols, key=lambda s: (len(s), s))] if kind == "wordpiece" else [UNKNOWN]
    given = {"vocab_size": 600, "special_tokens": special, "show_progress": False}
    trainer = {
        "word": lambda: trainers.WordLevelTrainer(**given),
        "bpe": lambda: trainers.BpeTrainer(**given),
        "wordpiece": lambda: trainers.WordPieceTrainer(**given),
        "unigram": lambda: trainers.UnigramTrainer(unk_token=UNKNOWN, **given),
    }[kind]()
    theirs.train_from_iterator([NEWS], trainer)
    assert set(ours.hf.get_vocab()) == set(theirs.get_vocab())
    plain = tokenizer_training.blank(kind)  # without the special tokens, which would be cut out first
    plain.model = theirs.model
    assert ours.ids(NEWS[:5_000]).size == len(plain.encode(NEWS[:5_000]).ids)


def test_the_character_vocabulary_is_the_characters_and_one_for_the_unknown() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("character"), "hello")
    assert tokenizer.vocab_size == len(set("hello")) + 1
    assert tokenizer.unknown("help! 帮!") == ["p", "!", " ", "帮"]
    assert tokenizer.ids("p😀\U0010ffff").tolist() == [0, 0, 0]
    assert tokenizer.decode(tokenizer.ids("help")) == "hel" + UNKNOWN


@pytest.mark.parametrize("kind", ["character", "bpe", "unigram"])
def test_a_text_with_replacement_characters_is_no_special_case(kind: str) -> None:
    tokenizer = Tokenizer.train(TokenizerConfig(kind, 10), f"a{UNKNOWN}b")
    assert tokenizer.decode(tokenizer.ids(f"b{UNKNOWN}a")) == f"b{UNKNOWN}a"
    assert tokenizer.unknown(UNKNOWN) == []


def test_bytes_know_every_character_even_unseen() -> None:
    for kind in ("byte", "byte_bpe"):
        tokenizer = Tokenizer.train(TokenizerConfig(kind, 300), "only ascii here " * 50)
        assert tokenizer.unknown("帮😀") == []
        assert tokenizer.decode(tokenizer.ids("帮😀")) == "帮😀"
        encoding = tokenizer.encode("a帮")
        assert encoding.tokens == ["a", "⟨E5⟩", "⟨B8⟩", "⟨AE⟩"]
        assert encoding.offsets == [(0, 1), *[(1, 2)] * 3]
        assert tokenizer.decode(tokenizer.ids("帮")[:2]) == UNKNOWN


def test_a_byte_is_its_own_id() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("byte"), "")
    assert tokenizer.vocab_size == 256
    assert tokenizer.ids("aé\n").tolist() == [97, 0xC3, 0xA9, 10]
    assert tokenizer.token_bytes(0xC3) == b"\xc3" and tokenizer.token_text(10) == "\n"


def test_words_are_whole_and_unknown_ones_one_token() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("word", 50), "The cat isn't 3.5 m away.\n" * 20)
    assert tokenizer.encode("The cat isn't 3.5 m.\n").tokens == [
        "The",
        " cat",
        " isn't",
        " 3.5",
        " m",
        ".",
        "\n",
    ]
    assert tokenizer.encode("The hippopotamus isn't").ids.tolist()[1] == 0
    assert tokenizer.unknown("The hippopotamus 帮") == ["hippopotamus", " ", "帮"]


@SPLITTER
def test_chinese_words_are_those_of_the_splitter() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("word", 100), CHINESE, "zh")
    assert tokenizer.encode("我爱北京天安门。").tokens == ["我", "爱", "北京", "天安门", "。"]


@SPLITTER
def test_chinese_words_cannot_be_read_without_their_splitter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Tokenizer.train(TokenizerConfig("word", 100), CHINESE, "zh").save(tmp_path / "tokenizer.json")
    monkeypatch.setattr(tokenizers, "has_splitter", lambda: False)
    with pytest.raises(TextError) as error:
        Tokenizer.load(tmp_path / "tokenizer.json")
    assert error.value.key == "tokenizer_needs_package" and "rjieba" in error.value.message("zh")


def test_without_the_splitter_chinese_characters_are_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (tokenizers, tokenizer_training):
        monkeypatch.setattr(module, "has_splitter", lambda: False)
    tokenizer = Tokenizer.train(TokenizerConfig("word", 100), CHINESE, "zh")
    assert tokenizer.encode("我爱北京").tokens == list("我爱北京")
    monkeypatch.undo()
    tokenizer.save(tmp_path / "tokenizer.json")
    assert Tokenizer.load(tmp_path / "tokenizer.json").encode("我爱北京").tokens == list("我爱北京")


def test_word_pieces_cut_the_longest_first_and_mark_what_goes_on() -> None:
    text = "play playing played player plays " * 30
    tokenizer = Tokenizer.train(TokenizerConfig("wordpiece", 29), text)
    ids = tokenizer.ids(" plays").tolist()
    assert "".join(map(tokenizer.token_text, ids)) == " plays" == tokenizer.decode(ids)
    assert [tokenizer.token_label(i).startswith("##") for i in ids] == [False] + [True] * (len(ids) - 1)
    assert len(ids) > 1
    assert tokenizer.ids("p" * 101).tolist() == [0]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    other = hf.Tokenizer(models.WordLevel({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))
    for content, key in ((other.to_str(), "tokenizer_not_ours"), ("{", "tokenizer_unreadable")):
        path.write_text(content)
        with pytest.raises(TextError) as error:
            Tokenizer.load(path)
        assert error.value.key == key and error.value.message("en") and error.value.message("zh")
    with pytest.raises(TextError):
        Tokenizer.load(tmp_path / "nothing.json")


def test_files_of_byte_pairs_from_before_are_still_read(tmp_path: Path) -> None:
    """Their kind was called "bpe"; the file is the same."""
    earlier = hf.Tokenizer(models.BPE())
    earlier.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    earlier.decoder = hf.decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    earlier.train_from_iterator(
        [NEWS], trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    )
    earlier.save(str(tmp_path / "tokenizer.json"))
    assert Tokenizer.load(tmp_path / "tokenizer.json").kind == "byte_bpe"


@pytest.mark.parametrize("text", ["", "a", "ab" * 3000, "a" * 300_000])
def test_too_little_variety_gives_a_smaller_vocabulary(text: str) -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("byte_bpe", 5000), text)
    assert 256 <= tokenizer.vocab_size <= 280
    assert tokenizer.decode(tokenizer.ids(text)) == text


def test_fewer_tokens_than_bytes_is_refused() -> None:
    with pytest.raises(ConfigError):
        Tokenizer.train(TokenizerConfig("byte_bpe", 255), NEWS)
    assert Tokenizer.train(TokenizerConfig("byte_bpe", 256), NEWS).vocab_size == 256


def test_an_empty_text_still_makes_a_tokenizer() -> None:
    tokenizer = Tokenizer.train(TokenizerConfig("character"), "")
    assert tokenizer.vocab_size == 1 and tokenizer.ids("ab").tolist() == [0, 0]


def test_no_file_has_anything_of_ours(tokenizer: Tokenizer) -> None:
    """What `tokenizer.json` may hold is what the library writes; it refuses any other key."""
    keys = {"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer"}
    content = json.loads(tokenizer.hf.to_str())
    assert set(content) == keys | {"post_processor", "decoder", "model"}
    assert content["added_tokens"] == []
