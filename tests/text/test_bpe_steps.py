"""Our merges are those of the library, and their figures are those of the text."""

import json
import random
import time
from itertools import islice, pairwise

import pytest
import tokenizers as hf
from tokenizers import models, pre_tokenizers, trainers

from lmcore.errors import ConfigError
from lmcore.text import bpe_steps
from lmcore.text.bpe_steps import UNITS, learn_merges, passage_words
from lmcore.text.built_in import built_in_corpus
from lmcore.text.byte_symbols import STAND_IN
from lmcore.text.word_splitting import GPT2_WORD

NEWS = built_in_corpus("news").text[:120_000]
CHARACTERS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往，。\n"
CHINESE = "".join(random.Random(5).choices(CHARACTERS, weights=[9, 7, *[2] * 18, 3, 2, 1], k=20_000))
TIES = "".join(random.Random(1).choices("abc d\n'", k=4_000))
TEXTS = {
    "English": NEWS,
    "Chinese": CHINESE,
    "ties": TIES,
    "repeats": "aaaaaaa aaaaa aaa aa a " * 9 + "abababab babababa " * 5,
    "one character": "x" * 1_999,
    "nasty": "👩‍👩‍👧‍👦 🇩🇪 e\u0301 ﷽ שלום \u202e\x00\x1f\ufffd Z̷̢͚a̴l̶g̴o̵\r\n\t ⟨E4⟩ ⟨⟩ " * 12,
    "empty": "",
}


def merges_of_the_library(text: str, unit: str, n_merges: int) -> list[tuple[str, str]]:
    tokenizer = hf.Tokenizer(models.BPE())
    if unit == "byte":
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Split(hf.Regex(GPT2_WORD), "isolated")
        alphabet = sorted(set(text))
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + n_merges, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([text], trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", TEXTS)
def test_merges_are_those_of_the_library(name: str, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bpe_steps, "_shown", lambda symbol, unit: symbol)
    theirs = merges_of_the_library(TEXTS[name], unit, 800)
    ours = [(merge.left, merge.right) for merge in islice(learn_merges(TEXTS[name], unit), len(theirs))]
    assert ours == theirs
    assert len(theirs) == 800 or name not in ("English", "Chinese")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", TEXTS)
def test_every_merge_is_counted_as_if_all_were_counted_again(name: str, unit: str) -> None:
    """The published algorithm, with the passage in the place of the text: merge, and count again."""
    text = TEXTS[name][:600]
    words = passage_words(text, unit)
    for merge in islice(learn_merges(text, unit), 300):
        pairs = [pair for word in words for pair in pairwise(word)]
        counts = {pair: pairs.count(pair) for pair in set(pairs)}
        assert merge.count == counts[merge.left, merge.right] == max(counts.values())
        words = [merged_word(word, merge) for word in words]
        assert merge.n_tokens == sum(map(len, words))


def merged_word(word: list[str], merge: bpe_steps.Merge) -> list[str]:
    result: list[str] = []
    i = 0
    while i < len(word):
        is_pair = word[i : i + 2] == [merge.left, merge.right]
        result.append(merge.merged if is_pair else word[i])
        i += 2 if is_pair else 1
    return result


def test_merging_ends_when_every_word_is_one_symbol() -> None:
    *_, last = learn_merges("low lower lowest\n")
    assert last.n_tokens == 4
    assert [merge.merged for merge in learn_merges("a b")] == [" b"]
    assert list(learn_merges("")) == list(learn_merges("a\nb")) == []


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("text", TEXTS.values())
def test_a_passage_is_shown_whole(unit: str, text: str) -> None:
    words = passage_words(text, unit)
    if unit == "character":
        assert "".join(symbol for word in words for symbol in word) == text
    assert sum(map(len, words)) == len(text if unit == "character" else text.encode())


def test_bytes_are_shown_readably_and_never_alike() -> None:
    assert passage_words("é\n", "byte") == [["⟨C3⟩", "⟨A9⟩"], ["\n"]]
    shown = {bpe_steps._shown(symbol, "byte") for symbol in STAND_IN.values()}
    assert len(shown) == 256
    literal = "".join(STAND_IN[byte] for byte in "⟨C3⟩".encode())
    assert bpe_steps._shown(literal, "byte") == "⟨E2 9F A8 43 33 E2 9F A9⟩"


def test_half_surrogates_and_unknown_units() -> None:
    assert passage_words("a\ud800") == [["a"], ["\ufffd"]]
    with pytest.raises(ConfigError):
        next(learn_merges("text", "word"))


def test_a_word_of_a_million_letters_does_not_hold_it_up() -> None:
    start = time.process_time()
    for text in ("ab" * 500_000, "x" * 1_000_000):
        merges = list(islice(learn_merges(text), 50))
        assert merges[0].n_tokens == 500_000
    assert time.process_time() - start < 30
