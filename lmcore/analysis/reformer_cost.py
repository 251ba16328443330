"""What one training step of a Reformer costs as texts grow, beside attention to everything."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.attention import SDPBackend, sdpa_kernel

from lmcore.models.configs.reformer import ReformerConfig
from lmcore.models.reformer import Reformer

REPEATS = 3


@dataclass(frozen=True)
class CostRow:
    """CPU seconds of one step on one text, and bytes kept between its way forward and its way back.

    `lsh` is the model as its settings say; `full` looks at everything and keeps what it computes, by a fused
    kernel that keeps no weights of attention; `open` is the same without such a kernel, as in 2020.
    """

    length: int  # tokens
    seconds_lsh: float
    seconds_full: float
    seconds_open: float
    kept_lsh: int
    kept_full: int
    kept_open: int


def attention_costs(config: ReformerConfig, lengths: Sequence[int]) -> Iterator[CostRow]:
    """A row for every length in tokens, as soon as it is measured; the context is as long as the text."""
    for length in lengths:
        hashed = replace(config, context_length=length, full=False)
        full = replace(hashed, full=True, reversible=False)
        lsh, fused, in_the_open = cost(hashed), cost(full), cost(full, in_the_open=True)
        yield CostRow(length, lsh[0], fused[0], in_the_open[0], lsh[1], fused[1], in_the_open[1])


def cost(config: ReformerConfig, in_the_open: bool = False) -> tuple[float, int]:
    """CPU seconds, the least of several tries, and bytes kept, of a step on a text as long as the context."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Reformer(config)
        ids = torch.randint(config.vocab_size, (1, config.context_length))
    with sdpa_kernel(SDPBackend.MATH) if in_the_open else nullcontext():
        kept = kept_bytes(lambda: model.token_loss(ids, ids))
        seconds = min(_seconds(lambda: model.token_loss(ids, ids).backward()) for _ in range(REPEATS))
    return seconds, kept


def kept_bytes(loss: Callable[[], Tensor]) -> int:
    """Memory that is held between a loss and its gradients, the weights themselves included."""
    sizes: dict[int, int] = {}
    held: list[Tensor] = []  # so that no address is used twice

    def remember(tensor: Tensor) -> Tensor:
        sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        held.append(tensor.detach())
        return tensor

    with saved_tensors_hooks(remember, lambda tensor: tensor):
        result = loss()
    del result
    return sum(sizes.values())


def crossover(lengths: Sequence[int], ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """From what length on ours costs less; None if it never does.

    Between two measured lengths it is read off a straight line on logarithmic scales.

    >>> crossover([100, 400], [4.0, 4.0], [2.0, 8.0])
    200.0
    """
    gaps = [math.log(a / b) for a, b in zip(ours, theirs, strict=True)]
    if gaps[-1] > 0:
        return None
    last = max((i for i, gap in enumerate(gaps) if gap > 0), default=None)
    if last is None:
        return float(lengths[0])
    share = gaps[last] / (gaps[last] - gaps[last + 1])
    return float(round(lengths[last] * (lengths[last + 1] / lengths[last]) ** share))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
