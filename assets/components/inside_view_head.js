/** One attention head over the first held-back tokens; arrows beside its name walk through the others. */

import { weightColours } from "./attention_heads.js";
import { element, setText } from "./dom.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";
import { tokenLabel } from "./token_text.js";

export class HeadPicture {
  constructor() {
    this.node = element("figure", "attention");
    this.caption = element("figcaption", "caption row");
    this.name = element("span", "title");
    this.buttons = [-1, 1].map((by) => this.arrow(by));
    this.caption.append(this.buttons[0], this.name, this.buttons[1]);
    this.canvas = element("canvas", "", null, { role: "img" });
    this.words = element("p", "quiet words");
    this.says = element("p", "quiet looks");
    this.node.append(this.caption, this.canvas, this.says, this.words);
    this.head = null; // kept while the run goes on
    this.row = null;
    this.canvas.addEventListener("pointermove", (event) => this.point(this.under(event)));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
  }

  arrow(by) {
    const button = element("button", "icon", by < 0 ? "‹" : "›", { type: "button" });
    button.addEventListener("click", () => this.turn(by));
    return button;
  }

  show({ attention, isKnown, texts }, look) {
    this.texts = texts;
    this.look = look;
    for (const node of [this.canvas, this.says, ...this.buttons]) node.hidden = !attention;
    this.words.hidden = Boolean(attention);
    setText(this.words, attention ? "" : isKnown ? texts.no_attention : "");
    if (!attention) setText(this.name, isKnown ? texts.attention : "");
    this.attention = attention ?? null;
    if (!attention) return;
    if (attention !== this.decoded) {
      this.decoded = attention;
      this.weights = Uint8Array.from(atob(attention.weights), (letter) => letter.charCodeAt(0));
    }
    const n = attention.L * attention.H;
    if (this.head === null || this.head >= n) this.head = this.mostPointed(n);
    this.draw();
  }

  /** The head whose rows have the clearest favourite: the one that has most to show. */
  mostPointed(n) {
    const T = this.attention.tokens.length;
    const sharpness = (head) => {
      const rows = Array.from({ length: T }, (_, row) => this.weights.subarray((head * T + row) * T, (head * T + row + 1) * T));
      return rows.slice(2).reduce((sum, row) => sum + Math.max(...row), 0);
    };
    const each = Array.from({ length: n }, (_, head) => sharpness(head));
    return each.indexOf(Math.max(...each));
  }

  turn(by) {
    if (!this.attention) return;
    const n = this.attention.L * this.attention.H;
    this.head = (this.head + by + n) % n;
    this.draw();
  }

  point(row) {
    if (row === this.row || !this.attention) return;
    this.row = row;
    this.draw();
  }

  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / this.cell);
    return row >= 0 && row < this.attention.tokens.length ? row : null;
  }

  draw() {
    const { tokens, causal, H } = this.attention;
    const { texts, look } = this;
    const [layer, head] = [Math.floor(this.head / H), this.head % H];
    const name = fill(texts.head, { layer: String(layer), head: String(head) });
    setText(this.name, name);
    this.buttons.forEach((button, i) => button.setAttribute("aria-label", i ? texts.next_head : texts.previous_head));
    const T = tokens.length;
    const room = Math.min(this.node.clientWidth, this.node.clientHeight - 54);
    this.cell = Math.max(3, Math.floor(room / T));
    const size = this.cell * T;
    const scale = window.devicePixelRatio || 1;
    Object.assign(this.canvas.style, { width: `${size}px`, height: `${size}px` });
    this.canvas.width = this.canvas.height = Math.round(size * scale);
    this.paint(T, causal, scale, weightColours(look.sequential));
    this.says.replaceChildren(...this.reading(tokens));
    this.canvas.setAttribute("aria-label", `${name}. ${this.says.textContent}`);
  }

  paint(T, causal, scale, colours) {
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const gap = this.cell >= 5 ? 1 : 0;
    const at = this.head * T * T;
    for (let row = 0; row < T; row++) {
      for (let column = 0; column < (causal ? row + 1 : T); column++) {
        context.fillStyle = colours[this.weights[at + row * T + column]];
        context.fillRect(column * this.cell, row * this.cell, this.cell - gap, this.cell - gap);
      }
    }
    if (this.row === null || this.row >= T) return;
    context.strokeStyle = this.look.ink;
    const width = (causal ? this.row + 1 : T) * this.cell;
    context.strokeRect(0.5, this.row * this.cell + 0.5 - gap, width - 1, this.cell - 1 + gap);
  }

  /** Where the row under the pointer, or the last one, looks most. */
  reading(tokens) {
    const T = tokens.length;
    const row = Math.min(this.row ?? T - 1, T - 1);
    const weights = this.weights.subarray((this.head * T + row) * T, (this.head * T + row + 1) * T);
    const best = weights.indexOf(Math.max(...weights));
    const values = { token: tokenLabel(tokens[row]), seen: tokenLabel(tokens[best]), share: percent(weights[best] / 255) };
    const parts = this.texts.looks.split(/\{(\w+)\}/);
    return parts.map((part, i) => (i % 2 ? element("span", part === "share" ? "" : "text", values[part]) : part));
  }
}
