"""A folder as MLflow's file store keeps it: experiments, in them runs, in them a file for every name."""

import getpass
import json
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from lmcore.errors import RunError
from lmcore.runs.take_home.mlflow import Metric

FINISHED, RUNNING, LOCAL = 3, 1, 4  # numbers of MLflow's enumerations


class Files:
    """One run in a folder; see `lmcore.runs.take_home.mlflow.Tracker`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root
        self.about: dict[str, Any] = {}

    def begin(self, experiment: str, name: str, started: int) -> str:
        try:
            home = self._experiment(experiment)
            run = secrets.token_hex(16)
            self.folder = home / run
            for part in ("metrics", "params", "tags", "artifacts"):
                (self.folder / part).mkdir(parents=True)
        except OSError as error:
            raise self._failed(error) from error
        self.about = {
            "artifact_uri": (self.folder / "artifacts").absolute().as_uri(),
            "end_time": None,
            "entry_point_name": "",
            "experiment_id": home.name,
            "lifecycle_stage": "active",
            "run_id": run,
            "run_name": name,
            "run_uuid": run,
            "source_name": "",
            "source_type": LOCAL,
            "source_version": "",
            "start_time": started,
            "status": RUNNING,
            "tags": [],
            "user_id": _user(),
        }
        self._write("meta.yaml", _yaml(self.about))
        self._write("tags/mlflow.runName", name)
        return run

    def params(self, params: dict[str, str], tags: dict[str, str]) -> None:
        for key, value in params.items():
            self._write(f"params/{key}", value)
        for key, value in tags.items():
            self._write(f"tags/{key}", value)

    def metrics(self, metrics: list[Metric]) -> None:
        by_name: dict[str, list[str]] = {}
        for metric in metrics:
            by_name.setdefault(metric.key, []).append(f"{metric.timestamp} {metric.value} {metric.step}\n")
        for key, lines in by_name.items():
            with (self.folder / "metrics" / key).open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)

    def artifact(self, path: Path, name: str) -> bool:
        try:
            shutil.copyfile(path, self.folder / "artifacts" / name)
        except OSError as error:
            raise self._failed(error) from error
        return True

    def end(self, finished: int) -> None:
        self._write("meta.yaml", _yaml(self.about | {"end_time": finished, "status": FINISHED}))

    def _experiment(self, name: str) -> Path:
        """The folder of an experiment, found by the name in it, or made."""
        for about in sorted(self.root.glob("*/meta.yaml")):
            lines = about.read_text("utf-8").splitlines()
            if f"name: {json.dumps(name)}" in lines or f"name: {name}" in lines:
                return about.parent
        folder = self.root / str(secrets.randbelow(9 * 10**17) + 10**17)
        folder.mkdir(parents=True)
        now = int(time.time() * 1000)
        told = {"artifact_location": folder.absolute().as_uri(), "creation_time": now}
        told |= {"experiment_id": folder.name, "last_update_time": now, "lifecycle_stage": "active"}
        (folder / "meta.yaml").write_text(_yaml(told | {"name": name}), "utf-8")
        return folder

    def _write(self, name: str, content: str) -> None:
        try:
            (self.folder / name).write_text(content, "utf-8")
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> RunError:
        return RunError("tracking_failed", address=str(self.root)[:200], reason=error.strerror or str(error))


def _yaml(values: dict[str, Any]) -> str:
    """A mapping; JSON's strings and numbers are YAML's too."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in values.items())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        return "lm-playground"
