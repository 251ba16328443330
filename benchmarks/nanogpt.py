"""nanoGPT's own training of a character model on a CPU, driven from outside, for a comparison."""

import importlib.util
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

STEPS, BATCH, CONTEXT, WARMUP, RATE, LEAST = 2000, 12, 64, 100, 1e-3, 1e-4


def peer_model(peer: Path, vocab_size: int) -> Any:
    """Its GPT at the size that its README gives for a CPU: 4 layers, 4 heads, 128 channels, no dropout."""
    spec = importlib.util.spec_from_file_location("peer_model", peer / "model.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peer_model"] = module
    spec.loader.exec_module(module)
    config = module.GPTConfig(
        block_size=CONTEXT, vocab_size=vocab_size, n_layer=4, n_head=4, n_embd=128, dropout=0.0, bias=False
    )
    return module.GPT(config)


def trained(peer: Path, train_ids: np.ndarray, vocab_size: int, steps: int = STEPS) -> tuple[Any, float]:
    """The trained model, and the CPU seconds of its steps, batches and all."""
    torch.manual_seed(1337)
    model = peer_model(peer, vocab_size)
    optimizer = model.configure_optimizers(1e-1, RATE, (0.9, 0.99), "cpu")
    model.train()
    start = time.process_time()
    for step in range(steps):
        rate = _rate(step, steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
        inputs, targets = _batch(train_ids)
        _, loss = model(inputs, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return model, time.process_time() - start


def held_back_loss(model: Any, ids: np.ndarray) -> float:
    """Mean nats over the whole of `ids`, every token once."""
    model.eval()
    n = (len(ids) - 1) // CONTEXT
    inputs = torch.from_numpy(ids[: n * CONTEXT].astype(np.int64)).view(n, CONTEXT)
    targets = torch.from_numpy(ids[1 : n * CONTEXT + 1].astype(np.int64)).view(n, CONTEXT)
    total = 0.0
    with torch.no_grad():
        for x, y in zip(inputs.split(64), targets.split(64), strict=True):
            total += float(model(x, y)[1]) * len(x)
    return total / n


def _rate(step: int, steps: int) -> float:
    """Warm-up, then a cosine down to a tenth."""
    if step < WARMUP:
        return RATE * (step + 1) / (WARMUP + 1)
    done = (step - WARMUP) / (steps - WARMUP)
    return LEAST + 0.5 * (1 + math.cos(math.pi * done)) * (RATE - LEAST)


def _batch(ids: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Random windows, cut one by one as the peer cuts them."""
    starts = torch.randint(len(ids) - CONTEXT, (BATCH,))
    x = torch.stack([torch.from_numpy(ids[i : i + CONTEXT].astype(np.int64)) for i in starts])
    y = torch.stack([torch.from_numpy(ids[i + 1 : i + 1 + CONTEXT].astype(np.int64)) for i in starts])
    return x, y
