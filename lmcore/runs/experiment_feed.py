"""What a live picture of an experiment needs to know: its runs, how far each is, and what it reached."""

from typing import Any

from lmcore.runs.store import RunRecord, Store


def experiment_state(store: Store, experiment: str) -> dict[str, Any]:
    """One JSON value; raises `RunError` for an experiment that is not there.

    `loss` is the newest validation loss of a run in nats, None where there is none or where it is no number.
    """
    given = store.experiment(experiment).given
    losses = store.losses_of_experiment(experiment)
    runs = [
        {
            "id": run.id,
            "name": run.name,
            "status": run.status,
            "active": run.active,
            "step": run.step,
            "planned_steps": run.planned_steps or run.spec.training.steps,
            "settings": settings_of(run, given.get("parts", {})),
            "loss": None if run.status == "diverged" else losses.get(run.id),
        }
        for run in store.runs_of(experiment)
    ]
    return {"id": experiment, "runs": runs, "active": any(run["active"] for run in runs)}


def settings_of(run: RunRecord, parts: dict[str, str]) -> dict[str, Any]:
    """The values that a run has for the settings that vary: name → part of the spec in `parts`."""
    spec = run.spec
    return {name: getattr(getattr(spec, part) if part else spec, name) for name, part in parts.items()}
