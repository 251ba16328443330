"""What span corruption takes out of a text stands in the target, and nothing is lost."""

import pytest
import torch

from lmcore.models.configs.t5 import END, N_SENTINELS, SENTINELS, T5Config
from lmcore.models.spans import corrupted, noise_mask, span_counts

CONFIG = T5Config(vocab_size=134)  # 100 tokens of texts
FIRST = CONFIG.special(SENTINELS[0])
LENGTHS = [2, 3, 5, 16, 64, 257, 2000]


def restored(source: list[int], target: list[int]) -> list[int]:
    """The text, by putting what follows a sentinel in the target to its place in the source."""
    fillings: dict[int, list[int]] = {}
    sentinel = -1
    for id in target:
        if id >= FIRST:
            sentinel = id
            fillings[id] = []
        elif id != CONFIG.special(END):
            fillings[sentinel].append(id)
    text = [fillings.get(id, [id]) for id in source if id != CONFIG.special(END)]
    return [id for part in text for id in part]


@pytest.mark.parametrize("n_tokens", LENGTHS)
def test_the_text_can_be_restored(n_tokens):
    torch.manual_seed(n_tokens)
    ids = torch.randint(100, (4, n_tokens))
    source, target = corrupted(ids, noise_mask(4, n_tokens), CONFIG)
    for row in range(4):
        assert restored(source[row].tolist(), target[row].tolist()) == ids[row].tolist()
        sentinels = [id for id in target[row].tolist() if id >= FIRST]
        assert sentinels == [FIRST + i for i in range(span_counts(n_tokens)[1])]
        assert [id for id in source[row].tolist() if id >= FIRST] == sentinels
    assert source[:, -1].tolist() == target[:, -1].tolist() == [CONFIG.special(END)] * 4


@pytest.mark.parametrize("n_tokens", LENGTHS)
def test_fifteen_percent_are_left_out_in_spans_of_three(n_tokens):
    noise = noise_mask(50, n_tokens)
    n_noise, n_spans = span_counts(n_tokens)
    assert noise.sum(1).tolist() == [n_noise] * 50
    begins = noise & ~torch.nn.functional.pad(noise, (1, 0))[:, :-1]
    assert begins.sum(1).tolist() == [n_spans] * 50
    if n_tokens >= 16:
        assert n_noise / n_tokens == pytest.approx(0.15, abs=0.03)
    if 64 <= n_tokens <= 640:
        assert n_noise / n_spans == pytest.approx(3, abs=0.4)


def test_there_are_no_more_gaps_than_sentinels():
    assert span_counts(2000) == (300, N_SENTINELS)


def test_rows_have_gaps_in_different_places():
    torch.manual_seed(0)
    noise = noise_mask(20, 64)
    assert len({tuple(row) for row in noise.tolist()}) == 20


@pytest.mark.parametrize("n_tokens", [16, 64])
def test_no_place_is_spared(n_tokens):
    torch.manual_seed(0)
    share = noise_mask(4000, n_tokens).float().mean(0)
    assert (share > 0.05).all()


def test_an_example():
    noise = torch.tensor([[False, True, True, False, False, True]])
    source, target = corrupted(torch.tensor([[5, 6, 7, 8, 5, 9]]), noise, CONFIG)
    end = CONFIG.special(END)
    assert source.tolist() == [[5, FIRST, 8, 5, FIRST + 1, end]]
    assert target.tolist() == [[FIRST, 6, 7, FIRST + 1, 9, end]]
