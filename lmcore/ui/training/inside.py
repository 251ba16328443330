"""Inside: gradients, weights, tokens and one head of a model while it trains."""

import json
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.components import show
from lmcore.ui.follow import follow
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.visit import step_to_show, t

EVEN = 30.0  # times: layers that differ by less are pushed about equally
NAMED = ("embedding", "norm", "head", "hidden", "direct")
STACKS = ("encoder", "decoder")
PARTS = ("attention", "mlp")


def inside_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The component fetches everything by itself; the inspector says what the shown step means."""
    follow(record)
    with stage:
        show("inside_view", run=record.id)
    looks = [json.loads(seen) for _, seen in engine().store.layers_since(record.id, -1)]
    if not looks:
        return None
    step = step_to_show(record)
    upto = [look for look in looks if step is None or look["step"] <= step]
    controls.markdown(reading(upto[-1] if upto else looks[0]))
    if level == "play":
        controls.markdown(f":gray[{t('inside.limit')}]")
    return _figure(looks, record.name)


def reading(look: dict[str, Any]) -> str:
    """Where the gradient is largest and smallest, in a sentence."""
    norms = {
        name: norm
        for name, norm in zip(look["names"], look["gradient_norms"], strict=True)
        if norm is not None
    }
    if not norms:
        return ""
    low, high = min(norms, key=norms.__getitem__), max(norms, key=norms.__getitem__)
    if norms[low] == 0:
        return t("inside.still", low=group_name(low))
    times = norms[high] / norms[low]
    said = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
    if times < EVEN:
        return t("inside.even", times=said)
    return t("inside.uneven", high=group_name(high), low=group_name(low), times=said)


def group_name(name: str) -> str:
    """What a group of weights is called, as in the component: `0.attention` → Layer 0 attention."""
    words = name.split(".")
    number = next((word for word in words if word.isdecimal()), None)
    if number is None:
        return t(f"inside_view.group_{name}") if name in NAMED else name
    layer = t(f"inside_view.stack_{words[0] if words[0] in STACKS else 'layer'}", n=number)
    return t(f"inside_view.part_{words[-1]}", layer=layer) if words[-1] in PARTS else layer


def _figure(looks: list[dict[str, Any]], name: str) -> Draw:
    title = t("inside.title", name=name)
    names = [group_name(group) for group in looks[-1]["names"]]

    def draw() -> Any:
        import numpy as np

        from lmcore.figures.gradient_heat import gradient_heat

        steps = np.array([look["step"] for look in looks])
        norms = np.array([look["gradient_norms"] for look in looks], dtype=float)
        return gradient_heat(names, steps, norms, title)

    return draw
