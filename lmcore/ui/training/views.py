"""What can be seen of a training, a view each."""

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.pictures import Draw
from lmcore.ui.training.compare import compare_view
from lmcore.ui.training.curve import curve_view
from lmcore.ui.training.inside import inside_view
from lmcore.ui.training.one_step import one_step_view
from lmcore.ui.training.rates import rates_view
from lmcore.ui.training.scaling import scaling_view
from lmcore.ui.training.sweep import sweep_view

View = Callable[[RunRecord, RunSpec, str, DeltaGenerator, DeltaGenerator], Draw | None]
DRAWN_BY: dict[str, View] = {
    "curve": curve_view,
    "inside": inside_view,
    "one_step": one_step_view,
    "rates": rates_view,
    "sweep": sweep_view,
    "scaling": scaling_view,
    "compare": compare_view,
}
VIEWS = tuple(DRAWN_BY)


def show_view(
    view: str,
    record: RunRecord,
    spec: RunSpec,
    level: str,
    controls: DeltaGenerator,
    stage: DeltaGenerator,
) -> Draw | None:
    """Draw a view of a run: its controls in the inspector, its picture on the stage.

    Gives what draws the picture to take home, where there is a figure of it.
    """
    return DRAWN_BY[view](record, spec, level, controls, stage.container(key="picture", gap="xsmall"))
