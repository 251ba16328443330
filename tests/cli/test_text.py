"""`text`: what a page shows of a text, as words and as JSON."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lmcore.cli import text
from lmcore.runs.engine import Engine
from lmcore.text.config import STEPS


@pytest.fixture(autouse=True)
def one_engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "open_engine", lambda **_: engine)


def test_a_text_is_told_in_figures(run_command: Callable, text_file: Path) -> None:
    ended = run_command("text", "--corpus", str(text_file))
    assert ended.code == 0 and ended.error == ""
    assert "n_words       1,250" in ended.out and "best" in ended.out
    assert all(step in ended.out for step in STEPS)


def test_the_same_as_json(run_command: Callable, text_file: Path) -> None:
    lines = run_command("text", "--corpus", str(text_file), "--clean", "case,punctuation", "--json").lines
    corpus, *others = lines
    assert corpus["kind"] == "corpus" and corpus["n_documents"] == 1 and corpus["encoding"] == "utf-8"
    steps = [line for line in others if line["kind"] == "cleaning"]
    assert {step["name"] for step in steps if step["on"]} == {"case", "punctuation"}
    assert [line["order"] for line in others if line["kind"] == "counting"] == [1, 2, 3, 4, 5, 6]


def test_a_table_in_an_old_encoding_is_read(run_command: Callable, tmp_path: Path) -> None:
    path = tmp_path / "评论.csv"
    rows = "".join(f"{'好' if i % 2 else '坏'},这家饭店的菜第{i}次都很好吃\n" for i in range(40))
    path.write_bytes(f"标签,评论\n{rows}".encode("gb18030"))
    (corpus, *_) = run_command("text", "--corpus", str(path), "--json").lines
    assert (corpus["format"], corpus["language"], corpus["n_documents"]) == ("csv", "zh", 40)


def test_a_step_that_there_is_not_is_refused(run_command: Callable, text_file: Path) -> None:
    ended = run_command("text", "--corpus", str(text_file), "--clean", "<script>")
    assert (ended.code, ended.out) == (1, "")
    assert "<script>" in ended.error


def test_a_run_is_trained_on_the_cleaned_text(
    run_command: Callable, engine: Engine, tmp_path: Path, small_text: str
) -> None:
    path = tmp_path / "loud.txt"
    path.write_text(small_text.upper(), encoding="utf-8")
    arguments = ("--size", "tiny", "--tokenizer", "character", "--clean", "case", "--steps", "20", "--json")
    run = run_command("train", "--corpus", str(path), *arguments).lines[0]["run"]
    assert engine.store.run(run).spec.cleaning.steps == ("case",)
    written = "".join(text for _, text in engine.store.samples(run))
    assert written and written == written.lower()
