"""Training as a generator of events: whoever asks for the next one sets the pace."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from lmcore.events import Evaluation, Event, Finished, Snapshot, Step
from lmcore.training.evaluation import MOST_TOKENS, PROBE_TOKENS, held_back_loss
from lmcore.training.schedules import learning_rate_at
from lmcore.training.snapshots import FIRST_STEPS, snapshot_steps
from lmcore.training.state import Captured, Stopwatch, TrainingState

DIVERGED_AT = 3.0  # times the first loss, which is that of a blind guess
MEMORY = 0.9  # of the running mean of the time a token takes


def train(state: TrainingState, validation_ids: Tensor) -> Iterator[Event]:
    """Train `state.model` from `state.step` to the end, yielding a `Step` for every update.

    At the snapshot steps, step 0 among them, an `Evaluation` and a `Snapshot` follow; between those an
    `Evaluation` every `evaluate_every` steps. All but the last use a fixed probe of the held-back text. A
    `Layers` follows the updates that the state's monitor, where it has one, has looked at. Stop by closing
    the generator; between two events `state` may be captured, or its settings changed.

    A loss that is no number, or is far above a blind guess, ends the run: the state goes back to the last
    snapshot step after which a usable loss was seen, and `Finished` says `diverged`.
    """
    planned = set() if state.config.seconds > 0 else set(snapshot_steps(state.config.steps))
    stopwatch = Stopwatch(state)
    seconds_per_token: float | None = None
    newest = good = state.capture()
    while True:
        last = state.progress >= 1.0
        snapshot_due = last or state.step in planned or (not planned and _doubling(state.step))
        if snapshot_due or state.step % state.config.evaluate_every == 0:
            with stopwatch:
                limit = MOST_TOKENS if last else PROBE_TOKENS
                loss = held_back_loss(
                    state.shown, validation_ids, state.batches.context_length, limit, state.objective
                )
            if not math.isfinite(loss):  # however large: overfitting is no divergence
                break
            yield Evaluation(state.step, loss)
        if snapshot_due:
            newest = state.capture()
            yield Snapshot(state.step, state.weights())
            if state.monitor is not None:
                state.monitor.ask()
        if last:
            yield Finished(state.step)
            return
        with stopwatch:
            loss, gradient_norm, learning_rate = _update(state)
        n_tokens = state.config.accumulate * state.batches.batch_size * state.batches.context_length
        seconds_per_token = _running_mean(seconds_per_token, stopwatch.lap / n_tokens)
        yield Step(state.step, loss, learning_rate, gradient_norm, 1 / seconds_per_token)
        if state.monitor is not None and (layers := state.monitor.taken()) is not None:
            yield layers
        if _unusable(loss, state):
            break
        good = newest  # this loss was measured with its weights, or with later ones
    stopped_at = state.step
    _go_back(state, good)
    yield Finished(stopped_at, "diverged")


def _update(state: TrainingState) -> tuple[float, float, float]:
    """One optimizer step; gives the loss before it, the norm before clipping, and the learning rate."""
    learning_rate = learning_rate_at(state.progress, state.step + 1, state.config)
    loss, norm = state.update(learning_rate)
    loss_value, norm_value = torch.stack((loss.float(), norm.float())).tolist()  # one wait for the device
    if state.first_loss is None:
        state.first_loss = loss_value
    return loss_value, norm_value, learning_rate


def _unusable(loss: float, state: TrainingState) -> bool:
    if not math.isfinite(loss):
        return True
    return state.first_loss is not None and loss > DIVERGED_AT * state.first_loss


def _go_back(state: TrainingState, good: Captured) -> None:
    """The last good weights, with the time that has passed and the settings of now."""
    seconds, config = state.seconds, state.config
    state.restore(good)
    state.seconds = seconds
    state.reconfigure(config)


def _doubling(step: int) -> bool:
    """Snapshot steps of a run of unknown length."""
    return step in FIRST_STEPS or step & (step - 1) == 0


def _running_mean(mean: float | None, value: float) -> float:
    return value if mean is None else MEMORY * mean + (1 - MEMORY) * value
