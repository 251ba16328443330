"""Learning-rate tests (Smith 2017): short runs whose rate grows until the loss flies away."""

from dataclasses import replace

from lmcore.models.configs.base import ModelConfig
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec

RATES = "rates"  # kind of the experiment
STEPS = 120
LARGEST = 1.0  # the last rate; the schedule begins at a ten-thousandth of it
RANGE = "range"


def rate_test(spec: RunSpec) -> RunSpec:
    """The run that tests the rates of `spec`: the same model, batches and seed, a rate that grows."""
    training = replace(
        spec.training,
        schedule=RANGE,
        steps=STEPS,
        seconds=0.0,
        learning_rate=LARGEST,
        warmup_steps=0,
        evaluate_every=STEPS,
        sample_length=0,
    )
    return replace(spec, training=training)


def is_rate_test(record: RunRecord) -> bool:
    """Whether a run tests rates: then a loss that flies away is what it is for."""
    return record.task == LANGUAGE_MODEL and record.spec.training.schedule == RANGE


def is_test_of(record: RunRecord, spec: RunSpec) -> bool:
    """Whether what a rate test found holds for `spec`: all that the best rate depends on is the same."""
    return is_rate_test(record) and _comparable(record.spec) == _comparable(rate_test(spec))


def _comparable(spec: RunSpec) -> RunSpec:
    """`spec` without what the text fills in when the run begins."""
    model: ModelConfig = replace(spec.model, vocab_size=256)
    return replace(spec, model=model, corpus_sha256="")
