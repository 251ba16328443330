"""The script that is taken home trains the same model: it finds the losses of the run."""

import csv
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

from lmcore.models.configs.initial import InitialConfig
from lmcore.runs.home import Home
from lmcore.runs.take_home.history import history_of
from lmcore.runs.take_home.requests import take_home


def unpacked(home: Home, run: str, step: int, form: str, where: Path) -> Path:
    *_, answer = take_home(home, run, step, form)
    with zipfile.ZipFile(home.exported / answer["file"]) as archive:
        archive.extractall(where)
    (folder,) = where.iterdir()
    return folder


def ran(folder: Path, *arguments: str) -> str:
    """Run it as a visitor does: another folder, and nothing of ours to be found."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-I", str(folder / "train.py"), *arguments]
    done = subprocess.run(
        command, cwd=folder.parent, env=environment, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def losses(path: Path, column: str = "loss") -> dict[int, float]:
    with path.open(encoding="utf-8") as file:
        return {int(row["step"]): float(row[column]) for row in csv.DictReader(file) if row[column]}


def test_the_script_finds_the_losses_of_the_run(train, home, store, tmp_path):
    record = train()
    folder = unpacked(home, record.id, 12, "script", tmp_path / "out")
    said = ran(folder)
    assert "largest difference" in said
    theirs, ours = losses(folder / "losses.csv"), losses(folder / "losses_of_the_run.csv")
    assert ours == {row["step"]: row["loss"] for row in store.metrics_since(record.id, 0)}
    assert theirs.keys() == ours.keys() and len(ours) == 12
    assert max(abs(theirs[step] - ours[step]) for step in ours) <= 1e-4
    assert "import lmcore" not in (folder / "train.py").read_text(encoding="utf-8")


def differences(folder: Path) -> dict[int, float]:
    theirs, ours = losses(folder / "losses.csv"), losses(folder / "losses_of_the_run.csv")
    assert theirs.keys() == ours.keys() and ours
    return {step: abs(theirs[step] - ours[step]) for step in ours}


def test_changes_on_the_way_happen_in_the_script_too(train, home, store, tiny_spec, tmp_path):
    record = train(during=((6, "learning_rate", 1e-4), (8, "batch_size", 7.0)))
    assert [mark["given"]["value"] for mark in history_of(store, record.id).marks] == [1e-4, 7.0]
    folder = unpacked(home, record.id, 12, "script", tmp_path / "out")
    ran(folder)
    assert max(differences(folder).values()) <= 1e-4
    text = (folder / "train.py").read_text(encoding="utf-8")
    (folder / "train.py").write_text(
        text.replace("(6, 'learning_rate', 0.0001)", "(6, 'dropout', 0.0)"), "utf-8"
    )
    ran(folder)
    far = differences(folder)
    assert far[7] <= 1e-4 < far[12]  # the loss of step 7 is of before its update


def test_a_run_by_the_clock_takes_its_rates_along(train, home, store, tmp_path):
    record = train(seconds=0.4)
    folder = unpacked(home, record.id, 0, "script", tmp_path / "out")
    rates = {row["step"]: row["learning_rate"] for row in store.metrics_since(record.id, 0)}
    ran(folder, "--steps", str(min(40, record.step)))
    measured = losses(folder / "losses.csv", "learning_rate")
    assert measured == {step: rates[step] for step in measured}
    theirs, ours = losses(folder / "losses.csv"), losses(folder / "losses_of_the_run.csv")
    assert max(abs(theirs[step] - ours[step]) for step in theirs) <= 1e-4


def test_a_run_that_went_on_from_another_brings_its_first_weights(train, home, tiny_spec, tmp_path):
    train()
    initial = InitialConfig(run="abcdef0123", step=12, goes_on=True)
    model = replace(tiny_spec.model, n_layers=3, dropout=0.2)  # a layer more, which begins at random
    record = train(replace(tiny_spec, initial=initial, model=model), "fedcba9876", steps=18)
    folder = unpacked(home, record.id, 18, "script", tmp_path / "out")
    ran(folder)
    found = differences(folder)
    assert list(found) == list(range(13, 19)) and max(found.values()) <= 1e-4


def test_names_of_any_kind_do_not_break_the_script(train, home, store, tmp_path):
    record = train()
    store.update(record.id, name='"""\\ {x} \u202e \n\'; import os')
    folder = unpacked(home, record.id, 12, "script", tmp_path / "out")
    assert "largest difference" in ran(folder, "--steps", "2")
