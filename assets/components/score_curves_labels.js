/** The name of every score beside its curve: its value, how much of the test could be asked; a button. */

import { pushedApart } from "./axes.js";
import { lossAt } from "./curve.js";
import { element, setText } from "./dom.js";
import { isNumber, loss as twoDigits, percent } from "./numbers.js";
import { fill } from "./texts.js";

const GAP = 44; // px between two labels
const LEAST_PAIRS = 30; // of a test that comes with the app; fewer say nothing
const IS_SHARE = /^(world|google|own_analogies)/; // answered rightly; the others are correlations

/** Rows of the server as one series for each score of `data.order`: the main one first, and those with values only. */
export function seriesOf(rows, { order, texts, totals }) {
  const byName = new Map(order.map((name) => [name, { name, step: [], value: [], n: [] }]));
  for (const { step, name, value, n } of rows) {
    const series = byName.get(name);
    if (!series || !isNumber(value) || (!IS_SHARE.test(name) && name !== "own" && n < LEAST_PAIRS)) continue;
    series.step.push(step);
    series.value.push(value);
    series.n.push(n);
  }
  const known = [...byName.values()].filter(({ step }) => step.length);
  return known.map((series, i) => ({
    ...series,
    isMain: i === 0,
    title: texts[`name.${series.name}`] ?? series.name,
    total: totals?.[series.name] ?? null,
    written: (value) => written(series.name, value),
  }));
}

/** A share in percent, a correlation with two digits. */
export function written(name, value) {
  if (!isNumber(value)) return "–";
  return IS_SHARE.test(name) ? sharePercent(value) : twoDigits(value).replace("-", "−");
}

/** 99.4 % is not 100 %, and 3.2 % is more than 3 %. */
function sharePercent(value) {
  const isFine = (value > 0 && value < 0.1) || (value > 0.985 && value < 1);
  return isFine ? `${(Math.floor(value * 1000) / 10).toFixed(1)}\u202f%` : percent(value);
}

export class Labels {
  constructor({ mark, choose }) {
    this.mark = mark;
    this.choose = choose;
    this.node = element("div", "labels", null, { role: "group" });
    this.buttons = new Map();
  }

  update(series, { data, step, chosen, marked }) {
    const { texts } = data;
    this.node.setAttribute("aria-label", texts.scores);
    const names = series.map(({ name }) => name);
    for (const [name, { node }] of this.buttons) {
      if (!names.includes(name)) node.remove();
      if (!names.includes(name)) this.buttons.delete(name);
    }
    for (const one of series) this.show(one, { texts, step, chosen, marked });
  }

  show(one, { texts, step, chosen, marked }) {
    const label = this.buttons.get(one.name) ?? this.make(one.name);
    const value = step === null ? one.value.at(-1) : lossAt({ step: one.step, loss: one.value }, step);
    setText(label.title, one.title);
    setText(label.value, one.written(value));
    setText(label.asked, askedText(one, texts));
    label.node.classList.toggle("main", one.isMain);
    label.node.classList.toggle("faint", marked !== null && marked !== one.name);
    label.node.setAttribute("aria-pressed", one.name === chosen);
  }

  make(name) {
    const node = element("button", "label", null, { type: "button" });
    const label = { node, title: element("span", "title"), value: element("b", "value"), asked: element("span", "quiet asked") };
    const head = element("span", "head");
    head.append(label.title, label.value);
    node.append(head, label.asked);
    node.addEventListener("pointerenter", () => this.mark(name));
    node.addEventListener("pointerleave", () => this.mark(null));
    node.addEventListener("click", () => this.choose(name));
    this.buttons.set(name, label);
    this.node.append(node);
    return label;
  }

  /** At the heights of the curves' ends, pushed apart; gives the leaders from one to the other. */
  place(series, y, height) {
    const ends = series.map(({ value }) => y(value.at(-1)));
    const gap = Math.min(GAP, (height - 8) / Math.max(1, series.length));
    const places = pushedApart(ends, gap, 20, height - 24);
    series.forEach(({ name }, i) => (this.buttons.get(name).node.style.top = `${places[i]}px`));
    return series.map((one, i) => ({ isMain: one.isMain, from: ends[i], to: places[i] }));
  }
}

function askedText({ name, n, total }, texts) {
  const kind = name.startsWith("world") || name.startsWith("google") ? "questions" : "pairs";
  const asked = n.at(-1);
  if (!isNumber(asked)) return "";
  if (!isNumber(total) || total === asked) return fill(texts[`all_${kind}`], { n: asked });
  return fill(texts[`some_${kind}`], { n: asked, total });
}
