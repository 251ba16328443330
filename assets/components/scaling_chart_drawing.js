/** Draws a scaling law: axes, band, line, runs, the prediction and what came out. */

import { polyline, svg } from "./dom.js";
import { compact, isNumber, loss as lossText } from "./numbers.js";
import { label, leftAxis, lineWidth, lowerAxis, scale } from "./text_pictures_frame.js";
import { fill } from "./texts.js";

const EDGES = { left: 52, right: 40, top: 30, bottom: 36 };
const ROOM = { x: 1.25, above: 1.03, below: 1.1 }; // factors beyond the outermost points

/** Scales that hold all runs, the law and the prediction. */
export function scalesOf(known, { law, prediction }, { width, height }) {
  const edges = { left: EDGES.left, right: width - EDGES.right, top: EDGES.top, bottom: height - EDGES.bottom };
  const sizes = known.map(({ size }) => size).concat(prediction ? [prediction.size] : []);
  const losses = known.map(({ loss }) => loss);
  if (prediction) losses.push(prediction.low, prediction.high);
  for (const point of law ?? []) losses.push(point.loss);
  const seen = losses.filter((value) => isNumber(value) && value > 0);
  return {
    edges,
    x: scale(Math.min(...sizes) / ROOM.x, Math.max(...sizes) * ROOM.x, edges.left, edges.right, true),
    y: scale(Math.min(...seen) / ROOM.below, Math.max(...seen) * ROOM.above, edges.bottom, edges.top, true),
  };
}

export function drawn(known, data, { edges, x, y }, marked) {
  const { texts, law, prediction, by } = data;
  return [
    ...lowerAxis(x, edges, texts[`axis_${by}`], compact),
    ...leftAxis(y, edges, texts.loss, lossText),
    ...(law ? lawOf(law, x, y, edges) : []),
    ...(prediction ? predictionOf(prediction, law ?? [], texts, { x, y }) : []),
    ...known.map((run) => dot(run, x, y, run.id === marked)),
    ...known.filter(({ test }) => test).map((run) => outcome(run, texts, { x, y })),
  ];
}

/** The band between the lower and the upper end, and the law in it. */
function lawOf(law, x, y, edges) {
  const inside = (value) => Math.min(edges.bottom, Math.max(edges.top - 10, y(value)));
  const up = law.map(({ size, high }) => `${x(size).toFixed(1)},${inside(high).toFixed(1)}`);
  const down = law.map(({ size, low }) => `${x(size).toFixed(1)},${inside(low).toFixed(1)}`).reverse();
  return [
    svg("polygon", { points: [...up, ...down].join(" "), class: "band" }),
    polyline(law.map(({ size, loss }) => [x(size), inside(loss)]), { class: "law" }),
  ];
}

/** The whisker, and its words above the band wherever they reach. */
function predictionOf({ size, low, high, loss }, law, texts, { x, y }) {
  const at = x(size);
  const text = fill(texts.predicted, { loss: lossText(loss), half: lossText((high - low) / 2) });
  const leftmost = x.back(at - lineWidth(text) - 12);
  const under = law.filter((point) => point.size >= leftmost && point.size <= size);
  const clear = Math.min(y(high), ...under.map((point) => y(point.high)));
  return [
    svg("line", { x1: at, x2: at, y1: y(low), y2: y(high), class: "whisker" }),
    ...[low, high].map((end) => svg("line", { x1: at - 6, x2: at + 6, y1: y(end), y2: y(end), class: "whisker" })),
    label(at + 10, clear - 12, text, "predicted", "end"),
  ];
}

function dot({ size, loss, test, active }, x, y, isMarked) {
  const kind = `${test ? "test" : "small"}${active ? " active" : ""}${isMarked ? " marked" : ""}`;
  return svg("circle", { cx: x(size), cy: y(loss), r: test ? 8 : 6, class: `run ${kind}` });
}

function outcome({ size, loss, active }, texts, { x, y }) {
  const text = fill(active ? texts.so_far : texts.came_out, { loss: lossText(loss) });
  return label(x(size) - 15, y(loss) + 22, text, "outcome", "end");
}
