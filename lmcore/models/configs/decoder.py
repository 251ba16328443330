"""Settings of a modern decoder, with a switch for each thing that changed since GPT-2."""

from dataclasses import dataclass

from lmcore.checks import check_choice, check_range
from lmcore.errors import ConfigError
from lmcore.models.configs.base import TransformerConfig

POSITIONS = ("rope", "alibi", "learned", "none")
NORMS = ("layernorm", "rmsnorm")
ACTIVATIONS = ("relu2", "swiglu", "gelu")
TABLE_ORDERS = (2, 3, 4)


@dataclass(frozen=True)
class DecoderConfig(TransformerConfig):
    """A decoder-only Transformer, no biases, head of its own.

    `tables` hashed tables give every token an embedding of the 2, 3 or 4 tokens that end in it, beside its
    own: counting built into a network. Purists set it to 0.
    """

    position: str = "rope"
    norm: str = "rmsnorm"
    activation: str = "swiglu"
    qk_norm: bool = False
    token_shift: bool = False  # every layer also sees the token before, by a weight per channel
    zero_init: bool = False  # what layers add to the residual stream starts at nothing
    norm_scale: bool = True  # whether norms have a weight per channel
    tables: int = 0
    table_rows: int = 8192
    d_table: int = 24

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("position", self.position, POSITIONS)
        check_choice("norm", self.norm, NORMS)
        check_choice("activation", self.activation, ACTIVATIONS)
        check_range("tables", self.tables, 0, len(TABLE_ORDERS))
        check_range("table_rows", self.table_rows, 16, 1_000_000)
        check_range("d_table", self.d_table, 1, 1024)
        if self.position == "rope" and self.d_head % 2:
            raise ConfigError("rope_needs_even", d_head=self.d_head)

    @property
    def label(self) -> str:
        name = "Fast GPT" if self.tables or self.token_shift else "Decoder"
        return f"{name} {self.n_layers} × {self.d_model}"

    @property
    def d_mlp(self) -> int:
        """SwiGLU has three matrices, so two thirds of the width cost the same (Shazeer 2020, section 3)."""
        wide = 4 * self.d_model
        return wide if self.activation != "swiglu" else max(8, (2 * wide // 3 + 7) // 8 * 8)

    @property
    def table_sizes(self) -> list[tuple[int, int]]:
        """Order and rows of every table; pairs get a row each where there is room for them."""
        pairs = min(self.vocab_size**2, self.table_rows)
        return [(order, pairs if order == 2 else self.table_rows) for order in TABLE_ORDERS[: self.tables]]

    @property
    def n_parameters(self) -> int:
        d = self.d_model
        n_norms = (2 * self.n_layers + 1) * int(self.norm_scale)
        biases = (2 * self.n_layers + 1) * d if self.norm_scale and self.norm == "layernorm" else 0
        positions = self.context_length * d if self.position == "learned" else 0
        shift = 2 * d * self.n_layers if self.token_shift else 0
        tables = sum(rows * self.d_table + self.d_table * d for _, rows in self.table_sizes)
        embeddings = 2 * self.vocab_size * d + positions + tables
        return embeddings + self.n_layers * self._block_weights + n_norms * d + biases + shift

    @property
    def _block_weights(self) -> int:
        matrices = 3 if self.activation == "swiglu" else 2
        return 4 * self.d_model**2 + matrices * self.d_model * self.d_mlp

    @property
    def flops_per_token(self) -> float:
        weights = self.n_layers * self._block_weights + self.vocab_size * self.d_model
        weights += self.tables * self.d_table * self.d_model
        return 6.0 * weights + 12.0 * self.n_layers * self.d_model * self.context_length
