"""What a run will need, before it starts: parameters, memory, seconds. Without torch: pages ask often."""

from dataclasses import dataclass

from lmcore.errors import ResourceError
from lmcore.runs.limits import Limits
from lmcore.runs.store import Store
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.vectors.config import VectorsConfig

FLOPS_UNTIL_MEASURED = 4e10  # a 3 × 64 model on one core of a laptop
WORDS_UNTIL_MEASURED = 4e5  # words/s of the skip-gram kernel at 64 dimensions
PROCESS_BYTES = 4.5e8  # Python and torch before the first step
STEP_OVERHEAD_S = 0.004  # what a step costs however small the model
PROBE_TOKENS = (
    8192 / 3
)  # of one look at the held-back text, which goes forward only: a third of a step's work
ADAM_BYTES = 16  # weight, gradient and two moments, 4 bytes each


@dataclass(frozen=True)
class Estimate:
    """What a run will need. `seconds` on this machine, by its last measured speed."""

    n_parameters: int
    memory_bytes: float
    seconds: float
    measured: bool  # False until a run on this machine has ended


def estimate(spec: RunSpec, store: Store, device: str = "cpu", n_words: int = 60_000) -> Estimate:
    """Size a run; `n_words` is the length of the corpus, for word vectors."""
    if spec.task == WORD_VECTORS:
        return _word_vectors(spec, store, n_words)
    speed = store.measured(f"flops_{device}")
    model, training = spec.model, spec.training
    tokens = training.batch_size * model.context_length
    computed = training.accumulate * tokens + PROBE_TOKENS / training.evaluate_every
    step_s = STEP_OVERHEAD_S + computed * model.flops_per_token / (speed or FLOPS_UNTIL_MEASURED)
    seconds = training.seconds or training.steps * step_s
    memory = PROCESS_BYTES + ADAM_BYTES * model.n_parameters + 4 * tokens * model.kept_per_token
    return Estimate(model.n_parameters, memory, seconds, speed is not None)


def _word_vectors(spec: RunSpec, store: Store, n_words: int) -> Estimate:
    speed = store.measured("words_cpu")
    n_parameters = 2 * spec.vectors.dimensions * max(1, n_words // 12)  # about one new word in twelve
    per_word = relative_cost(spec.vectors) / (speed or WORDS_UNTIL_MEASURED)
    seconds = 3 + spec.vectors.epochs * n_words * per_word
    return Estimate(n_parameters, PROCESS_BYTES + 8 * n_parameters, seconds, speed is not None)


def relative_cost(config: VectorsConfig) -> float:
    """What one word costs beside a word at 64 dimensions, 5 words on either side and 5 negatives.

    >>> relative_cost(VectorsConfig()), relative_cost(VectorsConfig(dimensions=128))
    (1.0, 2.0)
    """
    return config.dimensions / 64 * config.window / 5 * (1 + config.negative) / 6


def check_fits(needed: Estimate, limits: Limits) -> None:
    """Raise `ResourceError` with the figures when the run cannot be started here."""
    free = limits.memory_bytes()
    if needed.memory_bytes > free:
        raise ResourceError("too_large", needed=needed.memory_bytes / 1e9, free=free / 1e9)
    if needed.seconds > limits.hours * 3600:
        raise ResourceError("too_long", hours=needed.seconds / 3600, limit=limits.hours)
