"""Vectors as a snapshot of a run, in the safetensors format, written a block at a time."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

_AT_ONCE = 20_000  # rows
_FLOAT16 = (1e-2, 6e4)  # largest numbers of a matrix that float16 keeps well


def write_snapshot_of(path: Path, matrix: np.ndarray) -> Iterator[float]:
    """Write `matrix` (V, D) as "vectors", float16 where that holds its numbers; yields the share written.

    Another copy of half a gigabyte would be needed to have safetensors write it.
    """
    largest = max(float(matrix.max()), -float(matrix.min()))
    kind, name = ("<f2", "F16") if _FLOAT16[0] <= largest <= _FLOAT16[1] else ("<f4", "F32")
    n_bytes = matrix.size * np.dtype(kind).itemsize
    entry = {"dtype": name, "shape": list(matrix.shape), "data_offsets": [0, n_bytes]}
    header = json.dumps({"vectors": entry}).encode()
    header += b" " * (-len(header) % 8)  # so that the numbers begin at a multiple of 8
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for start in range(0, len(matrix), _AT_ONCE):
            file.write(matrix[start : start + _AT_ONCE].astype(kind).tobytes())
            yield min(1.0, (start + _AT_ONCE) / len(matrix))
