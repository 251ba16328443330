"""A run in MLflow: what a server is told, and what lies in a folder."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from safetensors.torch import load

from lmcore.errors import ConfigError, LmcoreError, RunError
from lmcore.runs.home import Home
from lmcore.runs.store import Store
from lmcore.runs.take_home.forms import TRACKING
from lmcore.runs.take_home.mlflow import without_password
from lmcore.runs.take_home.requests import take_home


class FakeServer(HTTPServer):
    """Answers as MLflow's REST API says, strict about its limits."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.experiments: dict[str, str] = {}
        self.params: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.metrics: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.run: dict[str, Any] = {}
        self.headers: set[str | None] = set()
        self.root = "mlflow-artifacts:/7/run7/artifacts"
        self.broken = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FakeServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        name = parse_qs(urlsplit(self.path).query)["experiment_name"][0]
        if name not in self.server.experiments:
            self._say({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"}, 404)
        else:
            self._say({"experiment": {"experiment_id": self.server.experiments[name]}})

    def do_POST(self) -> None:
        server, given = self.server, json.loads(self._body())
        name = self.path.removeprefix("/api/2.0/mlflow/")
        if server.broken:
            self._say({"error_code": "INTERNAL_ERROR", "message": "the database is away"}, 500)
        elif name == "experiments/create":
            server.experiments[given["name"]] = "7"
            self._say({"experiment_id": "7"})
        elif name == "runs/create":
            assert given["experiment_id"] == "7"
            server.run = given
            self._say({"run": {"info": {"run_id": "run7", "artifact_uri": server.root}}})
        elif name == "runs/log-batch":
            self._batch(given)
        elif name == "runs/update":
            server.run |= given
            self._say({})
        else:
            self._say({"message": "no such endpoint"}, 404)

    def _batch(self, given: dict[str, Any]) -> None:
        assert given["run_id"] == "run7"
        assert len(given.get("metrics", [])) <= 1000 and len(given.get("params", [])) <= 100
        self.server.params |= {pair["key"]: pair["value"] for pair in given.get("params", [])}
        self.server.tags |= {pair["key"]: pair["value"] for pair in given.get("tags", [])}
        self.server.metrics += given.get("metrics", [])
        self._say({})

    def do_PUT(self) -> None:
        self.server.files[self.path] = self._body()
        self._say({})

    def _body(self) -> bytes:
        self.server.headers.add(self.headers.get("Authorization"))
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _say(self, value: dict[str, Any], code: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    with FakeServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        monkeypatch.setenv(TRACKING, f"http://{server.address}")
        yield server
        server.shutdown()


def logged(home: Home, run: str) -> dict[str, Any]:
    *_, answer = take_home(home, run, 12, "mlflow")
    return answer["logged"]


def test_a_server_is_told_everything(train, home: Home, store: Store, server: FakeServer) -> None:
    record = train()
    assert logged(home, record.id) == {"experiment": "lm-playground", "run": "run7", "weights": True}
    assert server.params["model.architecture"] == "gpt" and server.params["training.steps"] == "12"
    assert server.tags["lm_playground.run"] == record.id
    told = {(m["key"], m["step"]): m["value"] for m in server.metrics}
    for row in store.metrics_since(record.id, 0):
        assert told["loss", row["step"]] == row["loss"]
        assert told["learning_rate", row["step"]] == row["learning_rate"]
    assert {told["validation_loss", step] == loss for step, loss in store.evaluations(record.id)} == {True}
    assert server.run["status"] == "FINISHED" and server.run["run_name"] == record.name
    (path,) = server.files
    assert path == "/api/2.0/mlflow-artifacts/artifacts/7/run7/artifacts/model.safetensors"
    assert "token_embedding.weight" in load(server.files[path])
    assert list(home.exported.iterdir()) == []


def test_an_experiment_is_found_again(train, home: Home, server: FakeServer, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "ours & yours")
    server.experiments["ours & yours"] = "7"
    assert logged(home, train().id)["experiment"] == "ours & yours"
    assert list(server.experiments) == ["ours & yours"]


def test_a_server_with_a_disk_of_its_own_gets_no_weights(train, home: Home, server: FakeServer) -> None:
    server.root = "file:///srv/mlruns/7/run7/artifacts"
    assert logged(home, train().id)["weights"] is False and server.files == {}


def test_name_and_password_go_along_and_are_not_shown(train, home, server: FakeServer, monkeypatch) -> None:
    record = train()
    monkeypatch.setenv(TRACKING, f"http://me:secret@{server.address}")
    logged(home, record.id)
    assert server.headers == {"Basic " + base64.b64encode(b"me:secret").decode()}
    server.broken = True
    with pytest.raises(RunError, match="the database is away") as error:
        logged(home, record.id)
    assert "secret" not in str(error.value)
    assert without_password("https://a:b@c/d") == "https://c/d"


def test_a_server_that_is_not_there_is_said(train, home: Home, monkeypatch) -> None:
    monkeypatch.setenv(TRACKING, "http://127.0.0.1:9")
    with pytest.raises(RunError, match="MLflow did not take the run"):
        logged(home, train().id)


@pytest.mark.parametrize("address", ["sqlite:///x.db", "ftp://x/y", "http://"])
def test_other_addresses_are_refused(train, home: Home, monkeypatch, tmp_path, address: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(TRACKING, address)
    with pytest.raises(ConfigError, match="cannot be used"):
        logged(home, train().id)


@pytest.mark.parametrize("as_uri", [True, False])
def test_a_folder_gets_the_files_of_a_store(
    train, home: Home, store: Store, monkeypatch, tmp_path: Path, as_uri: bool
) -> None:
    root = tmp_path / "my runs"
    monkeypatch.setenv(TRACKING, root.as_uri() if as_uri else str(root))
    record = train()
    run, again = logged(home, record.id)["run"], logged(home, record.id)["run"]
    (experiment,) = root.iterdir()
    assert {path.name for path in experiment.iterdir()} == {"meta.yaml", run, again}
    folder = experiment / run
    about = dict(line.split(": ", 1) for line in (folder / "meta.yaml").read_text("utf-8").splitlines())
    assert json.loads(about["run_name"]) == record.name and about["status"] == "3"
    assert json.loads(about["experiment_id"]) == experiment.name
    lines = [line.split() for line in (folder / "metrics" / "loss").read_text("utf-8").splitlines()]
    assert [(int(step), float(value)) for _, value, step in lines] == [
        (row["step"], row["loss"]) for row in store.metrics_since(record.id, 0)
    ]
    assert (folder / "params" / "training.steps").read_text("utf-8") == "12"
    assert "token_embedding.weight" in load((folder / "artifacts" / "model.safetensors").read_bytes())


def test_a_folder_that_cannot_be_written_is_said(train, home: Home, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    monkeypatch.setenv(TRACKING, str(tmp_path / "file" / "runs"))
    with pytest.raises(LmcoreError, match="MLflow did not take the run"):
        logged(home, train().id)
