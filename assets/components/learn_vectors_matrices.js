/** What the text counts and what the vectors say of the same words, side by side, with one pointer for both. */

import { rampColour } from "./colours.js";
import { element, setText } from "./dom.js";
import { isNumber } from "./numbers.js";
import { fill } from "./texts.js";

const EXPONENT = 0.7;
const KEPT = 0.98; // quantile that has the darkest colour

export class Matrices {
  /** `choose(a, b)` takes the pair of a cell. */
  constructor(choose) {
    this.choose = choose;
    this.at = null;
    this.node = element("div", "matrices", null, { tabindex: "0", role: "group" });
    this.sides = ["counted", "learned"].map((name) => new Side(name));
    const both = element("div", "both");
    both.append(...this.sides.map(({ node }) => node));
    this.reading = element("p", "cell");
    this.says = element("p", "agree");
    this.node.append(both, this.reading, this.says);
    for (const side of this.sides) this.listen(side.canvas);
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  listen(canvas) {
    canvas.addEventListener("pointermove", (event) => this.read(this.under(canvas, event)));
    canvas.addEventListener("pointerleave", () => this.read(null));
    canvas.addEventListener("click", (event) => {
      const at = this.under(canvas, event);
      if (at && at[0] !== at[1]) this.choose(this.data.words[at[0]], this.data.words[at[1]]);
    });
  }

  update(answer, texts, look) {
    this.data = answer.matrices;
    this.texts = texts;
    this.look = look;
    this.answer = answer;
    this.node.setAttribute("aria-label", `${texts.matrices}. ${texts.keys}`);
    this.node.classList.toggle("missing", !this.data);
    if (!this.data) {
      setText(this.says, texts.no_matrices);
      setText(this.reading, "");
      return;
    }
    const { correlation, counted_kind: counted, learned_kind: learned } = this.data;
    this.sides[0].name(texts[`counted_${counted}`]);
    this.sides[1].name(texts[`learned_${learned}`]);
    setText(this.says, isNumber(correlation) ? fill(texts.agree, { r: correlation.toFixed(2) }) : texts.agree_none);
    this.draw();
  }

  draw() {
    if (!this.data) return;
    const n = this.data.words.length;
    const own = ["centre", "context"].map((name) => this.data.words.indexOf(this.answer[name]));
    const pair = own.every((i) => i >= 0) ? own : null;
    for (const side of this.sides) side.draw(this.data[side.key], n, this.look, this.at ?? pair);
    this.tell(this.at ?? pair);
  }

  tell(at) {
    if (!at) return setText(this.reading, this.texts.hint);
    const { words, counted, learned, counted_kind: kind } = this.data;
    const [row, column] = at;
    const count = counted[row][column];
    const said = isNumber(count) ? fill(this.texts[`cell_${kind}`], { x: count.toFixed(2) }) : this.texts.cell_never;
    this.reading.replaceChildren(element("bdi", "text", `${words[row]} · ${words[column]}`), ` ${said}, ${fill(this.texts.cell_learned, { x: learned[row][column].toFixed(2) })}`);
  }

  under(canvas, event) {
    if (!this.data) return null;
    const box = canvas.getBoundingClientRect();
    const n = this.data.words.length;
    const at = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width].map((share) => Math.floor(share * n));
    return at.every((i) => i >= 0 && i < n) ? at : null;
  }

  onKey(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!this.data || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return this.read(null);
    if (event.key === "Enter" && this.at && this.at[0] !== this.at[1]) return this.choose(...this.at.map((i) => this.data.words[i]));
    if (!(event.key in moves)) return;
    event.preventDefault();
    const last = this.data.words.length - 1;
    const [row, column] = this.at ?? [0, 0];
    const [down, right] = this.at ? moves[event.key] : [0, 0];
    const inside = (i) => Math.max(0, Math.min(last, i));
    this.read([inside(row + down), inside(column + right)]);
  }

  read(at) {
    if (String(at) === String(this.at)) return;
    this.at = at;
    this.draw();
  }
}

class Side {
  constructor(key) {
    this.key = key;
    this.node = element("figure", "side");
    this.caption = element("figcaption", "caption");
    this.canvas = element("canvas", "", null, { role: "img" });
    this.node.append(this.caption, this.canvas);
  }

  name(text) {
    setText(this.caption, text);
    this.canvas.setAttribute("aria-label", text);
  }

  draw(values, n, look, at) {
    const size = this.canvas.clientWidth;
    if (!size) return;
    const scale = window.devicePixelRatio || 1;
    const px = Math.round(size * scale);
    if (this.canvas.width !== px) this.canvas.width = this.canvas.height = px;
    const context = this.canvas.getContext("2d");
    const edge = (i) => Math.round((i * px) / n);
    const most = darkest(values);
    context.clearRect(0, 0, px, px);
    values.forEach((line, row) =>
      line.forEach((value, column) => {
        context.fillStyle = rampColour(look.sequential, (value ?? 0) / most, EXPONENT);
        context.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
      }),
    );
    if (!at) return;
    context.strokeStyle = look.ink;
    context.lineWidth = 2 * scale;
    const [row, column] = at;
    context.strokeRect(edge(column) - scale, edge(row) - scale, px / n + 2 * scale, px / n + 2 * scale);
  }
}

/** The value that gets the darkest colour: few cells are above it. The diagonal is left out. */
function darkest(values) {
  const all = values.flatMap((line, row) => line.filter((value, column) => row !== column && value > 0)).sort((a, b) => a - b);
  return all[Math.floor(KEPT * (all.length - 1))] || 1;
}
