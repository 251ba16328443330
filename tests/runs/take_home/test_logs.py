"""Curves as other programs read them."""

import csv
import json
import math
import zipfile
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord, Store
from lmcore.runs.take_home.requests import take_home
from lmcore.runs.take_home.tensorboard import crc32c, masked


def taken(home: Home, run: str, form: str, step: int = 12) -> Path:
    *before, answer = take_home(home, run, step, form)
    assert all(0 <= part["progress"] <= 1 for part in before)
    path = home.exported / answer["file"]
    assert path.stat().st_size == answer["size"] > 0
    assert not list(home.exported.glob("*.tmp"))
    return path


@pytest.fixture
def record(train, store: Store) -> RunRecord:
    """A run with a change, and a loss that was no number."""
    record = train()
    store.add_mark(record.id, 5, "changed", name="learning_rate", value=0.001)
    sql = "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?)"
    with store.transaction() as connection:
        connection.execute(sql, (record.id, 13, None, 0.1, None, 5.0))
    return record


def test_a_row_for_every_step(home: Home, store: Store, record: RunRecord) -> None:
    with taken(home, record.id, "csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(14))
    for row, kept in zip(rows[1:], store.metrics_since(record.id, 0), strict=True):
        for name in ("loss", "learning_rate", "gradient_norm", "tokens_per_s"):
            assert (float(row[name]) if row[name] else None) == kept[name]
    held_back = {int(row["step"]): float(row["validation_loss"]) for row in rows if row["validation_loss"]}
    assert held_back == dict(store.evaluations(record.id)) and {0, 4, 8, 12} <= held_back.keys()


def test_a_line_for_everything(home: Home, store: Store, record: RunRecord) -> None:
    text = taken(home, record.id, "jsonl").read_text(encoding="utf-8")
    first, *lines = [json.loads(line, parse_constant=pytest.fail) for line in text.splitlines()]
    assert (first["kind"], first["name"]) == ("run", "a run / 一次")
    assert first["spec"] == json.loads(json.dumps(record.spec.to_json()))
    kinds = {line["kind"] for line in lines}
    assert kinds == {"step", "evaluation", "sample", "reference", "mark"}
    assert [line["text"] for line in lines if line["kind"] == "sample"] == [
        sample for _, sample in store.samples(record.id)
    ]
    steps = [line["step"] for line in lines if "step" in line]
    assert steps == sorted(steps)
    (mark,) = [line for line in lines if line["kind"] == "mark"]
    assert mark["given"] == {"name": "learning_rate", "value": 0.001}


@pytest.fixture
def events(home: Home, record: RunRecord, tmp_path: Path) -> EventAccumulator:
    with zipfile.ZipFile(taken(home, record.id, "tensorboard")) as archive:
        archive.extractall(tmp_path / "logs")
    found = EventAccumulator(str(tmp_path / "logs" / record.id), {"tensors": 0, "scalars": 0})
    return found.Reload()


def test_tensorboard_reads_every_number(events, store: Store, record: RunRecord) -> None:
    tags = {"loss/training": "loss", "learning_rate": "learning_rate", "gradient_norm": "gradient_norm"}
    for tag, column in tags.items():
        expected = [(row["step"], row[column]) for row in store.metrics_since(record.id, 0) if row[column]]
        read = [(event.step, event.value) for event in events.Scalars(tag)]
        assert [step for step, _ in read] == [step for step, _ in expected]
        assert [value for _, value in read] == pytest.approx([value for _, value in expected], rel=1e-6)
    read = [(event.step, event.value) for event in events.Scalars("loss/held_back")]
    assert read == [(step, pytest.approx(loss)) for step, loss in store.evaluations(record.id)]
    times = [event.wall_time for event in events.Scalars("loss/training")]
    assert times == sorted(times) and times[0] >= (record.started or 0)
    assert all(math.isfinite(event.value) for event in events.Scalars("loss/training"))


def test_tensorboard_reads_the_samples(events, store: Store, record: RunRecord) -> None:
    read = [
        (event.step, event.tensor_proto.string_val[0].decode("utf-8")) for event in events.Tensors("sample")
    ]
    samples = store.samples(record.id)
    assert [step for step, _ in read] == [step for step, _ in samples]
    for (_, shown), (_, sample) in zip(read, samples, strict=True):
        assert shown.replace("\n    ", "\n").removeprefix("    ") == sample
    assert events.SummaryMetadata("sample").plugin_data.plugin_name == "text"


@pytest.mark.parametrize("message", [b"", b"a", bytes(range(256)), "大模型".encode() * 50])
def test_the_checksum_is_tensorboards(message: bytes) -> None:
    from tensorboard.compat.tensorflow_stub import pywrap_tensorflow as theirs

    assert crc32c(message) == theirs.crc32c(message)
    assert masked(message) == theirs.masked_crc32c(message)
