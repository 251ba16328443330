/** The words whose neighbourhood changed most, and least, as bars; a click pins a word in both maps. */

import { element, setText } from "./dom.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";
import { visible } from "./token_text.js";

export class MovedList {
  /** `actions`: hover(word or null), pick(word). */
  constructor(actions) {
    this.actions = actions;
    this.mean = element("p", "mean");
    this.parts = ["moved", "stable"].map((name) => ({ name, title: element("p", "heading quiet"), list: element("ul", "rows") }));
    this.node = element("section", "list");
    this.node.append(this.mean, ...this.parts.flatMap(({ title, list }) => [title, list]));
    this.node.addEventListener("pointerleave", () => actions.hover(null));
    this.buttons = new Map(); // word → its buttons
  }

  update(data) {
    const { texts, moved = [], stable = [], mean_overlap: mean = null } = data;
    const said = JSON.stringify([moved, stable, mean, data.lang]);
    if (said === this.said) return;
    this.said = said;
    this.buttons.clear();
    setText(this.mean, mean === null ? "" : fill(texts.mean, { share: percent(mean) }));
    this.parts.forEach(({ name, title, list }) => {
      setText(title, data[name]?.length ? texts[name] : "");
      list.replaceChildren(...(data[name] ?? []).map((row) => this.row(row, texts)));
    });
    this.node.hidden = !moved.length && !stable.length;
  }

  row({ word, overlap }, texts) {
    const name = fill(texts.row, { word, share: percent(overlap) });
    const button = element("button", "row", null, { type: "button", "aria-label": name, "aria-pressed": "false" });
    const bar = element("i");
    bar.style.width = `${100 * Math.max(0, Math.min(1, overlap || 0))}%`;
    const track = element("span", "track");
    track.append(bar);
    button.append(element("span", "text", visible(word), { title: word }), track, element("span", "number", percent(overlap)));
    button.addEventListener("click", () => this.actions.pick(word));
    button.addEventListener("pointerenter", () => this.actions.hover(word));
    this.buttons.set(word, [...(this.buttons.get(word) ?? []), button]);
    const item = element("li");
    item.append(button);
    return item;
  }

  mark(word) {
    for (const [name, buttons] of this.buttons) {
      for (const button of buttons) button.setAttribute("aria-pressed", String(name === word));
    }
  }
}
