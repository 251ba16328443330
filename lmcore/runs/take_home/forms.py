"""The forms in which a run can be taken home, without torch: pages list them."""

import os

from lmcore.models.registry import ARCHITECTURES
from lmcore.tasks.spec import LANGUAGE_MODEL, RunSpec

TRACKING = "MLFLOW_TRACKING_URI"
SUFFIXES = {  # of the file; MLflow gets no file
    "weights": ".safetensors",
    "transformers": ".zip",
    "script": ".zip",
    "tensorboard": ".zip",
    "csv": ".csv",
    "jsonl": ".jsonl",
    "mlflow": "",
}
FORMS = tuple(SUFFIXES)
OF_A_STEP = ("weights", "transformers")  # the others are of the whole run
OF_A_NETWORK = ("weights", "transformers", "script")


def forms_of(spec: RunSpec) -> tuple[str, ...]:
    """What there is for such a run; MLflow only where the environment says whereto."""
    trained = spec.task == LANGUAGE_MODEL and not ARCHITECTURES[spec.architecture].counts
    hidden = {"mlflow": not tracking(), **dict.fromkeys(OF_A_NETWORK, not trained)}
    return tuple(form for form in FORMS if not hidden.get(form))


def tracking() -> str:
    """The address of the MLflow server, or its folder; "" for none."""
    return os.environ.get(TRACKING, "").strip()
