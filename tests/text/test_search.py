"""Hits are where they are said to be, and no pattern of a visitor hangs or fills the memory."""

import json

import pytest

from lmcore.errors import TextError
from lmcore.text.search import CONTEXT, LONGEST_QUERY, SHOWN, search

DOCUMENTS = [
    "The cat sat on the mat.\nThen the cat slept.",
    "No animals here.",
    "",
    "猫坐在垫子上。那只猫睡着了。🐈 cat",
]


def test_every_hit_is_where_it_is_said_to_be() -> None:
    found = search(DOCUMENTS, "cat|猫")
    assert (found.n_hits, found.n_documents) == (5, 2)
    for hit in found.hits:
        document = DOCUMENTS[hit.i]
        end = hit.start + len(hit.match)
        assert document[hit.start : end] == hit.match
        assert document[: hit.start].endswith(hit.before) and document[end:].startswith(hit.after)


def test_case_counts_only_when_asked() -> None:
    assert search(DOCUMENTS, "the").n_hits == 4
    assert search(DOCUMENTS, "the", match_case=True).n_hits == 2
    assert search(DOCUMENTS, "THE", plain=True).n_hits == 4
    assert search(DOCUMENTS, "THE", plain=True, match_case=True).n_hits == 0


@pytest.mark.parametrize("query", ["a.b", "(", "[x]", "a*", "\\", "^", "a{2}", "(?R)", "{9}{9}{9}{99999}"])
def test_plain_text_is_taken_letter_by_letter(query: str) -> None:
    found = search([f"before {query} after"], query, plain=True)
    assert [(hit.before, hit.match, hit.after) for hit in found.hits] == [("before ", query, " after")]


def test_an_anchor_stands_for_the_ends_of_a_line() -> None:
    assert [hit.start for hit in search(DOCUMENTS, r"^Th\w+").hits] == [0, 24]


@pytest.mark.parametrize("query", ["(", "a(b", "[a", "*", "a{2,1}", "\\", r"\p{Foo}", "(?P<n>", "(?(1)a|b)"])
def test_a_broken_pattern_says_where_it_breaks(query: str) -> None:
    with pytest.raises(TextError, match="cannot be read") as caught:
        search(DOCUMENTS, query)
    assert 1 <= caught.value.given["position"] <= len(query) + 1  # type: ignore[operator]


def test_the_position_is_counted_as_people_count() -> None:
    with pytest.raises(TextError, match="goes wrong at character 1"):
        search(DOCUMENTS, "*a")


@pytest.mark.parametrize("query", ["a*", "x?", "^", "$", "(|a)", "(a*)*", r"\s*"])
def test_a_pattern_that_fits_everywhere_is_refused(query: str) -> None:
    with pytest.raises(TextError, match="fits everywhere"):
        search(DOCUMENTS, query)


@pytest.mark.parametrize("query", [r"\b", "(?=cat)", r"(?<=t)\b"])
def test_matches_of_no_character_are_not_counted(query: str) -> None:
    assert search(DOCUMENTS, query).n_hits == 0
    assert search(DOCUMENTS, f"{query}|cat").n_hits <= 3


@pytest.mark.parametrize("query", [r"(a|aa)+$", r"(a|a|a)+$", r"^(\w|a)+\s"])
def test_a_pattern_that_never_ends_is_stopped(query: str) -> None:
    with pytest.raises(TextError, match=r"was still at work after 0\.2 s"):
        search(["a" * 60 + "b"] * 50, query, seconds=0.2)


@pytest.mark.parametrize(
    "query", ["(?:a{1000}){1000}", "((a{99}){99}){99}", "a{9,999}{999}", "(?R)", "b(?R)?c|(?R)", "(a(?1)b)"]
)
def test_a_pattern_that_would_fill_the_memory_is_refused(query: str) -> None:
    with pytest.raises(TextError, match="asks for too much"):
        search(DOCUMENTS, query)


def test_harmless_repetitions_are_not_refused() -> None:
    assert search(["on 2024-05-17, later"], r"\d{4}-\d{2}-\d{2}(?=.{0,50}later)").n_hits == 1


@pytest.mark.parametrize("length", [LONGEST_QUERY + 1, 100_000])
def test_a_long_query_is_refused(length: int) -> None:
    with pytest.raises(TextError, match=f"has {length:,} characters|has {length} characters"):
        search(DOCUMENTS, "x" * length)
    assert search(DOCUMENTS, "x" * LONGEST_QUERY).n_hits == 0


def test_an_empty_query_is_refused() -> None:
    with pytest.raises(TextError, match="nothing to search for"):
        search(DOCUMENTS, "")


def test_the_first_hits_are_shown_and_all_are_counted() -> None:
    found = search(["cat " * 150] * 3, "cat")
    assert (found.n_hits, found.n_documents, len(found.hits)) == (450, 3, SHOWN)
    assert found.to_json()["truncated"] and not search(DOCUMENTS, "cat").to_json()["truncated"]


def test_the_context_has_whole_words() -> None:
    text = " ".join(f"word{i}" for i in range(100))
    hit = search([text], "word50").hits[0]
    assert len(hit.before) <= CONTEXT and len(hit.after) <= CONTEXT
    assert all(word in text.split() for word in (hit.before + hit.after).split())
    assert len(hit.before) > CONTEXT - 8 and len(hit.after) > CONTEXT - 8


def test_a_script_without_spaces_keeps_its_context() -> None:
    hit = search(["天" * 200 + "猫" + "地" * 200], "猫").hits[0]
    assert (hit.start, hit.before, hit.after) == (200, "天" * CONTEXT, "地" * CONTEXT)


def test_a_very_long_match_is_cut() -> None:
    hit = search(["ab" * 5000 + "c"], "(ab)+").hits[0]
    assert len(hit.match) == CONTEXT and hit.match.endswith("…") and hit.after == "c"


@pytest.mark.parametrize("documents", [[], [""], ["", ""]])
def test_nothing_to_search_in(documents: list[str]) -> None:
    found = search(documents, "cat")
    assert (found.n_hits, found.n_documents, found.hits) == (0, 0, ())


def test_half_a_surrogate_pair_can_be_asked_for_and_sent_on() -> None:
    found = search(DOCUMENTS, "\ud83d")
    assert found.n_hits == 0
    json.dumps(found.to_json(), ensure_ascii=False).encode("utf-8")
    with pytest.raises(TextError) as caught:
        search(DOCUMENTS, "\ud83d(")
    str(caught.value).encode("utf-8")


def test_a_hundred_thousand_documents() -> None:
    found = search([f"document {i}" for i in range(100_000)], r"\b99\d*\b")
    assert found.n_hits == found.n_documents == 1111


def test_ticks_say_where_in_the_whole_text_hits_are() -> None:
    found = search(["x" * 500, "needle" + "x" * 494], "needle")
    assert found.ticks == (0.5,)
    many = search(["ab" * 5_000], "ab")
    assert len(many.ticks) == 800 and min(many.ticks) == 0 and max(many.ticks) < 1
