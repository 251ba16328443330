/** Words with bars whose rows glide to their new places when the order changes. */

import { element, setText } from "./dom.js";
import { visible } from "./token_text.js";

const LEAST = 23; // px of a row
const MOST = 34;

export class Bars {
  /** `pick(word)` is called on a click; without it, rows are no buttons. */
  constructor(pick = null) {
    this.pick = pick;
    this.node = element("ul", "bars");
    this.rows = new Map();
  }

  /** `rows`: [{word, share 0…1, value, note, isMarked, spoken}], the first on top; those without room are left out. */
  update(rows, height) {
    const pitch = Math.min(MOST, Math.max(LEAST, Math.floor(height / Math.max(1, rows.length))));
    const shown = rows.slice(0, Math.max(1, Math.floor(height / pitch)));
    const words = new Set(shown.map(({ word }) => word));
    for (const [word, row] of this.rows) if (!words.has(word)) this.remove(word, row);
    shown.forEach((row, i) => this.show(row, i, pitch));
    const byPlace = shown.map(({ word }) => this.rows.get(word).item);
    if (byPlace.some((item, i) => this.node.children[i] !== item)) this.order(byPlace);
    this.node.style.height = `${pitch * shown.length}px`;
  }

  /** The order in the document is that of the places; the focus stays where it is. */
  order(items) {
    const focused = this.node.getRootNode().activeElement;
    items.forEach((item) => this.node.append(item));
    if (focused && this.node.contains(focused)) focused.focus();
  }

  show({ word, share, value, note = "", isMarked = false, spoken }, i, pitch) {
    if (!this.rows.has(word)) this.rows.set(word, this.built(word));
    const { item, line, bar, number, change } = this.rows.get(word);
    item.style.transform = `translateY(${i * pitch}px)`;
    item.style.height = `${pitch}px`;
    bar.style.width = `${100 * Math.max(0, Math.min(1, share || 0))}%`;
    setText(number, value);
    setText(change, note);
    line.classList.toggle("marked", isMarked);
    line.setAttribute("aria-label", spoken ?? `${word} ${value} ${note}`);
  }

  built(word) {
    const item = element("li");
    const line = this.pick ? element("button", "line", null, { type: "button" }) : element("div", "line", null, { role: "img" });
    const track = element("span", "track");
    const bar = element("i");
    track.append(bar);
    const change = element("span", "change quiet");
    const number = element("span", "number");
    line.append(element("bdi", "text", visible(word), { title: word }), change, track, number);
    if (this.pick) line.addEventListener("click", () => this.pick(word));
    item.append(line);
    this.node.append(item);
    return { item, line, bar, number, change };
  }

  remove(word, { item }) {
    item.remove();
    this.rows.delete(word);
  }
}

/** A few bars as a small picture. */
export function smallBars(shares, marked = -1) {
  return shares.slice(0, 6).map((share, i) => ({
    x: 8,
    y: 6 + i * 7.5,
    width: Math.max(1, 76 * Math.max(0, Math.min(1, share))),
    height: 4.5,
    isMarked: i === marked,
  }));
}
