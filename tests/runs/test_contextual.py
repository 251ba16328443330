"""What a worker answers about a word in its sentences: whole answers in JSON, refusals in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from lmcore.errors import LmcoreError, RunError, TextError
from lmcore.events import Snapshot
from lmcore.runs.home import Home
from lmcore.runs.requests import REQUESTS
from lmcore.tasks.language_model import start
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import CorpusInfo
from lmcore.training.snapshots import write_snapshot

NO_CLEANING: dict[str, Any] = {"steps": [], "shortest": 0, "longest": 0}


@pytest.fixture
def trained(home: Home, corpus: CorpusInfo, tiny_spec: RunSpec) -> str:
    folder: Path = home.run_folder("abc")
    run = start(tiny_spec, CorpusLibrary(home.corpora).get(corpus.id), folder)
    for event in run.events():
        if isinstance(event, Snapshot):
            write_snapshot(folder, event)
    return corpus.id


def asked(home: Home, corpus: str, word: str, sentences: str = "", n: int = 12) -> dict[str, Any]:
    given = {"corpus": corpus, "cleaning": NO_CLEANING, "word": word, "sentences": sentences, "n": n}
    parts = [json.loads(json.dumps(part)) for part in REQUESTS["contextual"](home, "abc", 30, **given)]
    return parts[-1]


def test_places_come_from_the_text_of_the_run(home: Home, trained: str, small_text: str) -> None:
    answer = asked(home, trained, "cat")
    assert answer["n_found"] == small_text.count("cat") and len(answer["places"]) == 12
    assert {place["word"] for place in answer["places"]} == {"cat"}
    assert all(place["read"] < answer["context"] == 16 for place in answer["places"])
    assert len({len(layer["xy"]) for layer in answer["layers"]}) == 1
    assert all(-1 <= value <= 1 for layer in answer["layers"] for xy in layer["xy"] for value in xy)


def test_without_a_word_one_is_taken(home: Home, trained: str) -> None:
    answer = asked(home, trained, "")
    assert answer["word"] == answer["words"][0] and len(answer["places"]) > 1


def test_typed_sentences_replace_the_text(home: Home, trained: str) -> None:
    answer = asked(home, trained, "cat", "the cat sees\n\nno such animal\nthe dog likes the cat.\n")
    assert answer["typed"] and answer["skipped"] == 1 and answer["n_found"] == 2
    assert [place["before"] for place in answer["places"]] == ["the ", "the dog likes the "]


def test_five_hundred_sentences_are_cut_to_what_can_be_drawn(home: Home, trained: str) -> None:
    answer = asked(home, trained, "cat", "\n".join(f"{i} the cat" for i in range(500)))
    assert answer["n_found"] == 500 and len(answer["places"]) == 200


@pytest.mark.parametrize(
    ("word", "sentences", "key"),
    [
        ("zebra", "", "contextual_not_in_text"),
        ("zebra", "the cat\nthe dog", "contextual_in_no_line"),
        ("cat", "only the cat", "contextual_only_once"),
        ("c" * 17, f"{'c' * 17} {'c' * 17}", "contextual_beyond_context"),
        ("a" * 99, "", "contextual_word_too_long"),
    ],
)
def test_what_cannot_be_compared_is_said(
    home: Home, trained: str, word: str, sentences: str, key: str
) -> None:
    with pytest.raises(TextError) as caught:
        asked(home, trained, word, sentences)
    assert caught.value.key == key
    assert all("{" not in caught.value.message(language) for language in ("en", "zh"))


def test_characters_that_the_model_does_not_know_are_named(home: Home, trained: str) -> None:
    assert asked(home, trained, "猫", "一只猫\n小猫")["unknown"] == ["猫"]


def test_a_snapshot_that_is_not_there(home: Home, corpus: CorpusInfo) -> None:
    with pytest.raises(RunError):
        asked(home, corpus.id, "cat")
    assert issubclass(RunError, LmcoreError)
