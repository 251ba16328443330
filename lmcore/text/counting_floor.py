"""What counting alone can predict and write: the floor under every trained model (Shannon 1951).

The counting model of `ngrams.py` for every order, measured on text that it has not counted.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from math import exp, log

import numpy as np

from lmcore.checks import check_choice
from lmcore.errors import TextError
from lmcore.text.ngrams import CountingModel

ORDERS = tuple(range(1, 7))
PASSAGE = 400  # tokens
SAMPLE = 160  # tokens that each order writes
TEMPERATURE = 0.8  # as for the samples of a trained model
FEWEST = 2  # tokens in either part
Decode = Callable[[Sequence[int]], str]


@dataclass(frozen=True)
class Score:
    """A mean loss in nats per token, and the same in two other units."""

    loss: float
    perplexity: float
    bits_per_byte: float

    @classmethod
    def of(cls, loss: float, n_tokens: int, n_bytes: int) -> "Score":
        """From the loss on `n_tokens` tokens that take `n_bytes` in UTF-8.

        >>> Score.of(log(2), n_tokens=40, n_bytes=10)
        Score(loss=0.6931471805599453, perplexity=2.0, bits_per_byte=4.0)
        """
        return cls(loss, exp(loss), loss / log(2) * n_tokens / max(1, n_bytes))


@dataclass(frozen=True)
class OrderScore:
    """What one order reaches, what it writes, and how many contexts it has counted."""

    order: int
    score: Score
    sample: str
    n_contexts: int


@dataclass(frozen=True)
class Passage:
    """The first held-out tokens, by order: row i belongs to the i-th of `CountingFloor.orders`."""

    tokens: tuple[str, ...]  # (P,)
    probabilities: np.ndarray  # (orders, P)
    used_order: np.ndarray  # (orders, P), 1 where no context had been counted


@dataclass(frozen=True)
class Writing:
    """A continuation of a prompt, and what of the prompt the vocabulary lacks and was skipped."""

    prompt: str
    text: str
    tokens: tuple[str, ...]
    probabilities: tuple[float, ...]
    skipped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain lists."""
        return {
            "prompt": self.prompt,
            "text": self.text,
            "tokens": list(self.tokens),
            "p": _rounded(self.probabilities),
            "skipped": list(self.skipped),
        }


@dataclass(frozen=True)
class CountingFloor:
    """Every order measured, the best of them, and the model to go on writing with."""

    orders: tuple[OrderScore, ...]
    uniform: Score
    best: int
    passage: Passage
    n_train: int
    n_held_out: int
    seconds: float
    model: CountingModel = field(repr=False)
    decode: Decode = field(repr=False)

    def write(
        self,
        prompt_ids: Sequence[int],
        order: int | None = None,
        *,
        n_tokens: int = SAMPLE,
        temperature: float = TEMPERATURE,
        seed: int = 1,
        skipped: Sequence[str] = (),
    ) -> Writing:
        """Go on from a prompt, which may be empty, at `order` or else the best.

        `skipped` is what the caller left out of the visitor's prompt, as its characters are unknown. Raises
        `ConfigError` for an order that was not counted.
        """
        order = self._known(order)
        written = list(
            self.model.write(prompt_ids, n_tokens, order=order, temperature=temperature, seed=seed)
        )
        return Writing(
            self.decode(prompt_ids),
            self.decode([token.id for token in written]),
            tuple(self.decode([token.id]) for token in written),
            tuple(token.probability for token in written),
            tuple(skipped),
        )

    def to_json(
        self,
        order: int | None = None,
        writing: Writing | None = None,
        *,
        unit: str = "character",
        n_test: int = 0,
    ) -> dict[str, object]:
        """Plain values for the picture at one order, the best unless another is asked for."""
        order = self._known(order)
        row = [score.order for score in self.orders].index(order)
        split = {"train": self.n_train, "validation": self.n_held_out, "test": n_test}
        passage = {
            "tokens": list(self.passage.tokens),
            "p": _rounded(self.passage.probabilities[row].tolist()),
            "used_order": self.passage.used_order[row].tolist(),
        }
        return {
            "unit": unit,
            "orders": [_order_json(score) for score in self.orders],
            "uniform": asdict(self.uniform),
            "best": self.best,
            "order": order,
            "seconds": round(self.seconds, 3),
            "passage": passage,
            "writes": writing.to_json() if writing else None,
            "split": split,
        }

    def _known(self, order: int | None) -> int:
        known = [score.order for score in self.orders]
        if order is not None:
            check_choice("order", str(order), tuple(map(str, known)))
        return self.best if order is None else order


def floor(
    train_ids: np.ndarray,
    held_out_ids: np.ndarray,
    vocab_size: int,
    decode: Decode,
    n_bytes: int,
    orders: Sequence[int] = ORDERS,
    *,
    sample_length: int = SAMPLE,
    seed: int = 1,
) -> CountingFloor:
    """Count `train_ids` and measure every order on `held_out_ids`, which take `n_bytes` in UTF-8.

    The best order is chosen on the held-out text itself, which flatters it a little: of a text in three
    parts, hold out the validation part here. Raises `TextError` for parts of fewer than two tokens.
    """
    if min(len(train_ids), len(held_out_ids)) < FEWEST:
        raise TextError(
            "text_too_short_to_count", train=len(train_ids), held_out=len(held_out_ids), needed=FEWEST
        )
    started = time.perf_counter()
    model = CountingModel(train_ids, vocab_size, max(orders))
    losses = model.losses(held_out_ids)
    seconds = time.perf_counter() - started
    scores = tuple(
        OrderScore(
            order,
            Score.of(float(losses[order - 1]), len(held_out_ids), n_bytes),
            _sample(model, order, decode, sample_length, seed),
            model.n_contexts(order),
        )
        for order in orders
    )
    return CountingFloor(
        scores,
        Score.of(log(vocab_size), len(held_out_ids), n_bytes),
        min(scores, key=lambda scored: scored.score.loss).order,
        _passage(model, held_out_ids[:PASSAGE], decode, orders),
        len(train_ids),
        len(held_out_ids),
        seconds,
        model,
        decode,
    )


def _sample(model: CountingModel, order: int, decode: Decode, n_tokens: int, seed: int) -> str:
    written = model.write([], n_tokens, order=order, temperature=TEMPERATURE, seed=seed)
    return decode([token.id for token in written])


def _passage(model: CountingModel, ids: np.ndarray, decode: Decode, orders: Sequence[int]) -> Passage:
    scores = model.scores(ids)
    rows = np.array(orders) - 1
    tokens = tuple(decode([id]) for id in ids.tolist())
    return Passage(tokens, scores.probabilities[rows], scores.used_order[rows])


def _order_json(scored: OrderScore) -> dict[str, object]:
    values = {"order": scored.order, "sample": scored.sample, "n_contexts": scored.n_contexts}
    return {**values, **asdict(scored.score)}


def _rounded(probabilities: Sequence[float]) -> list[float]:
    """Three significant figures: a tenth of a per cent is more than a colour shows."""
    return [float(f"{p:.3g}") for p in probabilities]
