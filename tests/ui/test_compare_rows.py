"""The table of runs says what differs, with signs, and compares losses only where that means something."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from lmcore.models.configs.initial import InitialConfig
from lmcore.runs.store import DONE, RunRecord, Store
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec
from lmcore.ui.training import best, compare_rows

SPEC = with_model(RunSpec(), "gpt", "tiny")
OWNER = "me"


@pytest.fixture
def runs(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[RunRecord]:
    """A run, one with another rate, one of another text; their losses are 2, 1.5 and 0.5."""
    for module in (compare_rows, best):
        monkeypatch.setattr(module, "engine", lambda: SimpleNamespace(store=store))
    monkeypatch.setattr(best, "visitor", lambda: OWNER)
    monkeypatch.setattr(compare_rows, "run_name", lambda run: run.name)
    quick = replace(SPEC, training=replace(SPEC.training, learning_rate=0.5))
    for i, spec in enumerate((SPEC, quick, replace(SPEC, corpus="elsewhere"))):
        store.create(f"r{i}", spec, name=f"run {i}", owner=OWNER, status=DONE, created=float(i))
        with store.transaction() as db:
            db.execute("INSERT INTO evaluations VALUES (?, 10, ?)", (f"r{i}", (2.0, 1.5, 0.5)[i]))
    return [store.run(f"r{i}") for i in range(3)]


def row(rows: list[dict], label: str) -> dict:
    (found,) = [one for one in rows if one["label"] == label]
    return found


def test_losses_have_their_difference_to_the_first(runs: list[RunRecord]) -> None:
    newest = row(compare_rows.outcome_rows(runs), "Newest loss")
    assert newest["values"] == ["2.000", "1.500", "0.500"]
    assert newest["differences"] == ["", "−0.500", ""]  # the third is of another text
    assert newest["best"] == 1


def test_one_run_alone_is_not_the_best(runs: list[RunRecord]) -> None:
    assert row(compare_rows.outcome_rows(runs[:1]), "Newest loss")["best"] is None


def test_what_no_run_has_is_no_row(runs: list[RunRecord]) -> None:
    labels = [one["label"] for one in compare_rows.outcome_rows(runs)]
    assert "Loss on the test text" not in labels and "Tokens/s" not in labels


def test_only_what_differs_is_listed_under_its_group(runs: list[RunRecord]) -> None:
    sections = compare_rows.setting_sections(runs)
    assert [section["title"] for section in sections] == ["Text", "Training"]
    (rate,) = sections[1]["rows"]
    assert rate["values"] == [f"{SPEC.training.learning_rate:g}", "0.5", f"{SPEC.training.learning_rate:g}"]
    assert compare_rows.setting_sections([runs[0], runs[0]]) == []


def test_a_fork_says_where_its_weights_come_from(runs: list[RunRecord], store: Store) -> None:
    initial = InitialConfig(run="r0", step=1200, goes_on=True)
    fork = replace(runs[0], spec=replace(SPEC, initial=initial))
    (section,) = compare_rows.setting_sections([runs[0], fork])
    assert row(section["rows"], "First weights")["values"][1] == "run 0 @1,200"
    store.delete("r0")
    (section,) = compare_rows.setting_sections([runs[0], fork])
    assert row(section["rows"], "First weights")["values"][1] == "r0 @1,200"


@pytest.mark.parametrize("architecture", ["gpt", "lstm", "bert", "t5", "reformer", "nnlm", "unilm"])
def test_every_setting_of_every_model_has_a_name_and_a_value(architecture: str) -> None:
    from lmcore.analysis.run_difference import flattened

    for name, value in flattened(with_model(SPEC, architecture, "tiny").to_json()).items():
        assert compare_rows.setting_name(name).strip()
        assert compare_rows.setting_value(name, value).strip() or value == ""


def test_the_best_earlier_run_is_one_of_the_same_text(runs: list[RunRecord]) -> None:
    assert best.best_earlier(runs[1]) == {"id": "r0", "run": "run 0", "loss": 2.0}
    assert best.best_earlier(runs[0]) is None  # there was none before it
    assert best.best_earlier(runs[2]) is None  # nor of its text


def test_beside_somebody_elses_run_all_of_ones_own_count(runs: list[RunRecord]) -> None:
    stored = replace(runs[0], id="stored", owner="showcase", created=0.0)
    found = best.best_earlier(stored)
    assert found is not None and found["id"] == "r1"
