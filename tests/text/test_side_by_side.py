"""Figures counted by hand, the component's contract, and strangers' files that cannot do harm."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lmcore.errors import ConfigError, TextError
from lmcore.text.built_in import built_in_corpus
from lmcore.text.config import KINDS, TokenizerConfig
from lmcore.text.confined import confined_row
from lmcore.text.pretrained import load_pretrained
from lmcore.text.side_by_side import Row, row_of, side_by_side
from lmcore.text.tokenizers import Tokenizer

NEWS = built_in_corpus("news").text[:20_000]
TEXTS = [
    "",
    "a",
    "The cat isn't 你好 here.",
    "👩‍👩‍👧‍👦 e\u0301 שלום\u202e\x00\n\n",
    "x" * 2_000,
    "\ud800 <script>",
]


@pytest.fixture(scope="module")
def tokenizers() -> dict[str, Tokenizer]:
    return {kind: Tokenizer.train(TokenizerConfig(kind, 400), NEWS) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_list_has_one_entry_a_token_and_the_places_cover_the_text(
    kind: str, text: str, tokenizers: dict[str, Tokenizer]
) -> None:
    result = side_by_side(text, [tokenizers[kind]], NEWS)
    (row,) = result.rows
    lists = (row.ids, row.starts, row.ends, row.labels, row.bytes, row.ranks, row.counts)
    assert {len(values) for values in lists} == {row.n_tokens}
    covered = {i for start, end in zip(row.starts, row.ends, strict=True) for i in range(start, end)}
    assert covered == set(range(len(text)))
    if row.exact:
        assert bytes.fromhex("".join(row.bytes)).decode() == result.text
    json.dumps(result.to_json(), allow_nan=False).encode()


def test_the_figures_are_those_counted_by_hand() -> None:
    corpus = "aab aac"
    tokenizer = Tokenizer.train(TokenizerConfig("character"), corpus)
    (row,) = side_by_side("ab z", [tokenizer], corpus).rows
    assert row.labels == ["a", "b", " ", "\ufffd"]
    assert row.counts == [4, 1, 1, 0] and row.bytes == ["61", "62", "20", "efbfbd"]
    assert row.ranks == [1, 3, 2, None]  # " ", "b" and "c" stand there once each: the smaller id first
    assert (row.n_tokens, row.tokens_per_word, row.tokens_per_character) == (4, 2.0, 1.0)
    assert (row.characters_per_token, row.unknown_share, row.unknown_id) == (1.0, 0.25, 0)
    assert row.why_not_exact == "tokenizer.character.not_exact" and row.characters_per_s > 0


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_those_of_the_whole_corpus(kind: str, tokenizers: dict[str, Tokenizer]) -> None:
    tokenizer = tokenizers[kind]
    counts = Counter(tokenizer.ids(NEWS).tolist())
    row = row_of(tokenizer, NEWS[:300], NEWS)
    assert row.counts == [counts[id] for id in row.ids]
    known = row_of(tokenizer, NEWS[:300], NEWS, corpus_ids=tokenizer.ids(NEWS))
    assert without_speed(row) == without_speed(known)
    order = sorted(counts, key=lambda id: (-counts[id], id))
    assert row.ranks == [order.index(id) + 1 for id in row.ids]


def test_a_text_without_words_or_tokens_has_no_ratios(tokenizers: dict[str, Tokenizer]) -> None:
    empty, signs = (side_by_side(text, [tokenizers["byte"]], NEWS).rows[0] for text in ("", "?!"))
    assert (empty.tokens_per_word, empty.tokens_per_character, empty.characters_per_token) == (None,) * 3
    assert signs.tokens_per_word is None and signs.tokens_per_character == 1.0


def test_the_bytes_of_a_character_share_its_place(tokenizers: dict[str, Tokenizer]) -> None:
    (row,) = side_by_side("a你b", [tokenizers["byte"]], "").rows
    assert list(zip(row.starts, row.ends, strict=True)) == [(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)]
    assert row.bytes == ["61", "e4", "bd", "a0", "62"] and row.labels[1] == "⟨E4⟩"


def test_rows_come_as_asked_for_and_have_ids_of_their_own(tokenizers: dict[str, Tokenizer]) -> None:
    asked = [tokenizers["word"], tokenizers["byte"], tokenizers["word"]]
    rows = side_by_side("The cat", asked, NEWS).rows
    assert [row.kind for row in rows] == ["word", "byte", "word"]
    assert len({row.id for row in rows}) == 3


def test_long_passages_and_many_tokenizers_are_refused(tokenizers: dict[str, Tokenizer]) -> None:
    with pytest.raises(TextError) as error:
        side_by_side("x" * 2_001, [], NEWS)
    assert "2,001" in error.value.message("en") and "2,001" in error.value.message("zh")
    with pytest.raises(ConfigError):
        side_by_side("x", [tokenizers["byte"]] * 5, NEWS)


def test_a_file_gives_the_row_that_it_gives_here(tmp_path: Path, tokenizers: dict[str, Tokenizer]) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizers["byte_bpe"].save(path)
    (row,) = side_by_side("The cat 你", [path], NEWS, names=["mine.json"]).rows
    here = row_of(load_pretrained(path, "mine.json"), "The cat 你", NEWS)
    assert without_speed(row) == without_speed(here)
    assert (row.kind, row.name, row.exact) == ("pretrained", "mine.json", True)
    assert row.ids == tokenizers["byte_bpe"].ids("The cat 你").tolist()


def without_speed(row: Row) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "characters_per_s"}


def hostile(path: Path, **parts: Any) -> Path:
    model = {"type": "WordLevel", "vocab": {"a": 0, "[UNK]": 1}, "unk_token": "[UNK]"}
    path.write_text(json.dumps({"version": "1.0", "added_tokens": [], "model": model} | parts))
    return path


def test_an_expression_that_takes_for_ever_ends_with_its_process(tmp_path: Path) -> None:
    """Each place takes seconds, and just fewer tries than the engine's own limit."""
    pattern = {"Regex": "(?:a|a|a)(?:a|a)" + "a?" * 18 + "a{20}$|b"}
    path = hostile(
        tmp_path / "tokenizer.json",
        pre_tokenizer={"type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": False},
    )
    start = time.monotonic()
    with pytest.raises(TextError) as error:
        confined_row(path, "", "a" * 30 + "!", ("a" * 30 + "!") * 3_000, "en", seconds=3)
    assert error.value.key in ("tokenizer_too_slow", "tokenizer_breaks")
    assert time.monotonic() - start < 10


def test_replacements_that_grow_and_grow_end_with_their_process(tmp_path: Path) -> None:
    """Six times a thousandfold: one letter would need an exabyte."""
    grow = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 1_000}
    path = hostile(tmp_path / "it.json", normalizer={"type": "Sequence", "normalizers": [grow] * 6})
    with pytest.raises(TextError) as error:
        confined_row(path, "", "a", "", "en", seconds=60)
    assert error.value.key == "tokenizer_breaks"
    assert error.value.message("en") and error.value.message("zh")


def test_a_broken_file_is_the_same_error_as_here(tmp_path: Path) -> None:
    (tmp_path / "it.json").write_text("{")
    with pytest.raises(TextError) as error:
        side_by_side("a", [tmp_path / "it.json"], "")
    assert error.value.key == "tokenizer_unreadable" and error.value.given["name"] == "it.json"
