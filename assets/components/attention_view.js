/** Attention: every head as a thumbnail, one head large, and one row of it in words. */

import { Heads, weightColours } from "./attention_heads.js";
import { Picture } from "./attention_picture.js";
import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { echoes } from "./echo.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";
import { tokenLabel } from "./token_text.js";

const STRIP_BELOW = 640; // px; under this width the thumbnails lie above the large head
const KEYS_REST_MS = 250; // Python hears of a walk with the arrow keys when it pauses

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new AttentionView(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class AttentionView {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.echoes = echoes();
    this.row = null; // pinned; null = the last one
    this.hovered = null;
    this.committing = 0;
    this.build();
    this.redraw = oncePerFrame(() => this.draw());
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, () => this.retheme());
  }

  build() {
    this.stage = element("div", "stage full frame");
    const panel = element("div", "heads");
    this.large = element("div", "large", null, { tabindex: "0", role: "group" });
    this.back = element("button", "plain back");
    this.waiting = element("p", "waiting quiet");
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    this.stage.append(panel, this.large, this.waiting, this.spoken);
    this.root.replaceChildren(this.stage);
    this.picture = new Picture(this.large);
    this.large.append(this.back);
    const choose = (layer, head) => this.choose(layer, head);
    this.heads = new Heads(panel, { choose, isolate: (...at) => this.isolate(...at) });
    this.listen();
  }

  listen() {
    const { large } = this;
    large.addEventListener("pointermove", (event) => this.hover(this.rowUnder(event)));
    large.addEventListener("pointerleave", () => this.hover(null));
    large.addEventListener("click", (event) => this.pin(this.rowUnder(event)));
    large.addEventListener("keydown", (event) => this.onKey(event));
    this.stage.addEventListener("keydown", (event) => event.key === "Escape" && this.free());
    this.back.addEventListener("click", () => this.showAll());
  }

  update(data) {
    const first = !this.data;
    const before = this.data ?? {};
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (data.weights !== before.weights) this.weights = bytes(data.weights);
    this.adopt();
    this.isEmpty = !data.tokens?.length || !this.weights;
    this.stage.classList.toggle("stale", Boolean(data.stale));
    this.stage.classList.toggle("empty", this.isEmpty);
    setText(this.waiting, data.texts.waiting);
    setText(this.back, data.texts.all_heads);
    if (this.isEmpty) return;
    this.heads.build(data.L, data.H);
    if (first || data.weights !== before.weights) this.retheme();
    else this.redraw();
  }

  /** Takes what Python says about head and row, unless it is an echo of an older click. */
  adopt() {
    const { head, row, L, H } = this.data;
    if (this.echoes.isNews({ ...head, row: row ?? null }) || !this.head) {
      this.head = head ? { layer: head.layer, head: head.head } : { layer: L - 1, head: 0 };
      this.row = row ?? null;
    }
    if (this.head.layer >= L || this.head.head >= H) this.head = { layer: L - 1, head: 0 };
  }

  /** The pinned row, or the last one: what the next token is predicted from. */
  get pinnedRow() {
    const last = this.data.tokens.length - 1;
    return Math.min(this.row ?? last, last);
  }

  get shownRow() {
    return Math.min(this.hovered ?? this.pinnedRow, this.data.tokens.length - 1);
  }

  retheme() {
    this.look = theme(this.root);
    this.colours = weightColours(this.look.sequential);
    if (this.isEmpty) return;
    this.heads.draw(this.weights, this.data.tokens.length, this.colours, this.data.causal);
    this.redraw();
  }

  draw() {
    if (!this.data || this.isEmpty || !this.stage.clientWidth) return;
    const { tokens, causal, texts, next_tokens: nextTokens = [] } = this.data;
    const width = this.stage.clientWidth;
    this.stage.classList.toggle("strip", width < STRIP_BELOW);
    this.heads.resize(width, this.stage.clientHeight);
    this.heads.mark(this.head, this.data.switched_off ?? [], texts);
    this.heads.reveal(this.head);
    const scene = { tokens, causal, texts, nextTokens, square: this.square(), row: this.shownRow };
    this.picture.show({ ...scene, headName: this.headName() }, this.look, this.colours);
    this.large.setAttribute("aria-label", `${this.headName()}. ${texts.keys}`);
  }

  square() {
    const size = this.data.tokens.length ** 2;
    const at = (this.head.layer * this.data.H + this.head.head) * size;
    return this.weights.subarray(at, at + size);
  }

  headName() {
    const { texts, switched_off: off = [] } = this.data;
    const name = fill(texts.head, { layer: String(this.head.layer), head: String(this.head.head) });
    const isOff = off.some(([layer, head]) => layer === this.head.layer && head === this.head.head);
    return isOff ? name + texts.off : name;
  }

  rowUnder(event) {
    if (this.isEmpty) return null;
    const box = this.large.getBoundingClientRect();
    return this.picture.rowAt(event.clientX - box.left, event.clientY - box.top);
  }

  hover(row) {
    if (this.isEmpty || row === this.hovered) return;
    this.hovered = row;
    this.large.classList.toggle("over", row !== null);
    this.picture.showRow(this.shownRow);
  }

  pin(row) {
    if (row === null) return;
    this.row = row;
    this.hovered = null;
    this.picture.showRow(row);
    this.commit();
  }

  /** Esc: out of the single head first, then back to the last row. */
  free() {
    if (this.isEmpty) return;
    if (this.stage.classList.contains("alone")) return this.showAll();
    this.hovered = null;
    this.row = this.data.tokens.length - 1;
    this.picture.showRow(this.row);
    this.commit();
  }

  choose(layer, head) {
    this.head = { layer, head };
    this.redraw();
    this.commit(KEYS_REST_MS);
  }

  isolate(layer, head) {
    this.choose(layer, head);
    this.stage.classList.add("alone");
    this.large.focus();
  }

  showAll() {
    this.stage.classList.remove("alone");
    this.redraw();
  }

  onKey(event) {
    const rows = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
    const heads = { ArrowLeft: -1, ArrowRight: 1 };
    if (this.isEmpty || event.target !== this.large) return;
    if (event.key in rows) this.walkRows(rows[event.key]);
    else if (event.key in heads) this.walkHeads(heads[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.pin(this.shownRow);
    else return;
    event.preventDefault();
    setText(this.spoken, this.reading());
  }

  walkRows(by) {
    const last = this.data.tokens.length - 1;
    this.row = Math.max(0, Math.min(last, this.shownRow + by));
    this.hovered = null;
    this.picture.showRow(this.row);
    this.commit(KEYS_REST_MS);
  }

  walkHeads(by) {
    const { L, H } = this.data;
    const at = this.head.layer * H + this.head.head + by;
    if (at >= 0 && at < L * H) this.choose(Math.floor(at / H), at % H);
  }

  /** The shown row as one sentence for a screen reader. */
  reading() {
    const { tokens, texts, causal } = this.data;
    const row = this.shownRow;
    const weights = this.square().subarray(row * tokens.length, row * tokens.length + (causal ? row + 1 : tokens.length));
    const best = [...weights.keys()].sort((a, b) => weights[b] - weights[a]).slice(0, 3);
    const seen = best.map((column) => `${tokenLabel(tokens[column])} ${percent(weights[column] / 255)}`);
    return `${this.headName()}. ${fill(texts.looks, { token: tokenLabel(tokens[row]) })} ${seen.join(", ")}`;
  }

  /** Tells Python which head and row to keep. A row is always said, so that the page never forgets the head. */
  commit(wait = 0) {
    clearTimeout(this.committing);
    this.committing = setTimeout(() => {
      const pin = { ...this.head, row: this.pinnedRow };
      this.echoes.sent(pin);
      this.api.set("pin", pin);
    }, wait);
  }

  destroy() {
    clearTimeout(this.committing);
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
    this.picture.stop();
  }
}

/** Base64 to bytes. */
function bytes(text) {
  return text ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : null;
}
