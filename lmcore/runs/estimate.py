"""What a run will need, before it starts: parameters, operations, memory, seconds, energy.

Without torch: pages ask often.
"""

from dataclasses import dataclass

from lmcore.errors import ResourceError
from lmcore.models.registry import ARCHITECTURES
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
WATTS = {"cpu": 15.0, "mps": 20.0, "cuda": 300.0}  # a core, a laptop's chip, a card: guesses
ADAM_BYTES = 16  # weight, gradient and two moments, 4 bytes each


@dataclass(frozen=True)
class Estimate:
    """What a run will need. `seconds` on this machine, by its last measured speed."""

    n_parameters: int
    memory_bytes: float
    seconds: float
    measured: bool  # False until a run on this machine has ended
    flops: float = 0.0  # floating-point operations of the whole run
    watts: float = 0.0  # what the device is taken to draw, which is a guess

    @property
    def energy_wh(self) -> float:
        """Watt-hours, by the power that is stated beside it."""
        return self.watts * self.seconds / 3600


def estimate(spec: RunSpec, store: Store, device: str = "cpu", n_words: int = 60_000) -> Estimate:
    """Size a run; `n_words` is the length of the corpus, for word vectors."""
    if spec.task == WORD_VECTORS:
        return _word_vectors(spec, store, n_words)
    speed = store.measured(f"flops_{device}")
    model, training = spec.model, spec.training
    tokens = training.batch_size * model.context_length
    computed = training.accumulate * tokens + PROBE_TOKENS / training.evaluate_every
    step_flops = computed * model.flops_per_token
    step_s = STEP_OVERHEAD_S + step_flops / (speed or FLOPS_UNTIL_MEASURED)
    seconds = training.seconds or steps_to_do(spec) * step_s
    flops = seconds / step_s * step_flops
    memory = PROCESS_BYTES + ADAM_BYTES * model.n_parameters + 4 * tokens * model.kept_per_token
    watts = watts_of(device, store)
    return Estimate(model.n_parameters, memory, seconds, speed is not None, flops, watts)


def speed_of(spec: RunSpec, tokens_per_s: float) -> float | None:
    """Operations a second that a training reached, without what a step costs however small the model.

    None where that cost is most of it, or where nothing is multiplied: it says nothing about other models.
    """
    tokens = spec.training.accumulate * spec.training.batch_size * spec.model.context_length
    step_s = tokens / tokens_per_s
    computing_s = step_s - STEP_OVERHEAD_S
    if ARCHITECTURES[spec.architecture].counts or computing_s < step_s / 2:
        return None
    return tokens * spec.model.flops_per_token / computing_s


def steps_to_do(spec: RunSpec) -> int:
    """All steps, or those that a fork has before it."""
    done = spec.initial.step if spec.initial.goes_on else 0
    return max(0, spec.training.steps - done)


def watts_of(device: str, store: Store) -> float:
    """The power that the card says it is limited to, else a guess for a device of this kind."""
    return store.measured(f"watts_{device}") or WATTS.get(device, WATTS["cpu"])


def share_of_peak(spec: RunSpec, tokens_per_s: float | None, peak: float | None) -> float | None:
    """Which part of the machine's fastest matrix products a training reaches, in [0, 1] or a little more.

    "Model FLOPs utilisation" (Chowdhery et al. 2022, appendix B): only what the model itself needs counts.
    """
    if not peak or not tokens_per_s or spec.task == WORD_VECTORS:
        return None
    return tokens_per_s * spec.model.flops_per_token / peak


def _word_vectors(spec: RunSpec, store: Store, n_words: int) -> Estimate:
    speed = store.measured("words_cpu")
    n_parameters = 2 * spec.vectors.dimensions * max(1, n_words // 12)  # about one new word in twelve
    per_word = relative_cost(spec.vectors) / (speed or WORDS_UNTIL_MEASURED)
    seconds = 3 + spec.vectors.epochs * n_words * per_word
    memory = PROCESS_BYTES + 8 * n_parameters
    return Estimate(n_parameters, memory, seconds, speed is not None, watts=watts_of("cpu", store))


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
