"""Tokens taken out of a text for a model to guess (Devlin et al. 2019, section 3.1)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lmcore.models.configs.bert import MASKED_SHARE

AS_MASK, AS_RANDOM = 0.8, 0.1  # the other tenth stays as it is


@dataclass(frozen=True)
class Masked:
    """Texts with gaps: ids (B, T), and the K positions (B, K) to guess with what stood there (B, K)."""

    ids: Tensor
    positions: Tensor
    targets: Tensor


def masked_tokens(
    ids: Tensor, maskable: Tensor, mask: int, n_ordinary: int, share: float = MASKED_SHARE
) -> Masked:
    """Draw `share` of the positions `maskable` (N,), at least one, in every text of `ids` (B, T).

    Of those, 80 % become the token `mask`, 10 % one of the `n_ordinary` first tokens of the vocabulary, and
    10 % stay. All draws are torch's, on the CPU.
    """
    B, k = len(ids), max(1, round(share * len(maskable)))
    chosen = torch.rand(B, len(maskable)).argsort(dim=1)[:, :k]
    positions = maskable[chosen].to(ids.device)
    fate = torch.rand(B, k).to(ids.device)
    another = torch.randint(n_ordinary, (B, k)).to(ids.device)
    targets = ids.gather(1, positions)
    put = torch.where(fate < AS_MASK + AS_RANDOM, another, targets).masked_fill(fate < AS_MASK, mask)
    return Masked(ids.scatter(1, positions, put), positions, targets)
