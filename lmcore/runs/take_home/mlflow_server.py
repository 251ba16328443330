"""An MLflow server by its REST API, version 2.0."""

import base64
import json
import os
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from lmcore.errors import RunError
from lmcore.runs.take_home.mlflow import Metric, without_password

API = "/api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
PROXIED = "mlflow-artifacts"  # the server takes files itself; else they would go to a disk of its own
PARAMS_AT_ONCE = 90
TIMEOUT_S = 30.0


class Server:
    """One run on a server; see `lmcore.runs.take_home.mlflow.Tracker`."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.shown = without_password(address)[:200]
        self.base = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
        self.headers = _credentials(parts.username, parts.password)
        self.run, self.place = "", ""

    def begin(self, experiment: str, name: str, started: int) -> str:
        given = {"experiment_id": self._experiment(experiment), "run_name": name, "start_time": started}
        told = self._post("runs/create", given)["run"]["info"]
        self.run, self.place = told["run_id"], told.get("artifact_uri", "")
        return self.run

    def params(self, params: dict[str, str], tags: dict[str, str]) -> None:
        pairs = _pairs(params)
        for first in range(0, len(pairs), PARAMS_AT_ONCE):
            self._log(params=pairs[first : first + PARAMS_AT_ONCE])
        self._log(tags=_pairs(tags))

    def metrics(self, metrics: list[Metric]) -> None:
        self._log(metrics=[asdict(metric) for metric in metrics])

    def artifact(self, path: Path, name: str) -> bool:
        place = urlsplit(self.place)
        if place.scheme != PROXIED:
            return False
        address = f"{self.base}{ARTIFACTS}/{quote(place.path.strip('/'))}/{name}"
        with path.open("rb") as file:
            length = {"Content-Length": str(path.stat().st_size), "Content-Type": "application/octet-stream"}
            self._send(urllib.request.Request(address, file, length, method="PUT"))
        return True

    def end(self, finished: int) -> None:
        self._post("runs/update", {"run_id": self.run, "status": "FINISHED", "end_time": finished})

    def _experiment(self, name: str) -> str:
        query = urlencode({"experiment_name": name})
        request = urllib.request.Request(f"{self.base}{API}/experiments/get-by-name?{query}")
        found = self._send(request, unknown=True)
        if found is None:
            return self._post("experiments/create", {"name": name})["experiment_id"]
        return found["experiment"]["experiment_id"]

    def _log(self, **given: list[dict[str, Any]]) -> None:
        self._post("runs/log-batch", {"run_id": self.run, **given})

    def _post(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(given).encode()
        kind = {"Content-Type": "application/json"}
        return self._send(urllib.request.Request(f"{self.base}{API}/{name}", body, kind))

    def _send(self, request: urllib.request.Request, unknown: bool = False) -> Any:
        """The answer's JSON, None for a 404 where `unknown` may be; raises `RunError`."""
        for name, value in self.headers.items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            if error.code == 404 and unknown:
                return None
            raise self._failed(f"{error.code} {_message(error)}") from error
        except (OSError, ValueError) as error:
            raise self._failed(str(getattr(error, "reason", error))) from error

    def _failed(self, reason: str) -> RunError:
        return RunError("tracking_failed", address=self.shown, reason=reason[:200])


def _pairs(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read()).get("message", error.reason))
    except (ValueError, AttributeError, OSError):
        return str(error.reason)


def _credentials(user: str | None, password: str | None) -> dict[str, str]:
    """As MLflow's own client: the address, or MLFLOW_TRACKING_USERNAME and …_PASSWORD, or a token."""
    user = user or os.environ.get("MLFLOW_TRACKING_USERNAME")
    password = password or os.environ.get("MLFLOW_TRACKING_PASSWORD", "")
    if user:
        return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    return {"Authorization": f"Bearer {token}"} if token else {}
