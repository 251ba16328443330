"""TensorBoard's events, written by hand: records with checksums, each a Protocol Buffers message.

A record is its length (8 bytes), the masked CRC-32C of the length, the message, and the masked CRC-32C of the
message. A message is fields, each a number and a type, then the value; the numbers are those of TensorFlow's
`event.proto`, `summary.proto` and `tensor.proto`.
"""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lmcore.runs.recorder import finite
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.history import MEASURED, History, times

_TEXT, _STRINGS = b"text", 7  # the plugin that shows texts; the type of their tensors
_FEW = 500  # records between two signs of life


def write_events(record: RunRecord, history: History, path: Path) -> Iterator[float]:
    """A ZIP file with one folder for TensorBoard's `--logdir`. Yields the share done."""
    began = record.started or record.created
    name = f"{record.id}/events.out.tfevents.{int(began)}.lm-playground"
    events = list(_events(record, history))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as file:
        write_record(file, double(1, began) + text(3, "brain.Event:2"))
        for n, event in enumerate(events):
            write_record(file, event)
            if n % _FEW == 0:
                yield n / len(events)


def _events(record: RunRecord, history: History) -> Iterator[bytes]:
    """Losses under `loss/`, so that both stand in one chart, and what the model wrote as texts."""
    ends = {0: record.started or record.created}
    for row, now in times(record, history):
        ends[row["step"]] = now
        names = {"loss": "loss/training"}
        values = {names.get(name, name): row[name] for name in MEASURED}
        yield event(now, row["step"], [scalar(tag, value) for tag, value in values.items() if _usable(value)])
    for row in history.evaluations:
        if _usable(row["loss"]):
            yield event(_at(ends, row["step"]), row["step"], [scalar("loss/held_back", row["loss"])])
    for row in history.scores:
        if _usable(row["value"]):
            tag = f"score/{row['name']}"
            yield event(_at(ends, row["step"]), row["step"], [scalar(tag, row["value"])])
    for row in history.samples:
        yield event(_at(ends, row["step"]), row["step"], [written_text("sample", _as_code(row["text"]))])


def _usable(value: float | None) -> bool:
    return finite(value) is not None


def _at(ends: dict[int, float], step: int) -> float:
    return ends.get(step, ends[0])


def _as_code(sample: str) -> str:
    """TensorBoard reads texts as Markdown; indented by four, every line stays as it was written."""
    return "\n".join(f"    {line}" for line in sample.split("\n"))


def event(wall_time: float, step: int, values: list[bytes]) -> bytes:
    """An `Event` with a `Summary`: seconds since 1970, the step, and what was measured then."""
    return double(1, wall_time) + number(2, step) + field(5, b"".join(field(1, value) for value in values))


def scalar(tag: str, value: float) -> bytes:
    """A `Summary.Value` with one number, as a 32-bit float."""
    return text(1, tag) + _key(2, 5) + struct.pack("<f", value)


def written_text(tag: str, content: str) -> bytes:
    """A `Summary.Value` with a text: a tensor of one string, for the plugin that shows them."""
    shape = field(2, number(1, 1))  # one dimension of size 1
    tensor = number(1, _STRINGS) + field(2, shape) + text(8, content)
    return text(1, tag) + field(8, tensor) + field(9, field(1, field(1, _TEXT)))


def write_record(file: IO[bytes], message: bytes) -> None:
    """One record of a TFRecord file."""
    length = struct.pack("<Q", len(message))
    parts = (length, struct.pack("<I", masked(length)), message, struct.pack("<I", masked(message)))
    file.write(b"".join(parts))


def masked(message: bytes) -> int:
    """The checksum as TFRecord stores it, so that one of a checksum is no trivial number."""
    crc = crc32c(message)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(message: bytes) -> int:
    """Castagnoli's CRC of 32 bits (RFC 3720, appendix B.4).

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    crc = 0xFFFFFFFF
    for byte in message:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _table() -> list[int]:
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


_TABLE = _table()


def varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _key(place: int, kind: int) -> bytes:
    return varint(place << 3 | kind)


def field(place: int, content: bytes) -> bytes:
    """A message or bytes inside a message."""
    return _key(place, 2) + varint(len(content)) + content


def text(place: int, content: str) -> bytes:
    return field(place, content.encode("utf-8", "replace"))


def number(place: int, value: int) -> bytes:
    return _key(place, 0) + varint(value)


def double(place: int, value: float) -> bytes:
    return _key(place, 1) + struct.pack("<d", value)
