"""BERT (Devlin et al. 2019): a Transformer encoder that guesses the tokens taken out of a text."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.base import HEAD
from lmcore.models.configs.bert import SEGMENTS, BertConfig
from lmcore.models.masked_transformer import MaskedTransformer
from lmcore.models.masking import masked_tokens
from lmcore.models.recording import Recording

FOLLOWS, FOREIGN = 0, 1  # BERT's own numbers


class Bert(MaskedTransformer):
    """Says which token stands at each position, from all that stands around it.

    `ids` begin with [CLS], and every text in them ends with [SEP]. Nothing is written from left to right.
    """

    config: BertConfig

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config, SEGMENTS)
        self.pooler = nn.Linear(config.d_model, config.d_model) if config.next_sentence else None
        self.next_sentence = nn.Linear(config.d_model, 2) if config.next_sentence else None
        self.initialise()

    def role_of(self, name: str, parameter: nn.Parameter) -> str:
        return HEAD if name == "next_sentence.weight" else super().role_of(name, parameter)

    def forward(
        self, ids: Tensor, record: Recording | None = None, *, segments: Tensor | None = None
    ) -> Tensor:
        """Token ids (B, T), T ≤ context_length → logits (B, T, V).

        `segments` (B, T) is 0 in the first text and 1 in the second; without it all is one text.
        """
        x = self.hidden(ids, 0 if segments is None else segments, record=record)
        return self._recorded(self.scores(x), record)

    def judged(self, x: Tensor) -> Tensor:
        """Hidden (B, T, C) → logits (B, 2): does the second text follow the first, or is it a foreign one?"""
        assert self.pooler is not None and self.next_sentence is not None
        return self.next_sentence(torch.tanh(self.pooler(x[:, 0])))

    def masked_loss(self, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        """Nats per guessed token of windows (B, T + 1), and with next sentences the nats of that question."""
        if self.config.next_sentence:
            return self._pair_loss(windows[:, : self.most_tokens - 1], smoothing)
        ids = self.frame(windows[:, : self.most_tokens])
        maskable = torch.arange(1, ids.shape[1] - 1)
        masked = masked_tokens(ids, maskable, self.config.special("[MASK]"), self.n_ordinary)
        return self.guess_loss(self.hidden(masked.ids), masked, smoothing)

    def _pair_loss(self, texts: Tensor, smoothing: float) -> Tensor:
        ids, segments, labels = self.pairs(texts)
        end = segments.shape[0] - int(segments.sum()) - 1  # of the first half: its [SEP]
        places = torch.arange(1, ids.shape[1] - 1)
        masked = masked_tokens(ids, places[places != end], self.config.special("[MASK]"), self.n_ordinary)
        x = self.hidden(masked.ids, segments)
        return self.guess_loss(x, masked, smoothing) + F.cross_entropy(self.judged(x).float(), labels)

    def pairs(self, texts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Texts (B, n) → [CLS] first half [SEP] second half [SEP], in half of the rows that of another text.

        Gives ids (B, n + 3), segments (n + 3,) and labels (B,). A batch of one text has no foreign half.
        """
        B, n = texts.shape
        half = n // 2
        foreign = (torch.rand(B) < 0.5) & (B > 1)
        other = (torch.arange(B) + torch.randint(1, max(2, B), (B,))) % B
        taken = torch.where(foreign, other, torch.arange(B)).to(texts.device)
        separator = self.config.special("[SEP]")
        first = self.frame(texts[:, :half])
        second = F.pad(texts[taken, half:], (0, 1), value=separator)
        segments = (torch.arange(n + 3) >= half + 2).long().to(texts.device)
        labels = torch.where(foreign, FOREIGN, FOLLOWS).to(texts.device)
        return torch.cat([first, second], dim=1), segments, labels
