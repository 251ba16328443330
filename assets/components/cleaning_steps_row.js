/** One cleaning step as a row: handle, switch, name, and how much it changes. */

import { counted } from "./counted.js";
import { element, setText, svg } from "./dom.js";
import { isNumber, thousands } from "./numbers.js";
import { fill } from "./texts.js";

const HANDLE_PX = [10, 16];

export class Row {
  constructor(name) {
    this.name = name;
    this.node = element("li", "step");
    this.node.dataset.name = name;
    this.handle = element("span", "handle", null, { "aria-hidden": "true" });
    this.handle.append(dots());
    this.switch = element("button", "switch", null, { type: "button", role: "switch" });
    this.switch.append(element("i"));
    this.button = element("button", "name", "", { type: "button" });
    this.button.setAttribute("aria-keyshortcuts", "Alt+ArrowUp Alt+ArrowDown");
    this.bar = element("i", "", null, { "aria-hidden": "true" });
    this.track = element("span", "track");
    this.track.append(this.bar);
    this.places = element("span", "quiet places");
    this.short = element("span", "number short", null, { "aria-hidden": "true" });
    this.node.append(this.handle, this.switch, this.button, this.track, this.places, this.short);
  }

  /** `most` is the largest number of places of any step, which makes the longest bar. */
  update(step, { texts, most, isSelected }) {
    const title = texts[this.name] ?? this.name;
    const isOn = Boolean(step.on && step.available);
    setText(this.button, title);
    this.handle.title = texts.drag;
    this.button.title = title;
    this.button.setAttribute("aria-pressed", isSelected);
    this.switch.setAttribute("aria-checked", isOn);
    this.switch.setAttribute("aria-label", fill(texts.switch, { step: title }));
    this.switch.setAttribute("aria-disabled", !step.available);
    for (const control of [this.switch, this.button]) control.tabIndex = isSelected ? 0 : -1;
    this.node.classList.toggle("on", isOn);
    this.node.classList.toggle("unavailable", !step.available);
    this.node.classList.toggle("selected", isSelected);
    setText(this.places, placesOf(step, texts));
    setText(this.short, step.n_places ? thousands(step.n_places) : "–");
    this.places.title = this.places.textContent;
    this.bar.hidden = !step.n_places;
    this.bar.style.width = `${(100 * (step.n_places ?? 0)) / most}%`;
  }
}

/** "1,204 places in 38 documents", or "–" when there is nothing. */
export function placesOf({ n_places: n, n_documents: documents }, texts) {
  if (!n) return "–";
  const places = counted(texts, "places", n);
  if (!isNumber(documents)) return places;
  return fill(texts.in, { places, documents: counted(texts, "documents", documents) });
}

function dots() {
  const [width, height] = HANDLE_PX;
  const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  for (const x of [2.5, 7.5]) {
    for (const y of [3, 8, 13]) picture.append(svg("circle", { cx: x, cy: y, r: 1.4, fill: "currentColor" }));
  }
  return picture;
}
