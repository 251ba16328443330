"""The scaling lab: small runs whose size, or whose text, grows, and the larger one that tests them."""

from dataclasses import replace

from lmcore.errors import ConfigError
from lmcore.models.configs.base import TransformerConfig
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec

SCALING = "scaling"  # kind of the experiment
SIZE, TEXT = "size", "text"
BLOCK = 12  # weights of attention and MLP in a layer, in squares of the width (Kaplan et al. 2020, table 1)
LAYERS, HEADS = 2, 2  # of all models, so that they differ in one thing only
WIDTHS = (16, 24, 32, 40, 48, 64, 80)
USUAL_WIDTH = 32  # of the runs over text
LARGER_WIDTH = 160
STEPS = 300  # of every run over size
STEP_COUNTS = (40, 60, 90, 135, 200, 300, 450)  # of the runs over text, whose tokens are all new
MORE_STEPS = 1400


def weights_without_embeddings(config: TransformerConfig) -> int:
    """Weights of attention and MLP. Embeddings look words up; counted in, they bend the law of small models.

    >>> weights_without_embeddings(TransformerConfig(n_layers=2, n_heads=2, d_model=32))
    24576
    """
    return BLOCK * config.n_layers * config.d_model**2


def tokens_seen(spec: RunSpec) -> int:
    """Tokens of the whole run."""
    training = spec.training
    return training.steps * training.batch_size * training.accumulate * spec.model.context_length


def measure(run: RunRecord, by: str) -> int:
    """How large a run is: in weights, or in tokens seen."""
    return tokens_seen(run.spec) if by == TEXT else weights_without_embeddings(_transformer(run.spec))


def can_scale(spec: RunSpec) -> bool:
    """Whether its model has layers and a width, and predicts the next token."""
    return isinstance(spec.model, TransformerConfig) and spec.training.objective == "causal"


def _transformer(spec: RunSpec) -> TransformerConfig:
    if not isinstance(spec.model, TransformerConfig):
        raise ConfigError("not_scalable", model=spec.architecture)
    return spec.model


def ladder(base: RunSpec, by: str) -> list[RunSpec]:
    """The small runs; raises `ConfigError` for a model without layers and a width."""
    if by == TEXT:
        return [_of_steps(_of_width(base, USUAL_WIDTH), steps) for steps in STEP_COUNTS]
    return [_of_steps(_of_width(base, width), STEPS) for width in WIDTHS]


def larger(base: RunSpec, by: str) -> RunSpec:
    """The run that tests what the small ones predict: four times the weights, or three times the text."""
    if by == TEXT:
        return _of_steps(_of_width(base, USUAL_WIDTH), MORE_STEPS)
    return _of_steps(_of_width(base, LARGER_WIDTH), STEPS)


def _of_width(base: RunSpec, width: int) -> RunSpec:
    """The same model with two layers of this width. With AdamW the best rate falls as the width grows."""
    model = replace(_transformer(base), n_layers=LAYERS, n_heads=HEADS, d_model=width)
    training = base.training
    if training.optimizer != "muon":  # Muon's steps do not depend on the width
        rate = training.learning_rate * (_transformer(base).d_model / width) ** 0.5
        training = replace(training, learning_rate=min(0.03, rate))
    return replace(base, model=model, training=training)


def _of_steps(base: RunSpec, steps: int) -> RunSpec:
    """A schedule of its own for every length: the end of a long run that is cut short is worse.

    (Hoffmann et al. 2022, section 3.1)
    """
    warmup = min(base.training.warmup_steps, steps // 10)
    changes = {"steps": steps, "seconds": 0.0, "warmup_steps": warmup, "evaluate_every": steps}
    return replace(base, training=replace(base.training, **changes, sample_length=0))
