/** One row for each order: what it writes, growing with its context, and how many bits it needs. */

import { counted } from "./counted.js";
import { element, setText } from "./dom.js";
import { isNumber, loss, significant } from "./numbers.js";
import { fill, oneLine } from "./texts.js";

export class Rows {
  /** `choose(order)` on click. */
  constructor(choose) {
    this.choose = choose;
    this.rows = [];
    this.node = element("div", "rows", null, { role: "group" });
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** `orders` with the uniform guess before them, which cannot be chosen: { order: 0, … }. */
  update(orders, { chosen, best, unit, texts, language }) {
    this.fitTo(orders.length);
    this.node.setAttribute("aria-label", texts.rows);
    const most = Math.max(1e-9, ...orders.map((row) => row.bits_per_byte ?? 0));
    const steps = Math.max(1, orders.length - 1);
    orders.forEach((data, i) => {
      const isChosen = data.order === chosen;
      const row = this.rows[i];
      row.node.style.setProperty("--share", i / steps);
      row.sample.lang = language;
      drawRow(row, data, { isChosen, isBest: data.order === best, most, unit, texts });
      if (row.order) row.node.tabIndex = isChosen || (!hasOrder(orders, chosen) && i === 1) ? 0 : -1;
    });
  }

  /** Rows are made once and kept. */
  fitTo(n) {
    while (this.rows.length > n) this.rows.pop().node.remove();
    while (this.rows.length < n) {
      const row = buildRow(this.rows.length === 0);
      row.node.addEventListener("click", () => row.order && this.choose(row.order));
      this.rows.push(row);
      this.node.append(row.node);
    }
  }

  onKey(event) {
    const rows = this.rows.slice(1);
    const at = rows.findIndex(({ node }) => node === event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))].node.focus();
  }
}

function hasOrder(orders, order) {
  return orders.some((row) => row.order === order);
}

function buildRow(isGuess) {
  const node = isGuess ? element("div", "line guess") : element("button", "line", null, { type: "button" });
  const row = { node, context: element("span", "number"), sample: element("span", "text", null, { dir: "auto" }) };
  row.detail = element("span", "quiet detail");
  row.contexts = element("span", "quiet detail contexts");
  row.bar = element("i", "", null, { "aria-hidden": "true" });
  row.bits = element("span", "number");
  row.best = element("span", "quiet best");
  const measure = element("span", "measure");
  measure.append(row.bar, row.bits, row.best);
  const writes = element("span", "writes");
  writes.append(row.sample, row.detail, row.contexts);
  node.append(row.context, writes, measure);
  return row;
}

function drawRow(row, data, { isChosen, isBest, most, unit, texts }) {
  row.order = data.order;
  row.node.classList.toggle("current", isChosen);
  row.node.classList.toggle("lowest", isBest);
  if (data.order) row.node.setAttribute("aria-pressed", isChosen);
  setText(row.context, data.order ? contextOf(data.order - 1, unit, texts) : texts.uniform);
  setText(row.sample, data.order ? oneLine(data.sample ?? "") || "–" : texts[`equally_${unit}`]);
  row.sample.classList.toggle("said", !data.order);
  const { loss: nats, perplexity, n_contexts: contexts } = data;
  const figures = { loss: loss(nats), perplexity: isNumber(perplexity) ? significant(perplexity) : "–" };
  setText(row.detail, fill(texts.loss_and_perplexity, figures));
  setText(row.contexts, isNumber(contexts) ? counted(texts, "contexts", contexts) : "");
  setText(row.bits, loss(data.bits_per_byte));
  setText(row.best, isBest ? texts.best : "");
  row.bar.style.width = isNumber(data.bits_per_byte) ? `${(100 * data.bits_per_byte) / most}%` : "0";
}

/** "3 characters": how much an order sees of what stands before. */
export function contextOf(n, unit, texts) {
  return counted(texts, `context_${unit}`, n);
}
