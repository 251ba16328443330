"""What a page with several views asks of each of them."""

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.pictures import Draw

# A view of a run, with settings, at a depth: its controls go into the inspector, its picture on the stage. It
# gives what draws the picture to take home, where there is a figure of it.
View = Callable[[RunRecord, RunSpec, str, DeltaGenerator, DeltaGenerator], Draw | None]
