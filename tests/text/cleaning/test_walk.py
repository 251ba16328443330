"""Whole corpora: what is left, what every step tells, and texts that were made to break things."""

import random
import time

import numpy as np
import pytest

from lmcore.errors import TextError
from lmcore.text.cleaning.clean import clean
from lmcore.text.cleaning.walk import StepReport, walk
from lmcore.text.config import STEPS, CleaningConfig

DOCUMENTS = (
    "The  first document, with 12 numbers.",
    "\ufeff\u200b",
    "",
    "Second\x00 one: SHORT",
    "Ｔhird １２３ and the last one, which is the longest of them all.",
)
SAFE = tuple(step for step in STEPS if step not in ("mojibake", "html", "simplified"))


def reports(documents: tuple[str, ...], config: CleaningConfig) -> dict[str, StepReport]:
    return {report.name: report for report in walk(documents, config)}


def test_kept_documents_carry_their_places() -> None:
    cleaned = clean(DOCUMENTS, CleaningConfig(("control", "zero_width", "case", "length"), longest=40))
    assert cleaned.documents == ("the  first document, with 12 numbers.", "", "second one: short")
    assert cleaned.kept.tolist() == [0, 2, 3]


def test_steps_are_carried_out_in_the_order_of_the_config() -> None:
    text = ["NO. 5 & MORE"]
    assert clean(text, CleaningConfig(("numbers", "punctuation", "white_space"))).documents == ("NO 0 MORE",)
    assert clean(text, CleaningConfig(("white_space", "punctuation"))).documents == ("NO 5  MORE",)


def test_without_steps_nothing_changes() -> None:
    cleaned = clean(DOCUMENTS, CleaningConfig())
    assert cleaned.documents == DOCUMENTS
    assert np.array_equal(cleaned.kept, np.arange(5))


@pytest.mark.parametrize("documents", [[], [""], ["", " \n"]])
def test_nothing_to_clean_is_said(documents: list[str]) -> None:
    with pytest.raises(TextError, match="The text is empty"):
        clean(documents, CleaningConfig(("case",)))
    assert [report.n_places for report in walk(documents, CleaningConfig(("case",))) if report.on] == [0]


@pytest.mark.parametrize(
    ("documents", "config"),
    [
        (["...", "!?"], CleaningConfig(("punctuation",))),
        (["one", "two"], CleaningConfig(("length",), shortest=100)),
        (["\x00\x01", "\u200b"], CleaningConfig(("control", "zero_width"))),
    ],
)
def test_everything_cleaned_away_is_an_error_in_both_languages(
    documents: list[str], config: CleaningConfig
) -> None:
    with pytest.raises(TextError) as error:
        clean(documents, config)
    assert error.value.key == "cleaned_away"
    assert all(str(len(documents)) in error.value.message(language) for language in ("en", "zh"))
    last = list(walk(documents, config))[-1]
    assert last.documents_after == 0


def test_walk_ends_where_clean_does() -> None:
    config = CleaningConfig(tuple(reversed(SAFE)), shortest=4)
    *_, last = walk(DOCUMENTS, config, order=config.steps)
    cleaned = clean(DOCUMENTS, config)
    assert last.documents_after == len(cleaned.documents)
    assert last.characters_after == sum(map(len, cleaned.documents))


def test_a_step_that_is_off_tells_what_it_would_do_and_passes_nothing_on() -> None:
    told = reports(DOCUMENTS, CleaningConfig(("white_space",)))
    assert list(told) == list(STEPS)
    assert [name for name, report in told.items() if report.on] == ["white_space"]
    assert (told["case"].n_places, told["case"].n_documents) == (4, 3)
    assert told["case"].characters_after == told["case"].characters_before
    assert told["zero_width"].documents_after == 4
    assert told["nfc"].documents_before == 5, "zero_width was off"
    assert told["white_space"].characters_after == told["duplicate_lines"].characters_before


def test_examples_name_the_document_of_the_input() -> None:
    told = reports(DOCUMENTS, CleaningConfig(("zero_width",)))
    assert [example.document for example in told["control"].examples] == [3]
    assert [example.document for example in told["case"].examples] == [0, 3, 4]
    removed = [piece for piece in told["numbers"].examples[0].pieces if piece.kind == "removed"]
    assert "".join(piece.text for piece in removed) == "12"


def test_dropped_documents_are_examples_too() -> None:
    (report,) = walk(DOCUMENTS, CleaningConfig(("length",), longest=20), order=("length",))
    assert [example.document for example in report.examples] == [0, 4]
    assert report.examples[0].pieces[0].text == DOCUMENTS[0]
    assert (report.n_places, report.n_documents, report.documents_after) == (2, 2, 3)


def test_there_are_as_many_examples_as_asked_for() -> None:
    text = "Word after word and then some more of those small ones, until the end of the line.\n" * 100
    assert len(reports((text,), CleaningConfig())["case"].examples) == 5
    assert [len(r.examples) for r in walk([text, text, "no"], CleaningConfig(), ("case",), examples=3)] == [3]
    assert [r.examples for r in walk([text], CleaningConfig(), ("case",), examples=0)] == [()]


def test_half_surrogates_become_replacement_characters() -> None:
    assert clean(["smile \ud83d end", "ok"], CleaningConfig(("case",))).documents == (
        "smile \ufffd end",
        "ok",
    )
    assert all(report.n_places == 0 for report in walk(["\udc80"], CleaningConfig()))


@pytest.mark.parametrize(
    "text",
    [
        "e" + "\u0301" * 10**6,
        "e" + "\u0301\u0316" * (10**6 // 2),  # marks that a normal form puts in order
        "a" + "\u0f73" * 10**5,  # one that becomes two such marks
        "\u202e" * 10**6,
        "שלום\u202e" * 10**5,
        " " * 10**6,
        "\n " * 10**5,
        "\x1b[" * 10**5,
        "<" * 10**5,
        "</a" * 10**5,
        "&a" * 10**5,
        "\u200d\U0001f469" * 10**5,
        "\x00" * 10**6,
        "İΣ" * 10**5,
    ],
    ids=lambda text: ascii(text[:4]),
)
def test_floods_take_time_in_proportion_to_their_length(text: str) -> None:
    start = time.process_time()
    assert len(list(walk([text], CleaningConfig()))) == len(STEPS)
    assert time.process_time() - start < 15  # seconds; what grows with the square takes hours


def test_ten_megabytes_on_one_line() -> None:
    text = "Some words, " * (10_000_000 // 12)
    start = time.process_time()
    told = reports(
        (text,), CleaningConfig(("control", "zero_width", "nfc", "white_space", "case", "punctuation"))
    )
    assert time.process_time() - start < 15
    assert told["case"].n_places == 10_000_000 // 12
    assert told["length"].characters_before == len("some words ") * (10_000_000 // 12) - 1


def test_random_documents_never_break_a_walk() -> None:
    rng = random.Random(5)
    for _ in range(20):
        documents = ["".join(chr(rng.randrange(0x110000)) for _ in range(50)) for _ in range(5)]
        steps = rng.sample(STEPS, rng.randrange(len(STEPS)))
        order = [*steps, *(step for step in STEPS if step not in steps)]
        told = list(walk(documents, CleaningConfig(tuple(steps), shortest=1), order))
        assert [report.name for report in told] == order
        assert all(report.examples or not report.n_documents for report in told)
