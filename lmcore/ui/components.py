"""Live components: a two-line bootstrap for Streamlit, the drawing itself in `assets/components/NAME.js`."""

from collections.abc import Callable
from functools import cache
from typing import Any

from streamlit.components.v2 import component

from lmcore.i18n import ASSETS, texts
from lmcore.ui.server import API, assets_base
from lmcore.ui.visit import language

SHARES_PAGE_STYLES = ("live_chart",)  # plotly.js cannot draw inside a shadow root

BOOTSTRAP = """
const views = new WeakMap();
export default function (component) {
  const { data, parentElement, setTriggerValue, setStateValue } = component;
  let entry = views.get(parentElement);
  if (!entry) {
    entry = { alive: true };
    views.set(parentElement, entry);
    const api = {
      trigger: (name, value) => entry.component.setTriggerValue(name, value),
      set: (name, value) => entry.component.setStateValue(name, value),
    };
    entry.ready = import(new URL(`${data.base}/NAME.js`, document.baseURI).href).then((module) => {
      if (entry.alive) entry.view = module.mount(parentElement.querySelector(".lm"), api);
    });
  }
  entry.component = { setTriggerValue, setStateValue };
  entry.data = data;
  entry.ready.then(() => entry.alive && entry.view.update(entry.data));
  return () => setTimeout(() => {
    if (parentElement.isConnected || !entry.alive) return; // only drawn again, not taken away
    entry.alive = false;
    views.delete(parentElement);
    if (entry.view) entry.view.destroy();
  });
}
"""


@cache
def _component(name: str) -> Callable[..., Any]:
    """One definition per process, or every rerun would register it again."""
    folder = ASSETS / "components"
    css = "\n".join((folder / part).read_text(encoding="utf-8") for part in ("base.css", f"{name}.css"))
    return component(
        f"lm_{name}",
        html=f'<div class="lm lm-{name}"></div>',
        css=css,
        js=BOOTSTRAP.replace("NAME", name),
        isolate_styles=name not in SHARES_PAGE_STYLES,
    )


@cache
def component_texts(name: str, lang: str) -> dict[str, str]:
    """The texts of one component, by their short names: `dock.pause` is `pause` in the dock.

    The dock also says notices and errors of its run, all as `notice.NAME`.
    """
    own = {
        key.removeprefix(f"{name}."): text for key, text in texts(lang).items() if key.startswith(f"{name}.")
    }
    if name != "dock":
        return own
    said = {key: text for key, text in texts(lang).items() if key.startswith(("notice.", "error."))}
    return {"notice." + key.partition(".")[2]: text for key, text in sorted(said.items())} | own


def show(
    name: str, *, key: str | None = None, on: dict[str, Callable[[], None]] | None = None, **data: Any
) -> Any:
    """Mount component `name` with `data`; `on` maps a state or trigger name to a callback."""
    lang = language()
    callbacks = {f"on_{event}_change": callback for event, callback in (on or {}).items()}
    data |= {"base": assets_base(), "api": API, "lang": lang, "texts": component_texts(name, lang)}
    return _component(name)(data=data, key=key or name, height="content", **callbacks)
