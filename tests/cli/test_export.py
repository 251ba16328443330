"""`export`: a run as a file, named, counted, or refused in words."""

import csv
import json
from pathlib import Path

import pytest
from safetensors import safe_open

from lmcore.cli import export as module
from lmcore.runs.take_home.forms import TRACKING


@pytest.fixture(autouse=True)
def same_engine(engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "open_engine", lambda **_: engine)


def test_the_weights_of_a_step(run_command, trained_id: str, tmp_path: Path) -> None:
    goal = tmp_path / "weights.safetensors"
    ended = run_command("export", trained_id, "--step", "30", "--out", str(goal))
    assert ended.code == 0 and str(goal) in ended.out and "weights of animals" in ended.out
    assert "There is no snapshot of step 30" in ended.error
    with safe_open(goal, framework="pt") as file:
        assert json.loads(file.metadata()["spec"])["training"]["steps"] == 40
        assert f"step {int(file.metadata()['step']):,}." in ended.error


def test_the_curve_named_after_the_run(run_command, trained_id: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run_command("export", trained_id, "--form", "csv", "--json")
    assert ended.code == 0
    answer = ended.lines[-1]
    assert answer["file"] == f"{trained_id}-csv.csv" and answer["size"] == Path(answer["file"]).stat().st_size
    with Path(answer["file"]).open(encoding="utf-8") as file:
        assert sum(1 for row in csv.DictReader(file) if row["loss"]) == 40


def test_mlflow_gets_a_folder(run_command, trained_id: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(TRACKING, str(tmp_path / "runs"))
    ended = run_command("export", trained_id, "--form", "mlflow", "--json")
    assert ended.code == 0 and ended.lines[-1]["weights"] is True
    assert list((tmp_path / "runs").glob(f"*/{ended.lines[-1]['run']}/metrics/loss"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "no such run"),
        (("../runs",), "no such run"),
        (("RUN", "--out", "/nowhere/file"), "cannot be written there"),
        (("RUN", "--out", "."), "cannot be written there"),
        (("RUN", "--form", "mlflow"), "form"),
    ],
)
def test_what_cannot_be_is_said(run_command, trained_id: str, monkeypatch, arguments, said: str) -> None:
    monkeypatch.delenv(TRACKING, raising=False)
    ended = run_command("export", *(trained_id if part == "RUN" else part for part in arguments))
    assert ended.code == 1 and said in ended.error.casefold() and ended.out == ""
