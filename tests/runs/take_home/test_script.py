"""The script that is taken home trains the same model: it finds the losses of the run."""

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from lmcore.runs.home import Home
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
