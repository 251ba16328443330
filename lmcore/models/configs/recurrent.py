"""Settings of the recurrent models: RNN, GRU and LSTM."""

from dataclasses import dataclass
from itertools import pairwise

from lmcore.checks import check_choice, check_range
from lmcore.models.configs.base import ModelConfig

CELLS = ("rnn", "gru", "lstm")
GATES = {"rnn": 1, "gru": 3, "lstm": 4}  # maps of the input and of the state, one for each gate
FEWEST_TO_SPLIT = 64  # a smaller vocabulary has nothing rare enough to set apart
SHRINK = 4  # each rarer cluster of the adaptive softmax reads a vector this much narrower


@dataclass(frozen=True)
class RecurrentConfig(ModelConfig):
    """A state that goes from token to token (Elman 1990; Cho et al. 2014; Hochreiter & Schmidhuber 1997).

    `context_length` is how far gradients go back. With `carry` a batch begins with the state that the one
    before ended with; else, and whenever the model is measured, with zeros.
    """

    cell: str = "lstm"
    n_layers: int = 2
    d_embedding: int = 64
    d_hidden: int = 128
    carry: bool = True
    adaptive: bool = False  # adaptive softmax (Grave et al. 2017), for large vocabularies

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("cell", self.cell, CELLS)
        check_range("n_layers", self.n_layers, 1, 64)
        check_range("d_embedding", self.d_embedding, 1, 4096)
        check_range("d_hidden", self.d_hidden, 1, 4096)

    @property
    def label(self) -> str:
        return f"{self.cell.upper()} {self.n_layers} × {self.d_hidden}"

    @property
    def cutoffs(self) -> tuple[int, ...]:
        """First id of every cluster of rarer tokens; none without `adaptive` and for tiny sizes.

        >>> RecurrentConfig(vocab_size=10_000, adaptive=True).cutoffs
        (500, 2500)
        """
        if not self.adaptive or self.vocab_size < FEWEST_TO_SPLIT or self.d_hidden < SHRINK**2:
            return ()
        return self.vocab_size // 20, self.vocab_size // 4

    @property
    def layer_widths(self) -> list[tuple[int, int]]:
        """Numbers in and out of every layer."""
        widths = (self.d_embedding, *[self.d_hidden] * self.n_layers)
        return list(pairwise(widths))

    @property
    def n_parameters(self) -> int:
        biases = 2 * GATES[self.cell] * self.d_hidden * self.n_layers
        return self.vocab_size * self.d_embedding + self._layer_weights + biases + self._head_parameters

    @property
    def _layer_weights(self) -> int:
        return sum(GATES[self.cell] * (width_in + out) * out for width_in, out in self.layer_widths)

    @property
    def _head_parameters(self) -> int:
        if not self.cutoffs:
            return self.vocab_size * (self.d_hidden + 1)
        return self._first_cluster + sum(self._tail(number) for number in range(len(self.cutoffs)))

    @property
    def _first_cluster(self) -> int:
        """Weights for the frequent tokens, and for one output that stands for each rarer cluster."""
        return (self.cutoffs[0] + len(self.cutoffs)) * self.d_hidden

    def _tail(self, number: int) -> int:
        first, end = (*self.cutoffs, self.vocab_size)[number : number + 2]
        narrow = self.d_hidden // SHRINK ** (number + 1)
        return narrow * (self.d_hidden + end - first)

    @property
    def flops_per_token(self) -> float:
        """Of an adaptive softmax only the first cluster counts: few tokens need another."""
        head = self._first_cluster if self.cutoffs else self.vocab_size * self.d_hidden
        return 6.0 * (self._layer_weights + head)

    @property
    def kept_per_token(self) -> int:
        outputs = self.cutoffs[0] if self.cutoffs else self.vocab_size
        return self.n_layers * (2 * GATES[self.cell] + 4) * self.d_hidden + 3 * outputs
