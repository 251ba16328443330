"""What people write on runs is kept as short plain text, whatever they type, and only by the owner."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmcore.errors import RunError
from lmcore.runs.engine import Engine
from lmcore.runs.home import Home
from lmcore.runs.labels import NOTE_MOST, TAG_MOST, TAGS_MOST, note_text, one_line, tags_of
from lmcore.runs.store import ADDED, DONE, Store
from lmcore.tasks.spec import RunSpec

OWNER, OTHER = "a visitor", "somebody else"
FAMILY = "👨‍👩‍👧"  # three people, joined by characters that cannot be seen


@pytest.fixture
def engine(home: Home) -> Iterator[Engine]:
    engine = Engine(home, adopt=False)
    engine.store.create("r", RunSpec(), name="a run", owner=OWNER, status=DONE)
    yield engine
    engine.store.close()


@pytest.mark.parametrize("text", ["<b>bold</b>", FAMILY, "运行 1", "'; DROP TABLE runs; --", "a*b_c"])
def test_plain_text_of_any_kind_is_kept_letter_by_letter(text: str) -> None:
    assert one_line(text) == note_text(text) == text
    assert tags_of(text) == (text,)


def test_control_characters_and_turns_of_direction_go() -> None:
    assert one_line("\x1b[31mred\x07 \u202eabc\x00\ud800") == "[31mred abc"
    assert note_text("first\r\nsecond\x1b\n\tthird\x00") == "first\nsecond\n\tthird"


def test_a_note_that_is_too_long_is_refused_whole(engine: Engine) -> None:
    engine.note("r", "short", owner=OWNER)
    with pytest.raises(RunError, match="10,000 characters"):
        engine.note("r", "x" * 10_000, owner=OWNER)
    assert engine.store.run("r").note == "short"
    engine.note("r", "x" * NOTE_MOST, owner=OWNER)
    assert len(engine.store.run("r").note) == NOTE_MOST


def test_tags_are_few_and_short() -> None:
    assert len(tags_of(",".join(str(i) for i in range(TAGS_MOST)))) == TAGS_MOST
    with pytest.raises(RunError, match=f"limit is {TAGS_MOST}"):
        tags_of(",".join(str(i) for i in range(TAGS_MOST + 1)))
    with pytest.raises(RunError, match=f"limit is {TAG_MOST}"):
        tags_of("x" * (TAG_MOST + 1))
    assert tags_of(" ,, ,") == ()


def test_star_tags_and_note_come_back_and_can_be_taken_away(engine: Engine) -> None:
    engine.star("r", True, owner=OWNER)
    engine.tag("r", "warm, 课堂", owner=OWNER)
    engine.note("r", "<script>alert(1)</script>", owner=OWNER)
    record = engine.store.run("r")
    assert (record.starred, record.tags) == (True, ("warm", "课堂"))
    assert record.note == "<script>alert(1)</script>"
    engine.star("r", False, owner=OWNER)
    engine.tag("r", "", owner=OWNER)
    engine.note("r", " \n", owner=OWNER)
    record = engine.store.run("r")
    assert (record.starred, record.tags, record.note) == (False, (), "")


def test_only_the_owner_writes_on_a_run(engine: Engine) -> None:
    for write in (
        lambda: engine.star("r", True, owner=OTHER),
        lambda: engine.tag("r", "mine", owner=OTHER),
        lambda: engine.note("r", "mine", owner=OTHER),
    ):
        with pytest.raises(RunError, match="belongs to somebody else"):
            write()
    record = engine.store.run("r")
    assert (record.starred, record.tags, record.note) == (False, (), "")


@pytest.mark.parametrize("name", ["", "   ", "\x00\x1b", "\u202e"])
def test_a_name_of_nothing_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(RunError, match="name is empty"):
        engine.rename("r", name, owner=OWNER)
    assert engine.store.run("r").name == "a run"


def test_a_database_of_an_earlier_edition_gets_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    store = Store(path)
    store.create("old", RunSpec(), name="old", owner=OWNER)
    store.close()
    with sqlite3.connect(path) as database:
        for column in ADDED:
            database.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    database.close()
    for _ in range(2):  # and a second opening changes nothing
        store = Store(path)
        record = store.run("old")
        assert (record.name, record.note, record.starred, record.tags) == ("old", "", False, ())
        store.close()
