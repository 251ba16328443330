"""The forms in which a run can be taken home, without torch: pages list them."""

import os

from lmcore.tasks.spec import LANGUAGE_MODEL

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
OF_A_LANGUAGE_MODEL = ("weights", "transformers", "script")


def forms_of(task: str) -> tuple[str, ...]:
    """What there is for a run of this task; MLflow only where the environment says whereto."""
    return tuple(
        form
        for form in FORMS
        if (form != "mlflow" or tracking())
        and (form not in OF_A_LANGUAGE_MODEL or task == LANGUAGE_MODEL)
    )


def tracking() -> str:
    """The address of the MLflow server, or its folder; "" for none."""
    return os.environ.get(TRACKING, "").strip()
