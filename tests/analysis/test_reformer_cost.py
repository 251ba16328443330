"""What a Reformer keeps in memory, and from where on one thing is cheaper than another."""

import pytest

from lmcore.analysis.reformer_cost import attention_costs, crossover
from lmcore.models.configs.reformer import ReformerConfig

CONFIG = ReformerConfig(vocab_size=40, n_layers=3, n_heads=2, d_model=16, bucket_length=16)


def test_what_is_kept_grows_with_the_text_and_in_the_open_with_its_square():
    short, long = attention_costs(CONFIG, [256, 512])
    assert (short.length, long.length) == (256, 512)
    assert long.kept_lsh < 2.2 * short.kept_lsh
    assert long.kept_full < 2.2 * short.kept_full
    assert long.kept_open > 3 * short.kept_open
    assert long.kept_lsh < long.kept_full < long.kept_open
    assert min(short.seconds_lsh, short.seconds_full, short.seconds_open) > 0


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [([4, 4], [2, 8], 200), ([1, 1], [2, 2], 100), ([3, 3], [1, 2], None), ([1, 3], [2, 2], None)],
)
def test_the_crossover(ours, theirs, expected):
    assert crossover([100, 400], ours, theirs) == expected
