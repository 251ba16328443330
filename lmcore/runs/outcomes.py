"""What came out of a run, from what the store holds of it."""

from lmcore.analysis.run_difference import Outcome, outcome, seconds_of_updates
from lmcore.runs.estimate import share_of_peak
from lmcore.runs.store import RunRecord, Store

BYTES_PER_TOKEN = {"byte": 1.0}  # by kind of tokenizer; others depend on the text


def outcome_of(store: Store, record: RunRecord) -> Outcome:
    """The figures of a language model so far."""
    spec, device = record.spec, record.device or ""
    references = {name: loss for name, loss, _ in store.references(record.id)}
    speed = record.tokens_per_s
    return outcome(
        store.evaluations(record.id),
        test_loss=references.get("test"),
        bytes_per_token=BYTES_PER_TOKEN.get(spec.tokenizer.kind),
        n_parameters=spec.model.n_parameters,
        tokens_per_s=speed,
        share_of_peak=None if record.stored else share_of_peak(spec, speed, store.measured(f"peak_{device}")),
        seconds=_seconds(store, record),
        device=record.device,
    )


def _seconds(store: Store, record: RunRecord) -> float | None:
    """Updates only; None before the first."""
    training, context = record.spec.training, record.spec.model.context_length
    a_batch = training.accumulate * context
    speeds = [(row["step"], row["tokens_per_s"]) for row in store.metrics_since(record.id, -1)]
    changes = [
        (step, given["value"] * a_batch)
        for step, _, given in store.marks(record.id)
        if given.get("name") == "batch_size"
    ]
    if not speeds or record.stored:  # of a stored run only some points are kept
        return None
    return seconds_of_updates(speeds, training.batch_size * a_batch, changes)
