"""The estimate before Start: it grows with what is asked for, and follows what was measured."""

from dataclasses import replace

import pytest

from lmcore.errors import ResourceError
from lmcore.models.configs.initial import InitialConfig
from lmcore.runs.estimate import (
    STEP_OVERHEAD_S,
    WATTS,
    Estimate,
    check_fits,
    estimate,
    relative_cost,
    share_of_peak,
    speed_of,
)
from lmcore.runs.limits import Limits
from lmcore.runs.store import Store
from lmcore.tasks.model_presets import SIZES, with_model
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.vectors.config import VectorsConfig

SPEC = with_model(RunSpec(), "gpt", "small")
VECTORS = RunSpec(task=WORD_VECTORS)


@pytest.mark.parametrize("name", ["n_layers", "n_heads", "d_model", "context_length", "vocab_size"])
def test_memory_grows_with_every_size(store: Store, name: str) -> None:
    larger = replace(SPEC, model=replace(SPEC.model, **{name: 2 * getattr(SPEC.model, name)}))
    assert estimate(larger, store).memory_bytes > estimate(SPEC, store).memory_bytes


def test_memory_grows_with_the_batch(store: Store) -> None:
    larger = replace(SPEC, training=replace(SPEC.training, batch_size=64))
    assert estimate(larger, store).memory_bytes > estimate(SPEC, store).memory_bytes


def test_time_grows_with_the_model_and_the_steps(store: Store) -> None:
    seconds = [estimate(with_model(SPEC, "gpt", size), store).seconds for size in SIZES]
    assert seconds == sorted(seconds) and len(set(seconds)) == len(SIZES)
    twice = replace(SPEC, training=replace(SPEC.training, steps=2 * SPEC.training.steps))
    assert estimate(twice, store).seconds == pytest.approx(2 * estimate(SPEC, store).seconds)


def test_a_run_by_the_clock_takes_what_the_clock_says(store: Store) -> None:
    assert estimate(replace(SPEC, training=replace(SPEC.training, seconds=12.5)), store).seconds == 12.5


def test_a_measured_speed_changes_the_estimate(store: Store) -> None:
    before = estimate(SPEC, store)
    store.set_measured("flops_cpu", 1e12)
    after = estimate(SPEC, store)
    assert not before.measured and after.measured
    assert after.seconds < before.seconds
    assert after.memory_bytes == before.memory_bytes
    assert estimate(SPEC, store, "cuda").seconds == before.seconds  # one device says nothing of another


def test_the_number_of_parameters_is_gpt2s(store: Store) -> None:
    gpt2 = replace(SPEC.model, vocab_size=50_257, context_length=1024, n_layers=12, n_heads=12, d_model=768)
    assert estimate(replace(SPEC, model=gpt2), store).n_parameters == 124_439_808  # as published weights have


def test_the_operations_are_six_for_every_weight_and_token(store: Store) -> None:
    """Kaplan et al. 2020: C = 6 N D; a look at the held-back text and attention itself add a little."""
    needed = estimate(SPEC, store)
    tokens = SPEC.training.steps * SPEC.training.batch_size * SPEC.model.context_length
    matrices = needed.n_parameters - SPEC.model.context_length * SPEC.model.d_model
    assert 1.0 < needed.flops / (6 * matrices * tokens) < 1.35


def test_the_operations_depend_on_the_run_and_not_on_the_machine(store: Store) -> None:
    before = estimate(SPEC, store).flops
    store.set_measured("flops_cpu", 1e12)
    assert estimate(SPEC, store).flops == pytest.approx(before)


def test_a_run_by_the_clock_computes_as_long_as_it_may(store: Store) -> None:
    short, long = (
        estimate(replace(SPEC, training=replace(SPEC.training, seconds=s)), store).flops for s in (10, 30)
    )
    assert long == pytest.approx(3 * short)


def test_a_fork_needs_only_what_is_left(store: Store) -> None:
    half = InitialConfig(run="r", step=SPEC.training.steps // 2, goes_on=True)
    whole, rest = estimate(SPEC, store), estimate(replace(SPEC, initial=half), store)
    assert rest.seconds == pytest.approx(whole.seconds / 2)
    assert rest.flops == pytest.approx(whole.flops / 2)
    past = replace(half, step=10**9)
    assert estimate(replace(SPEC, initial=past), store).seconds == 0


def test_the_energy_is_power_times_time(store: Store) -> None:
    assert Estimate(1, 1.0, 7200.0, True, watts=50.0).energy_wh == pytest.approx(100.0)
    assert estimate(SPEC, store).watts == WATTS["cpu"]
    store.set_measured("watts_cuda", 700.0)
    assert estimate(SPEC, store, "cuda").watts == 700.0
    assert estimate(SPEC, store).watts == WATTS["cpu"]
    assert estimate(SPEC, store, "a device of the future").watts > 0


def test_the_share_of_the_peak_is_what_the_model_needs_of_what_the_machine_can(store: Store) -> None:
    assert share_of_peak(SPEC, 1000.0, 4000 * SPEC.model.flops_per_token) == pytest.approx(0.25)
    for speed, peak in ((None, 1e12), (1e3, None), (0.0, 1e12), (1e3, 0.0)):
        assert share_of_peak(SPEC, speed, peak) is None
    assert share_of_peak(VECTORS, 1e3, 1e12) is None


@pytest.mark.parametrize("name", ["dimensions", "window", "negative", "epochs"])
def test_word_vectors_take_longer_with_every_size(store: Store, name: str) -> None:
    value = 2 * getattr(VECTORS.vectors, name)
    larger = replace(VECTORS, vectors=replace(VECTORS.vectors, **{name: value}))
    assert estimate(larger, store).seconds > estimate(VECTORS, store).seconds
    assert estimate(VECTORS, store, n_words=10**6).seconds > estimate(VECTORS, store).seconds


def test_a_measured_speed_of_words_changes_the_estimate(store: Store) -> None:
    before = estimate(VECTORS, store)
    store.set_measured("words_cpu", 1e4)
    assert estimate(VECTORS, store).seconds > before.seconds
    assert estimate(VECTORS, store).measured


def test_the_cost_of_a_word_counts_its_products() -> None:
    """Skip-gram does (1 + negatives) products of `dimensions` numbers for each word of the window."""
    config = VectorsConfig(dimensions=32, window=10, negative=11)
    assert relative_cost(config) == pytest.approx((32 * 10 * 12) / (64 * 5 * 6))


def test_an_empty_text_has_an_estimate(store: Store) -> None:
    assert estimate(VECTORS, store, n_words=0).memory_bytes > 0


def test_what_does_not_fit_is_refused_with_both_figures() -> None:
    with pytest.raises(ResourceError, match=r"needs 20 GB, this machine has 2\.5 GB"):
        check_fits(Estimate(1, 20e9, 1.0, True), Limits(memory_gb=2.5))
    with pytest.raises(ResourceError, match=r"about 3 hours, the limit is 2"):
        check_fits(Estimate(1, 1e6, 3 * 3600.0, True), Limits(hours=2))


def test_what_just_fits_is_accepted() -> None:
    check_fits(Estimate(1, 2.5e9, 2 * 3600.0, False), Limits(memory_gb=2.5, hours=2))


def test_the_speed_of_a_run_is_what_the_next_estimate_says() -> None:
    tokens = SPEC.training.batch_size * SPEC.model.context_length
    speed = 2e10
    step_s = STEP_OVERHEAD_S + tokens * SPEC.model.flops_per_token / speed
    assert speed_of(SPEC, tokens / step_s) == pytest.approx(speed)


@pytest.mark.parametrize("name", ["ngram", "gpt"])
def test_a_model_too_small_to_tell_is_no_measure(name: str) -> None:
    spec = with_model(RunSpec(), name, "tiny")
    assert speed_of(spec, 1e6) is None
