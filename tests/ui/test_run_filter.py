"""The filter of the run list finds what is written on a run, and nothing else."""

import pytest

from lmcore.runs.store import RunRecord, Store
from lmcore.tasks.spec import RunSpec
from lmcore.ui import run_filter
from lmcore.ui.run_filter import Wanted, matching, tags_in


@pytest.fixture
def records(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[RunRecord]:
    monkeypatch.setattr(run_filter, "run_name", lambda record: record.name)
    for i, name in enumerate(["Warm start", "cold start", "100 % *bold*"]):
        store.create(str(i), RunSpec(), name=name, owner="me", created=float(i))
    store.update("0", starred=1, tags=("lecture", "学习率"), note="the best so far")
    store.update("1", tags=("lecture",))
    return store.runs(owner="me")


def ids(records: list[RunRecord]) -> list[str]:
    return [record.id for record in records]


def test_no_condition_keeps_all_in_their_order(records: list[RunRecord]) -> None:
    assert matching(records, Wanted()) == records


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WARM", ["0"]),
        ("start", ["1", "0"]),
        ("start cold", ["1"]),
        ("best", ["0"]),
        ("学习", ["0"]),
        ("%", ["2"]),
        ("*", ["2"]),
        ("x" * 10_000, []),
        ("gpt", ["2", "1", "0"]),
    ],
)
def test_every_word_must_be_written_on_the_run(records: list[RunRecord], text: str, found: list[str]) -> None:
    assert ids(matching(records, Wanted(text=text))) == found


def test_conditions_add_up(records: list[RunRecord]) -> None:
    assert ids(matching(records, Wanted(tag="lecture"))) == ["1", "0"]
    assert ids(matching(records, Wanted(tag="lecture", starred=True))) == ["0"]
    assert ids(matching(records, Wanted("cold", "lecture", starred=True))) == []


def test_a_tag_is_matched_whole(records: list[RunRecord]) -> None:
    assert matching(records, Wanted(tag="lect")) == []


def test_the_most_used_tag_comes_first(records: list[RunRecord]) -> None:
    assert tags_in(records) == ["lecture", "学习率"]
