/** One tokenizer: its name, its figures as bars, and the text as chips. */

import { element, setText } from "./dom.js";
import { compact, isNumber, percent, thousands } from "./numbers.js";
import { isUnknown, overlapping, shown } from "./token_rows_labels.js";

const MAY_BREAK = "\u200b";
const LONG = 24; // characters; a longer token may break over lines
const LETTERS_BELOW = 1.7; // characters per token; then chips stand close, as letters do
const MARGIN_PX = 6;

const twoDigits = (x) => (isNumber(x) ? x.toFixed(2) : "–");

/** The figures that are compared, in order: key in the data, key of the title, how it is written. */
export const FIGURES = [
  ["n_tokens", "tokens", thousands],
  ["tokens_per_word", "per_word", twoDigits],
  ["characters_per_token", "per_token", twoDigits],
  ["unknown_share", "unknown", percent],
  ["characters_per_s", "speed", compact],
];

let rowsMade = 0;

export class Row {
  constructor() {
    this.prefix = `token-row-${rowsMade++}-`;
    this.node = element("section", "tokenizer");
    this.name = element("span", "name");
    this.size = element("span", "number size");
    this.cells = FIGURES.map(() => new Cell());
    this.head = element("div", "line");
    this.head.append(this.name, this.size, ...this.cells.map((cell) => cell.node));
    this.warning = element("p", "warning");
    this.body = element("div", "chips", null, { role: "listbox", tabindex: "0", dir: "ltr" });
    this.node.append(this.head, this.warning, this.body);
    this.chips = [];
    this.lit = [];
  }

  /** `most` has the largest value of every figure; the chips are made anew only when the tokens are others. */
  show(data, most, texts) {
    setText(this.name, data.name);
    this.name.title = data.name;
    setText(this.size, thousands(data.vocab_size));
    FIGURES.forEach(([key, , write], i) => this.cells[i].show(data[key], most?.[key] ?? 0, write));
    setText(this.warning, data.exact ? "" : (data.not_exact ?? texts.not_exact));
    this.warning.hidden = Boolean(data.exact);
    this.body.setAttribute("aria-label", data.name);
    const tokens = JSON.stringify([data.labels, data.ids, data.unknown_id]);
    this.data = data;
    if (tokens === this.tokens) return false;
    this.tokens = tokens;
    this.fill();
    return true;
  }

  fill() {
    const { data, body } = this;
    this.lit = [];
    this.chips = data.labels.map((label, i) => this.chip(label, i));
    const parts = document.createDocumentFragment();
    for (const chip of this.chips) parts.append(chip, MAY_BREAK);
    body.classList.toggle("letters", data.characters_per_token < LETTERS_BELOW);
    body.removeAttribute("aria-activedescendant");
    body.replaceChildren(parts);
    body.scrollTop = 0;
  }

  chip(label, i) {
    const text = shown(label);
    const chip = element("span", "chip", text, { role: "option", id: this.prefix + i, "aria-selected": "false" });
    if (text.length > LONG) chip.classList.add("long");
    if (isUnknown(this.data, i)) chip.classList.add("unknown");
    chip.place = i;
    return chip;
  }

  /** Lights the tokens that hold characters of [start, end); `own` is the index of the token itself, or null. */
  light(start, end, own) {
    this.dark();
    const [from, to] = overlapping(this.data, start, end);
    this.near = own ?? Math.min(from, this.chips.length - 1);
    this.lit = this.chips.slice(from, to);
    if (own !== null && !this.lit.includes(this.chips[own])) this.lit.push(this.chips[own]);
    for (const chip of this.lit) chip.classList.add("lit");
    if (own !== null) this.chips[own].classList.add("own");
  }

  dark() {
    for (const chip of this.lit) chip.classList.remove("lit", "own");
    this.lit = [];
  }

  select(at) {
    this.selected?.setAttribute("aria-selected", "false");
    this.selected = at === null ? null : this.chips[at];
    this.selected?.setAttribute("aria-selected", "true");
    if (this.selected) this.body.setAttribute("aria-activedescendant", this.selected.id);
    else this.body.removeAttribute("aria-activedescendant");
  }

  /** Scrolls its own text, and nothing around it, until the lit tokens can be seen, or the place they would have. */
  reveal() {
    const chip = this.chips[this.near];
    if (!chip) return;
    const top = chip.offsetTop - MARGIN_PX;
    const bottom = chip.offsetTop + chip.offsetHeight + MARGIN_PX;
    const { scrollTop, clientHeight } = this.body;
    if (top < scrollTop || bottom > scrollTop + clientHeight) this.body.scrollTop = top;
  }
}

/** A number and its bar. */
class Cell {
  constructor() {
    this.node = element("span", "cell");
    this.value = element("span", "number");
    this.bar = element("i");
    const track = element("span", "track");
    track.append(this.bar);
    this.node.append(this.value, track);
  }

  show(value, most, write) {
    setText(this.value, write(value));
    this.bar.style.width = isNumber(value) && most > 0 ? `${(100 * value) / most}%` : "0";
  }
}
