"""What can be seen of a training, a view each."""

from lmcore.ui.training.compare import compare_view
from lmcore.ui.training.curve import curve_view
from lmcore.ui.training.inside import inside_view
from lmcore.ui.training.one_step import one_step_view
from lmcore.ui.training.rates import rates_view
from lmcore.ui.training.scaling import scaling_view
from lmcore.ui.training.sweep import sweep_view
from lmcore.ui.views import View

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
