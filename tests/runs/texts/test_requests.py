"""What a worker answers about texts: whole answers in JSON, progress on the way, refusals in words."""

import io
import json
import zipfile
from typing import Any

import pytest

from lmcore.errors import LmcoreError, TextError
from lmcore.runs.home import Home
from lmcore.runs.texts.requests import REQUESTS
from lmcore.text.config import TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import CorpusInfo
from lmcore.text.tokenizers import Tokenizer

NASTY = "<script>alert(1)</script> \u202eevil\u202c \U0001f469\u200d\U0001f467 e\u0301\u0301 你好 \ud83d"
NO_CLEANING: dict[str, Any] = {"steps": [], "shortest": 0, "longest": 0}
SHARES = {"validation_share": 0.1, "test_share": 0.05}
READ = {"query": "", "regex": False, "case": False, "document": 0, "start": 0, **SHARES}
PREDICT = {"unit": "character", "prompt": "the ", "order": 0, "seed": 1, **SHARES}


def answer(home: Home, request: str, corpus: str, **arguments: Any) -> dict[str, Any]:
    """The last part; all parts go through JSON, as they do on their way to the server."""
    parts = [json.loads(json.dumps(part)) for part in REQUESTS[request](home, corpus, **arguments)]
    assert all(0 <= part["progress"] <= 1 for part in parts[:-1])
    return parts[-1]


def upload(home: Home, data: bytes) -> str:
    home.uploads.mkdir(parents=True, exist_ok=True)
    (home.uploads / ("0" * 24)).write_bytes(data)
    return "0" * 24


@pytest.fixture
def nasty(home: Home, small_text: str) -> CorpusInfo:
    documents = [NASTY.encode("utf-8", "replace").decode(), small_text, "", "<script>"]
    return CorpusLibrary(home.corpora).add(NASTY, documents, owner="x", labels=["<b>", "a", "", "a"])


def test_read_gives_figures_documents_and_the_split(home: Home, corpus: CorpusInfo, small_text: str) -> None:
    found = answer(home, "read", corpus.id, cleaning=NO_CLEANING, **READ)
    assert found["corpus"]["n_characters"] == len(small_text)
    assert answer(home, "words", corpus.id, cleaning=NO_CLEANING) == {"n_words": len(small_text.split())}
    assert sum(found["split"].values()) == pytest.approx(1)
    assert found["document"]["text"] == small_text and found["search"] is None


def test_read_finds(home: Home, corpus: CorpusInfo, small_text: str) -> None:
    found = answer(home, "read", corpus.id, cleaning=NO_CLEANING, **READ | {"query": "cat"})
    assert found["search"]["n_hits"] == small_text.count("cat") > 0
    hit = found["search"]["hits"][0]
    assert small_text[hit["start"] : hit["start"] + 3] == "cat"


@pytest.mark.parametrize("place", [{"document": 10**9}, {"document": 1, "start": 10**9}, {"start": 5}])
def test_read_of_a_place_that_is_not_there_reads_another(
    home: Home, nasty: CorpusInfo, place: dict[str, int]
) -> None:
    found = answer(home, "read", nasty.id, cleaning=NO_CLEANING, **READ | place)
    assert 0 <= found["document"]["i"] < 4


def test_the_nasty_text_goes_through_every_view(home: Home, nasty: CorpusInfo) -> None:
    for request, arguments in {
        "read": READ | {"query": "<script>"},
        "clean": {},
        "split": {"passage": NASTY, "tokenizers": [{"kind": "byte_bpe", "vocab_size": 300}]},
        "merge": {"passage": NASTY, "unit": "byte", "n_merges": 50},
        "count": {"n": 2, "lower": True},
        "predict": PREDICT | {"prompt": NASTY},
    }.items():
        assert answer(home, request, nasty.id, cleaning=NO_CLEANING, **arguments)


def test_clean_tells_of_every_step_and_of_the_whole(home: Home, corpus: CorpusInfo) -> None:
    cleaning = NO_CLEANING | {"steps": ["punctuation", "case"]}
    found = answer(home, "clean", corpus.id, cleaning=cleaning)
    names = [step["name"] for step in found["steps"]]
    assert names.index("punctuation") < names.index("case"), "in the order of the visitor"
    on = {step["name"] for step in found["steps"] if step["on"]}
    assert on == {"punctuation", "case"}
    removed = found["totals"]["characters_before"] - found["totals"]["characters_after"]
    dots = next(step for step in found["steps"] if step["name"] == "punctuation")
    assert removed == dots["characters_before"] - dots["characters_after"] > 0
    assert dots["examples"][0]["pieces"]


def test_clean_with_no_step_on_leaves_the_whole_as_it_is(home: Home, corpus: CorpusInfo) -> None:
    totals = answer(home, "clean", corpus.id, cleaning=NO_CLEANING)["totals"]
    assert totals["characters_before"] == totals["characters_after"] > 0


def test_split_shows_the_passage_through_every_tokenizer(home: Home, corpus: CorpusInfo) -> None:
    kinds = ["character", "byte", "word", "bpe", "byte_bpe", "wordpiece", "unigram"]
    asked = [{"kind": kind, "vocab_size": 300} for kind in kinds]
    passage = "the cat sees the dog."
    rows = answer(home, "split", corpus.id, cleaning=NO_CLEANING, passage=passage, tokenizers=asked)["rows"]
    assert [row["kind"] for row in rows] == kinds
    for row in rows:
        assert row["n_tokens"] == len(row["ids"]) == len(row["labels"]) == len(row["starts"])
        assert max(row["ends"]) <= len(passage)


def test_merge_ends_where_it_was_asked_to(home: Home, corpus: CorpusInfo) -> None:
    arguments = {"passage": "the cat", "unit": "character", "n_merges": 20}
    found = answer(home, "merge", corpus.id, cleaning=NO_CLEANING, **arguments)
    assert len(found["merges"]) == 20
    counts = [found["n_tokens_start"], *(merge["n_tokens"] for merge in found["merges"])]
    assert counts == sorted(counts, reverse=True)
    assert "".join("".join(word) for word in found["words"]) == "the cat"


def test_count_counts_the_words(home: Home, corpus: CorpusInfo, small_text: str) -> None:
    found = answer(home, "count", corpus.id, cleaning=NO_CLEANING, n=2, lower=True)
    assert found["n_words"] == len(small_text.split())
    assert found["pictures"]["words"]["word"][0] == "the"


def test_predict_measures_every_order_and_goes_on_writing(home: Home, corpus: CorpusInfo) -> None:
    found = answer(home, "predict", corpus.id, cleaning=NO_CLEANING, **PREDICT)
    assert [row["order"] for row in found["orders"]] == [1, 2, 3, 4, 5, 6]
    losses = {row["order"]: row["loss"] for row in found["orders"]}
    assert losses[found["best"]] == min(losses.values()) < found["uniform"]["loss"]
    assert found["writes"]["prompt"] == "the " and found["writes"]["text"]
    other = answer(home, "predict", corpus.id, cleaning=NO_CLEANING, **PREDICT | {"order": 2})
    assert other["order"] == 2 and other["best"] == found["best"]


def test_predict_says_which_characters_of_a_prompt_were_never_seen(home: Home, corpus: CorpusInfo) -> None:
    found = answer(home, "predict", corpus.id, cleaning=NO_CLEANING, **PREDICT | {"prompt": "the 猫Ω "})
    assert found["writes"]["skipped"] == ["Ω", "猫"] and found["writes"]["prompt"] == "the  "


def test_predict_by_words(home: Home, corpus: CorpusInfo) -> None:
    found = answer(home, "predict", corpus.id, cleaning=NO_CLEANING, **PREDICT | {"unit": "word"})
    assert found["unit"] == "word" and found["split"]["train"] > found["split"]["validation"] > 0


def test_a_text_that_is_cleaned_away_is_said(home: Home, corpus: CorpusInfo) -> None:
    cleaning = {"steps": ["length"], "shortest": 10**6, "longest": 0}
    with pytest.raises(TextError) as refusal:
        answer(home, "count", corpus.id, cleaning=cleaning, n=2, lower=True)
    assert refusal.value.key == "cleaned_away"
    assert answer(home, "clean", corpus.id, cleaning=cleaning), "the view that can mend it still opens"


def test_look_keeps_nothing_and_take_in_keeps_all(home: Home, small_text: str) -> None:
    file = upload(home, ("﻿" + small_text).encode())
    seen = answer(home, "look", file, file="animals.txt", choices={})
    assert (seen["format"], seen["encoding"], seen["n_documents"]) == ("txt", "utf-8", 1)
    assert CorpusLibrary(home.corpora).folder.exists() is False
    told = {"title": "", "owner": "ann", "licence": "CC0", "origin": "here"}
    info = answer(home, "take_in", file, file="animals.txt", choices={}, **told)["info"]
    assert CorpusLibrary(home.corpora).get(info["id"]).text == small_text
    assert (info["name"], info["owner"], info["licence"]) == ("animals.txt", "ann", "CC0")
    assert not list(home.uploads.iterdir())


def test_a_table_becomes_documents_with_labels(home: Home) -> None:
    rows = "".join(f"{'good' if i % 2 else 'bad'},this is review number {i} of them all\n" for i in range(20))
    file = upload(home, f"label,text\n{rows}".encode())
    seen = answer(home, "look", file, file="reviews.csv", choices={})
    assert (seen["text_column"], seen["label_column"], seen["n_documents"]) == ("text", "label", 20)
    told = {"title": "reviews", "owner": "ann", "licence": "", "origin": ""}
    info = answer(home, "take_in", file, file="reviews.csv", choices={}, **told)["info"]
    assert CorpusLibrary(home.corpora).get(info["id"]).labels[:2] == ("bad", "good")


@pytest.mark.parametrize("file", ["../../etc/passwd", "", "f" * 24, "\0", "news"])
def test_an_upload_that_is_not_there_is_refused(home: Home, file: str) -> None:
    with pytest.raises(LmcoreError) as refusal:
        answer(home, "look", file, file="x", choices={})
    assert refusal.value.key == "upload_gone"


def test_a_tokenizer_can_be_brought_alone_or_in_an_archive(home: Home, corpus: CorpusInfo) -> None:
    trained = Tokenizer.train(TokenizerConfig("byte_bpe", 300), "the cat sees the dog " * 20)
    path = home.folder / "tokenizer.json"
    trained.save(path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("model/tokenizer.json", path.read_bytes())
        archive.writestr("../../evil.txt", b"x")
    for data in (path.read_bytes(), packed.getvalue()):
        asked = [{"kind": "pretrained", "vocab_size": 0, "upload": upload(home, data), "name": "mine"}]
        (row,) = answer(home, "split", corpus.id, cleaning=NO_CLEANING, passage="the cat", tokenizers=asked)[
            "rows"
        ]
        assert row["ids"] == trained.encode("the cat").ids.tolist() and row["name"] == "mine"
    assert not list(home.folder.parent.rglob("evil.txt"))


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 10**5, b"PK\x03\x04 broken", b"\x00" * 100])
def test_a_tokenizer_that_is_none_is_refused_in_words(home: Home, corpus: CorpusInfo, data: bytes) -> None:
    asked = [{"kind": "pretrained", "vocab_size": 0, "upload": upload(home, data), "name": "<b>"}]
    with pytest.raises(LmcoreError):
        answer(home, "split", corpus.id, cleaning=NO_CLEANING, passage="x", tokenizers=asked)


def test_a_broken_pattern_does_not_take_the_text_away(home: Home, corpus: CorpusInfo) -> None:
    found = answer(home, "read", corpus.id, cleaning=NO_CLEANING, **READ | {"query": "(a", "regex": True})
    assert found["search"] is None and found["problem"]["key"] == "search_pattern"
    assert found["document"]["text"]


def test_a_passage_is_cleaned_like_the_text_that_its_tokenizers_have_seen(
    home: Home, corpus: CorpusInfo
) -> None:
    asked = [{"kind": "character", "vocab_size": 300}]
    cleaning = NO_CLEANING | {"steps": ["case"]}
    found = answer(home, "split", corpus.id, cleaning=cleaning, passage="THE CAT", tokenizers=asked)
    assert found["text"] == "the cat" and found["rows"][0]["unknown_share"] == 0


def test_merge_says_when_it_has_read_only_the_beginning(
    home: Home, corpus: CorpusInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = {"passage": "the cat", "unit": "character", "n_merges": 5, "cleaning": NO_CLEANING}
    assert not answer(home, "merge", corpus.id, **arguments)["truncated"]
    monkeypatch.setattr("lmcore.runs.texts.merge.MERGED_CHARACTERS", 500)
    found = answer(home, "merge", corpus.id, **arguments)
    assert found["truncated"] and found["n_characters"] == 500
