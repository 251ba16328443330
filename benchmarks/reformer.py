"""From what length on hashing pays: `python -m benchmarks.reformer [--longest 4096]`.

One training step (forward and backward) of a Reformer on one text, on one thread, beside the same model with
attention to everything: by torch's fused kernel, which keeps no weights of attention, and in the open, which
is what the paper compared with. CPU seconds are the least of three tries. Memory is what autograd keeps
between the ways forward and back, weights included.
"""

import argparse
from dataclasses import replace

from lmcore.analysis.reformer_cost import CostRow, attention_costs, crossover
from lmcore.device import limit_threads
from lmcore.models.configs.reformer import ReformerConfig

CONFIG = ReformerConfig(vocab_size=256, n_layers=3, n_heads=4, d_model=64, bucket_length=32, n_hashes=2)
SHORTEST = 256


def measured(config: ReformerConfig, longest: int) -> list[CostRow]:
    """Rows for lengths that double, printed one by one."""
    kind = "layers undone" if config.reversible else "layers kept"
    print(f"\nReformer of {config.n_layers} × {config.d_model}, {config.n_hashes} rounds, {kind}")
    names = f"{'fused':>8} {'open':>8}"
    print(f"{'tokens':>7} {'ms hashed':>10} {names}   {'MB hashed':>10} {names}")
    lengths = [SHORTEST << i for i in range(20) if SHORTEST << i <= longest]
    rows = []
    for row in attention_costs(config, lengths):
        seconds = (row.seconds_lsh, row.seconds_full, row.seconds_open)
        kept = (row.kept_lsh, row.kept_full, row.kept_open)
        columns = " ".join(f"{1000 * x:>{w}.1f}" for x, w in zip(seconds, (10, 8, 8), strict=True))
        memory = " ".join(f"{x / 1e6:>{w}.1f}" for x, w in zip(kept, (10, 8, 8), strict=True))
        print(f"{row.length:>7} {columns}   {memory}", flush=True)
        rows.append(row)
    return rows


def crossovers(rows: list[CostRow]) -> None:
    """From what length on each thing is cheaper."""
    lengths = [row.length for row in rows]
    for what in ("seconds", "kept"):
        ours = [getattr(row, f"{what}_lsh") for row in rows]
        for other in ("full", "open"):
            found = crossover(lengths, ours, [getattr(row, f"{what}_{other}") for row in rows])
            where = "not within these lengths" if found is None else f"from {found:,.0f} tokens on"
            print(f"  less {what} than {'fused' if other == 'full' else 'open'} attention: {where}")


def main() -> None:
    """Both kinds of layers, from 256 tokens to the longest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--longest", type=int, default=4096, help="tokens, at most 4096")
    longest = parser.parse_args().longest
    limit_threads(1)
    for reversible in (True, False):
        crossovers(measured(replace(CONFIG, reversible=reversible), longest))


if __name__ == "__main__":
    main()
