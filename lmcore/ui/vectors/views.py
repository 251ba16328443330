"""What can be seen of word vectors, in seven views."""

from lmcore.ui.vectors.bias import bias_view
from lmcore.ui.vectors.compare import compare_view
from lmcore.ui.vectors.context import context_view
from lmcore.ui.vectors.learn import learn_view
from lmcore.ui.vectors.look_up import look_up_view
from lmcore.ui.vectors.map import map_view
from lmcore.ui.vectors.measure import measure_view
from lmcore.ui.views import View

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
