"""Which steps are kept, and that what is kept comes back."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from lmcore.errors import RunError
from lmcore.events import Snapshot
from lmcore.training.snapshots import read_snapshot, snapshot_path, snapshot_steps, write_snapshot


@pytest.mark.parametrize("planned", [1, 2, 3, 5, 64, 65, 100, 127, 300, 1500, 4000, 12_345, 1_000_000])
def test_snapshots_run_from_the_untrained_model_to_the_last_step(planned):
    steps = snapshot_steps(planned)
    assert steps[0] == 0 and steps[-1] == planned
    assert all(earlier < later for earlier, later in pairwise(steps))
    assert len(steps) <= 30
    assert set(steps) >= {step for step in (0, 1, 2, 4, 8, 16, 32, 64) if step <= planned}


def test_no_hole_in_a_long_run_is_longer_than_a_fifth_of_it():
    for planned in (200, 1500, 4000, 100_000):
        steps = snapshot_steps(planned)
        assert max(np.diff(steps)) <= planned / 5


def test_a_snapshot_comes_back_as_bfloat16(tmp_path):
    weights, counts = torch.randn(3, 4), np.arange(6, dtype=np.int32).reshape(2, 3)
    write_snapshot(tmp_path, Snapshot(7, {"weights": weights.T, "counts": counts, "vectors": counts / 3}))
    read = read_snapshot(tmp_path, 7)
    assert read["weights"].dtype == torch.bfloat16
    torch.testing.assert_close(read["weights"].float(), weights.T.float(), rtol=1e-2, atol=0)
    assert read["counts"].tolist() == counts.tolist()
    assert read["vectors"].dtype == torch.float64


def test_nothing_unfinished_is_left_behind(tmp_path):
    path = write_snapshot(tmp_path, Snapshot(7, {"weights": torch.ones(2)}))
    assert path == snapshot_path(tmp_path, 7)
    assert list(path.parent.iterdir()) == [path]


def test_a_snapshot_that_is_not_there_is_an_error_a_visitor_understands(tmp_path):
    with pytest.raises(RunError, match="step 9"):
        read_snapshot(tmp_path, 9)
