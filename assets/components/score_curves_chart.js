/** The curves of all scores in one plane, published values as dotted lines, and the cursor of the dock. */

import { evenTicks } from "./axes.js";
import { lossAt } from "./curve.js";
import { polyline, svg } from "./dom.js";
import { isNumber, thousands } from "./numbers.js";
import { label, lineWidth, lowerAxis, scale } from "./text_pictures_frame.js";
import { fill } from "./texts.js";

const EDGES = { left: 40, right: 30, top: 10, bottom: 28 };
const ROOM = 1.06; // above the highest value
const LINE = 17; // px

/** @returns {{nodes: SVGElement[], stepAt: (px: number) => number, y: (value: number) => number}} */
export function drawChart(series, { width, height, last, step, front, isHovered }, { texts, published }) {
  const edges = { left: EDGES.left, right: width - EDGES.right, top: EDGES.top, bottom: height - EDGES.bottom };
  const shown = publishedLines(series, published, front);
  const values = series.flatMap(({ value }) => value).concat(shown.map(({ value }) => value));
  const [low, high] = rangeOf(values, series);
  const x = scale(0, last, edges.left, edges.right);
  const y = scale(low, high, edges.bottom, edges.top);
  const nodes = [
    ...lowerAxis(x, edges, texts.step, thousands),
    ...levels(y, edges),
    ...references(shown, y, edges),
    ...inFront(series, front).flatMap((one) => curve(one, x, y, front)),
    ...cursor(series, { x, y, edges, step, front, isHovered, texts }),
  ];
  return { nodes, stepAt: (px) => x.back(px), y };
}

/** From the right edge at the height of a curve's end to its label. */
export function leaders(ends, width) {
  const from = width - EDGES.right + 3;
  return ends.map(({ isMain, from: start, to }) =>
    svg("path", { d: `M ${from} ${start} h 6 L ${width - 10} ${to} h 9`, class: isMain ? "leader main" : "leader" }),
  );
}

/** From 0, or below where a correlation is; up to 1 where anything comes near it. */
function rangeOf(values, series) {
  const known = values.filter(isNumber);
  const highest = Math.max(0.1, ...known) * ROOM;
  const isFull = highest > 0.7 || series.some(({ isMain, name }) => isMain && name.startsWith("world"));
  const low = Math.min(0, ...known);
  return [low < -0.02 ? Math.floor(low * 10) / 10 : 0, isFull ? ROOM - 0.02 : Math.ceil(highest * 20) / 20];
}

function levels(y, edges) {
  const ticks = evenTicks(y.low, y.high, Math.max(2, y.pixels / 60));
  const digits = ticks.every((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-6) ? 1 : 2;
  return ticks.flatMap((value) => [
    svg("line", { x1: edges.left - 5, x2: edges.left, y1: y(value), y2: y(value), stroke: "var(--line)" }),
    svg("text", { x: edges.left - 9, y: y(value) + 4.5, class: "tick", "text-anchor": "end" }, value.toFixed(digits)),
  ]);
}

/** What others have published about the score in front, or about the main one. */
function publishedLines(series, published, front) {
  const name = front ?? series.find(({ isMain }) => isMain)?.name;
  return (published?.[name] ?? []).filter(({ value }) => isNumber(value));
}

function references(lines, y, edges) {
  let free = -Infinity;
  const sorted = [...lines].sort((a, b) => b.value - a.value);
  return sorted.flatMap(({ label: name, short, value }) => {
    const at = y(value);
    const dotted = svg("line", { x1: edges.left, x2: edges.right, y1: at, y2: at, class: "reference" });
    const names = [name, short].map((said) => `${said} ${value.toFixed(2)}`);
    const text = names.find((said) => lineWidth(said) < edges.right - edges.left);
    if (at - 6 < free || !text) return [dotted];
    free = at - 6 + LINE;
    return [dotted, label(edges.right, at - 6, text, "note", "end")];
  });
}

/** The main curve lies above the others, the one in front above all. */
function inFront(series, front) {
  const height = ({ name, isMain }) => (name === front ? 2 : isMain ? 1 : 0);
  return [...series].sort((a, b) => height(a) - height(b));
}

function curve({ name, isMain, step, value }, x, y, front) {
  const isStrong = front === null ? isMain : name === front;
  const points = step.map((s, i) => [x(s), y(value[i])]).filter((point) => point.every(Number.isFinite));
  const kind = isStrong ? "strong" : front === null ? "" : "faint";
  const dots = points.map(([cx, cy]) => svg("circle", { cx, cy, r: isStrong ? 3.5 : 2.2, class: `dot ${kind}` }));
  return [polyline(points, { class: `curve ${kind}` }), ...dots];
}

/** One vertical line at the dock's step, or under the pointer, with a mark on every curve. */
function cursor(series, { x, y, edges, step, front, isHovered, texts }) {
  if (step === null || step < x.low || step > x.high) return [];
  const at = x(step);
  const line = svg("line", { x1: at, x2: at, y1: edges.top, y2: edges.bottom, class: isHovered ? "cursor hovered" : "cursor" });
  const marks = series.flatMap(({ name, step: steps, value }) => {
    const cy = y(lossAt({ step: steps, loss: value }, step));
    if (!Number.isFinite(cy) || (front !== null && name !== front)) return [];
    return [svg("circle", { cx: at, cy, r: 4.5, class: "mark" })];
  });
  const isLeft = at > (edges.left + edges.right) / 2;
  const name = label(at + (isLeft ? -7 : 7), edges.bottom - 8, fill(texts.at, { n: step }), "at", isLeft ? "end" : "start");
  return [line, ...marks, name];
}
