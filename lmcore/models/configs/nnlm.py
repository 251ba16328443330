"""Settings of the neural probabilistic language model."""

from dataclasses import dataclass

from lmcore.checks import check_range
from lmcore.models.configs.base import ModelConfig


@dataclass(frozen=True)
class NNLMConfig(ModelConfig):
    """Bengio et al. 2003: a window of `n_before` tokens in, one hidden layer, the next token out.

    `context_length` is the stretch of text that is trained on at once; farther back than `n_before` the model
    sees nothing.
    """

    n_before: int = 5
    d_embedding: int = 32
    d_hidden: int = 128
    direct: bool = False  # from the embeddings to the output past the hidden layer

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("n_before", self.n_before, 1, 64)
        check_range("d_embedding", self.d_embedding, 1, 4096)
        check_range("d_hidden", self.d_hidden, 1, 8192)

    @property
    def label(self) -> str:
        return f"NNLM {self.n_before} × {self.d_embedding}"

    @property
    def d_window(self) -> int:
        """Numbers that the hidden layer reads: all the embeddings of one window."""
        return self.n_before * self.d_embedding

    @property
    def n_parameters(self) -> int:
        embeddings = (self.vocab_size + 1) * self.d_embedding  # one for what stands before the start
        return embeddings + self._weights + self.d_hidden + self.vocab_size

    @property
    def _weights(self) -> int:
        """In a matrix product: H, U and, where there is one, W."""
        direct = self.vocab_size * self.d_window if self.direct else 0
        return self.d_hidden * self.d_window + self.vocab_size * self.d_hidden + direct

    @property
    def flops_per_token(self) -> float:
        return 6.0 * self._weights

    @property
    def kept_per_token(self) -> int:
        return 2 * self.d_window + 3 * self.d_hidden + 3 * self.vocab_size
