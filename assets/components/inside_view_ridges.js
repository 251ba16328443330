/** Histograms of the weights, one over the other: the step that is shown in colour, the first step as a thin line. */

import { svg } from "./dom.js";
import { significant } from "./numbers.js";

const TALL = 1.15; // of a row: ridges may reach a little into the row above
const LABEL = 44; // px for the edge of the range
const LINE = 17;

/** A ridge for every group of `scene`, in the rows of `place`. */
export function ridges({ rows, look, names, texts, group }, place) {
  const { ridgeLeft: left, ridgeRight, bottom, row, top, n } = place;
  const right = ridgeRight - LABEL;
  const apart = Math.ceil(LINE / row);
  const nodes = [svg("text", { x: (left + right) / 2, y: bottom + 18, class: "tick", "text-anchor": "middle" }, texts.weights)];
  nodes.push(svg("line", { x1: (left + right) / 2, x2: (left + right) / 2, y1: 0, y2: bottom, class: "zero" }));
  for (let i = n - 1; i >= 0; i--) {
    const reach = Math.max(...rows.map(({ edges }) => edges[i]));
    const base = top(i) + row - 2;
    const box = { left, right, base, height: Math.min(TALL * row, 60) - 4, reach };
    nodes.push(svg("line", { x1: left, x2: right, y1: base, y2: base, class: "base" }));
    const kind = names[i] === group ? "ridge near" : "ridge";
    nodes.push(svg("path", { d: outline(look.shapes[i], look.edges[i], box, true), class: kind }));
    nodes.push(svg("path", { d: outline(rows[0].shapes[i], rows[0].edges[i], box, false), class: "ghost" }));
    const edge = `±${significant(reach)}`;
    if (i % apart === 0) nodes.push(svg("text", { x: ridgeRight, y: base, class: "tick", "text-anchor": "end" }, edge));
  }
  return nodes;
}

/** The outline of a histogram as a path; `base` is the zero line, `reach` the weight at the right end. */
function outline(shape, edge, { left, right, base, height, reach }, isClosed) {
  const bins = Uint8Array.from(atob(shape), (letter) => letter.charCodeAt(0));
  const middle = (left + right) / 2;
  const half = ((right - left) / 2) * (edge / reach);
  const x = (bin) => (middle - half + ((bin + 0.5) / bins.length) * 2 * half).toFixed(1);
  const y = (value) => (base - (value / 255) * height).toFixed(1);
  const points = [...bins].map((value, bin) => `${x(bin)} ${y(value)}`);
  const [first, last] = [x(0), x(bins.length - 1)];
  return `M ${first} ${base.toFixed(1)} L ${points.join(" L ")} L ${last} ${base.toFixed(1)}${isClosed ? " Z" : ""}`;
}
