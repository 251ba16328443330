"""What is made small: a model and a batch in, one number to minimise out."""

import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.training.batches import Batch


def causal_lm_loss(model: nn.Module, batch: Batch) -> Tensor:
    """Mean cross-entropy of the next token, in nats (Bengio et al. 2003, section 2)."""
    logits = model(batch.inputs)
    return F.cross_entropy(logits.flatten(0, 1).float(), batch.targets.flatten())
