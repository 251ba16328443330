/** All merges as a list of which only the visible part is built: number, pair, new piece, count. */

import { element } from "./dom.js";
import { thousands } from "./numbers.js";
import { shown } from "./token_rows_labels.js";

const ROW = 28; // px
const SPARE = 6; // rows built above and below what is seen

export class MergeList {
  /** `go(n)` asks for the passage after `n` merges. */
  constructor(go) {
    this.go = go;
    this.node = element("div", "merges", null, { role: "listbox", tabindex: "0" });
    this.space = element("div", "space", null, { role: "presentation" });
    this.node.append(this.space);
    this.rows = new Map(); // built rows by index
    this.merges = [];
    this.at = 0;
    this.node.addEventListener("scroll", () => this.build(), { passive: true });
    this.node.addEventListener("click", (event) => this.onClick(event));
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  hold(merges) {
    this.merges = merges;
    this.rows.clear();
    this.space.replaceChildren();
    this.space.style.height = `${merges.length * ROW}px`;
  }

  /** Marks the merge just carried out; `follow` brings it into the middle. */
  show(at, follow) {
    this.at = at;
    if (follow) this.node.scrollTop = (at - 0.5) * ROW - this.node.clientHeight / 2;
    this.build();
    for (const [index, row] of this.rows) this.mark(index, row);
    const current = this.rows.get(at - 1);
    if (current) this.node.setAttribute("aria-activedescendant", current.id);
    else this.node.removeAttribute("aria-activedescendant");
  }

  build() {
    const { scrollTop, clientHeight } = this.node;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
    const last = Math.min(this.merges.length, Math.ceil((scrollTop + clientHeight) / ROW) + SPARE);
    for (const [index, row] of this.rows) {
      if (index >= first && index < last) continue;
      row.remove();
      this.rows.delete(index);
    }
    for (let index = first; index < last; index++) if (!this.rows.has(index)) this.add(index);
  }

  add(index) {
    const { left, right, merged, count } = this.merges[index];
    const row = element("div", "merge", null, { role: "option", id: `merge-${index}` });
    row.setAttribute("aria-setsize", this.merges.length);
    row.setAttribute("aria-posinset", index + 1);
    const pair = element("span", "pair text");
    pair.append(piece(left), element("i", "sign", "+"), piece(right), element("i", "sign", "→"), piece(merged, "new"));
    row.append(element("span", "number", thousands(index + 1)), pair, element("span", "number", thousands(count)));
    row.style.top = `${index * ROW}px`;
    row.place = index;
    this.mark(index, row);
    this.rows.set(index, row);
    this.space.append(row);
  }

  mark(index, row) {
    row.setAttribute("aria-selected", index === this.at - 1);
    row.classList.toggle("future", index >= this.at);
  }

  onClick(event) {
    const row = event.target.closest(".merge");
    if (row) this.go(row.place + 1);
  }

  onKey(event) {
    const page = Math.max(1, Math.floor(this.node.clientHeight / ROW) - 1);
    const last = this.merges.length;
    const places = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -last, End: last };
    if (!(event.key in places) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.go(Math.max(0, Math.min(last, this.at + places[event.key])), true);
  }
}

function piece(text, name = "") {
  return element("bdi", name, shown(text));
}
