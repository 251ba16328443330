"""Words keep the text whole, and Chinese ones work with and without the splitter."""

import importlib.util

import pytest
import tokenizers as hf
from tokenizers import pre_tokenizers

from lmcore.text import word_splitting
from lmcore.text.built_in import built_in_corpus
from lmcore.text.word_splitting import GPT2_WORD, WORD, pieces, split_all, split_for_merging, split_words

NASTY = [
    "",
    " ",
    "\n\n\n a \n b\r\nc\r\r\n\td",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 ﷽ 你好，世界。 שלום \u202e",
    "Z̷̢͚a̴l̶g̴o̵ \u2028 \u0085 \x1c \x1f \x00 \x7f \ufeff \u3000　二〇〇〇,〇 ①②",
    "don't we’ve rock'n'roll 's 1,000.5% a.b _x_ C++ ##",
    "猫坐在垫子上。" * 600,
    "我爱北京天安门" * 1_000,
    "x" * 5_000,
    "one two  three\n" * 400,
]
NEWS = built_in_corpus("news").text[:60_000]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", [*NASTY, NEWS])
def test_no_character_is_lost(text: str, language: str) -> None:
    assert "".join(split_all(text, language)) == text
    assert "".join(split_for_merging(text)) == text
    assert "".join(pieces(text)) == text


@pytest.mark.parametrize("expression", [WORD, GPT2_WORD])
@pytest.mark.parametrize("text", [*NASTY, NEWS])
def test_the_library_cuts_the_same_words(expression: str, text: str) -> None:
    split = pre_tokenizers.Split(hf.Regex(expression), "isolated")
    expected = [word for piece in pieces(text) for word, _ in split.pre_tokenize_str(piece)]
    assert (split_for_merging(text) if expression == GPT2_WORD else _by_piece(text)) == expected


def _by_piece(text: str) -> list[str]:
    return [word for piece in pieces(text) for word in split_all(piece)]


@pytest.mark.parametrize("text", [NEWS, "one two  three\n" * 400, "猫，坐“在”垫子（上）．" * 600])
def test_where_words_end_the_pieces_cut_none(text: str) -> None:
    assert len(list(pieces(text))) > 1
    split = pre_tokenizers.Split(hf.Regex(GPT2_WORD), "isolated")
    assert split_for_merging(text) == [word for word, _ in split.pre_tokenize_str(text)]
    assert _by_piece(text) == split_all(text)


def test_words_are_counted_without_signs_and_spaces() -> None:
    assert split_words("“Well,” she said — 3.5 times, don’t!") == [
        "Well",
        "she",
        "said",
        "3.5",
        "times",
        "don’t",
    ]
    assert split_words("... \n ??") == []


@pytest.mark.skipif(importlib.util.find_spec("rjieba") is None, reason="needs rjieba")
def test_chinese_words_come_from_the_dictionary() -> None:
    assert split_words("我爱北京天安门。", "zh") == ["我", "爱", "北京", "天安门"]


def test_without_the_splitter_every_chinese_character_is_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_splitting, "has_splitter", lambda: False)
    assert split_words("我爱北京 3 times。", "zh") == ["我", "爱", "北", "京", "3", "times"]


@pytest.mark.parametrize(
    "text",
    [
        "The cat’s 3.5 kg, isn't it? foo_bar x2y 1,000.5. (don't) 'quoted' it's—so… a'b'c 1.2.3 naïve Ωmega",
        "привет мир, 5 рублей; مرحبا ٣٫٥ مرة; ªº ß ŉ’s _a_ __ 1_000 A.B. e.g. 10% $5 €7,50 #3",
    ],
)
def test_the_quick_way_gives_the_same_words(text: str) -> None:
    quick = split_words(text)
    slow = split_words(text + " ²")  # one rare sign, and the whole text goes the other way
    assert quick == slow[:-1] and slow[-1] == "²"
