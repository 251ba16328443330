"""What can be seen of word vectors, in seven views."""

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.pictures import Draw
from lmcore.ui.vectors.bias import bias_view
from lmcore.ui.vectors.compare import compare_view
from lmcore.ui.vectors.context import context_view
from lmcore.ui.vectors.learn import learn_view
from lmcore.ui.vectors.look_up import look_up_view
from lmcore.ui.vectors.map import map_view
from lmcore.ui.vectors.measure import measure_view

View = Callable[[RunRecord, RunSpec, str, DeltaGenerator, DeltaGenerator], Draw | None]
DRAWN_BY: dict[str, View] = {
    "map": map_view,
    "look_up": look_up_view,
    "learn": learn_view,
    "measure": measure_view,
    "compare": compare_view,
    "bias": bias_view,
    "context": context_view,
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
    return DRAWN_BY[view](record, spec, level, controls, stage.container(key="picture"))
