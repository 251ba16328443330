/** Split: the same text cut by up to four tokenizers. A token lights its characters in every row. */

import { onThemeChange, theme } from "./colours.js";
import { element, setText } from "./dom.js";
import { isNumber, thousands } from "./numbers.js";
import { fill } from "./texts.js";
import { setSurpriseColours } from "./token_flow.js";
import { byteList, isUnknown, overlapping, shown } from "./token_rows_labels.js";
import { FIGURES, Row } from "./token_rows_row.js";

const MOST_ROWS = 4;

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new TokenRows(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class TokenRows {
  constructor(root) {
    this.root = root;
    this.rows = [];
    this.pinned = null; // {row, at}
    this.looked = null; // {row, at}: the token under the pointer
    this.leader = null; // the row whose scrolling the others follow
    this.build();
    this.listen();
    const recolour = () => setSurpriseColours(root, theme(root));
    recolour();
    this.stopTheme = onThemeChange(root, recolour);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.head = element("div", "titles line quiet", null, { "aria-hidden": "true" });
    this.titles = Array.from({ length: 2 + FIGURES.length }, () => element("span", "title"));
    this.head.append(...this.titles);
    this.list = element("div", "list");
    this.reading = element("div", "reading");
    this.message = element("p", "message quiet");
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    this.stage.append(this.head, this.list, this.message, this.reading, this.spoken);
    this.root.replaceChildren(this.stage);
  }

  listen() {
    const { list } = this;
    list.addEventListener("pointerover", (event) => this.look(this.tokenOf(event.target)));
    list.addEventListener("pointerleave", () => this.look(null));
    list.addEventListener("click", (event) => this.choose(this.tokenOf(event.target)));
    list.addEventListener("keydown", (event) => this.onKey(event));
    list.addEventListener("scroll", (event) => this.followScroll(event.target), { capture: true, passive: true });
    for (const name of ["wheel", "pointerdown", "touchstart"]) {
      list.addEventListener(name, (event) => (this.leader = this.rowOf(event.target)), { passive: true });
    }
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const rows = (data.rows ?? []).slice(0, MOST_ROWS);
    this.drawTitles();
    this.drawRows(rows);
    const isEmpty = !rows.some((row) => row.labels.length);
    this.stage.classList.toggle("empty", isEmpty);
    setText(this.message, rows.length ? data.texts.empty : data.texts.no_rows);
    this.show();
  }

  drawTitles() {
    const { texts } = this.data;
    const names = [texts.tokenizer, texts.vocabulary, ...FIGURES.map(([, title]) => texts[title])];
    names.forEach((name, i) => setText(this.titles[i], name));
  }

  /** A row stays the same as long as its tokenizer does, and with it its place in the text. */
  drawRows(datas) {
    const most = datas.length > 1 ? mostOf(datas) : null;
    const known = new Map(this.rows.map((row) => [row.data.id, row]));
    this.rows = datas.map((data) => known.get(data.id) ?? new Row());
    this.rows.forEach((row, i) => this.forgetIf(row.show(datas[i], most, this.data.texts), row));
    if (this.pinned && !this.rows.includes(this.pinned.row)) this.pinned = null;
    if (this.looked && !this.rows.includes(this.looked.row)) this.looked = null;
    arrange(this.list, this.rows.map((row) => row.node));
    this.stage.dataset.rows = datas.length;
  }

  forgetIf(isOther, row) {
    if (!isOther) return;
    if (this.pinned?.row === row) this.pinned = null;
    if (this.looked?.row === row) this.looked = null;
  }

  rowOf(node) {
    return this.rows.find((row) => row.node.contains(node)) ?? null;
  }

  tokenOf(node) {
    const row = node.place === undefined ? null : this.rowOf(node);
    return row && { row, at: node.place };
  }

  look(token) {
    if (token?.row === this.looked?.row && token?.at === this.looked?.at) return;
    this.looked = token;
    this.show();
  }

  choose(token) {
    if (token) this.pin(token);
  }

  /** Esc frees; left and right walk the tokens, up and down the tokenizers at the same characters. */
  onKey(event) {
    const row = this.rowOf(event.target);
    if (!row || event.target !== row.body || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return this.free();
    const last = row.chips.length - 1;
    const at = this.placeIn(row);
    const places = { ArrowLeft: (at ?? 1) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: last };
    if (event.key in places) this.walk(row, Math.max(0, Math.min(last, places[event.key])));
    else if (event.key === "ArrowUp") this.changeRow(row, -1);
    else if (event.key === "ArrowDown") this.changeRow(row, 1);
    else return;
    event.preventDefault();
  }

  walk(row, at) {
    if (!row.chips.length) return;
    this.looked = null;
    this.pin({ row, at });
    this.say();
  }

  changeRow(row, by) {
    const next = this.rows[this.rows.indexOf(row) + by];
    if (!next) return;
    next.body.focus();
    this.walk(next, this.placeIn(next) ?? 0);
  }

  /** Where the pinned characters begin in a row; null when nothing is pinned. */
  placeIn(row) {
    if (!this.pinned) return null;
    if (this.pinned.row === row) return this.pinned.at;
    const { starts, ends } = this.pinned.row.data;
    const [from] = overlapping(row.data, starts[this.pinned.at], ends[this.pinned.at]);
    return Math.min(from, row.chips.length - 1);
  }

  pin(token) {
    this.leader = null;
    this.pinned = token;
    this.show();
    for (const row of this.rows) row.reveal();
  }

  free() {
    this.looked = null;
    this.pinned = null;
    this.show();
  }

  /** The rows are scrolled together, each by its own length. */
  followScroll(body) {
    if (!this.leader || this.leader.body !== body) return;
    const share = body.scrollTop / Math.max(1, body.scrollHeight - body.clientHeight);
    for (const { body: other } of this.rows) {
      if (other !== body) other.scrollTop = share * (other.scrollHeight - other.clientHeight);
    }
  }

  show() {
    const token = this.looked ?? this.pinned;
    for (const row of this.rows) {
      row.select(this.pinned?.row === row ? this.pinned.at : null);
      if (token) row.light(...rangeOf(token), token.row === row ? token.at : null);
      else row.dark();
    }
    this.read(token);
  }

  read(token) {
    if (!token) return this.reading.replaceChildren(element("span", "quiet", this.data.texts.hint));
    const label = element("b", "text", shown(token.row.data.labels[token.at]));
    const facts = this.facts(token).map((fact) => element("span", "fact", fact));
    this.reading.replaceChildren(label, element("span", "quiet from", token.row.data.name), ...facts);
  }

  facts({ row, at }) {
    const { texts } = this.data;
    const { ids, bytes, ranks, counts } = row.data;
    const said = [fill(texts.id, { n: String(ids[at]) })];
    if (isUnknown(row.data, at)) said.push(texts.unknown_token);
    if (bytes?.[at]) said.push(fill(texts.bytes, { bytes: byteList(bytes[at]) }));
    if (isNumber(ranks?.[at])) said.push(fill(texts.rank, { n: thousands(ranks[at]) }));
    if (isNumber(counts?.[at])) said.push(fill(texts.count, { n: thousands(counts[at]) }));
    return said;
  }

  say() {
    const { row, at } = this.pinned;
    setText(this.spoken, [shown(row.data.labels[at]), row.data.name, ...this.facts(this.pinned)].join(", "));
  }

  destroy() {
    this.stopTheme();
  }
}

/** Makes `nodes` the children, and leaves those alone that stand right: moved ones lose scroll and focus. */
function arrange(parent, nodes) {
  for (const child of [...parent.children]) if (!nodes.includes(child)) child.remove();
  nodes.forEach((node, i) => parent.children[i] !== node && parent.insertBefore(node, parent.children[i] ?? null));
}

function rangeOf({ row, at }) {
  return [row.data.starts[at], row.data.ends[at]];
}

/** The largest value of every figure, which has the longest bar. */
function mostOf(rows) {
  const largest = (key) => Math.max(0, ...rows.map((row) => row[key]).filter(isNumber));
  return Object.fromEntries(FIGURES.map(([key]) => [key, largest(key)]));
}
