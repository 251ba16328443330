/** Draws the axes and the lines of parallel coordinates. */

import { evenTicks } from "./axes.js";
import { rampColour } from "./colours.js";
import { polyline, svg } from "./dom.js";
import { isNumber, loss as lossText, significant, thousands } from "./numbers.js";
import { label } from "./text_pictures_frame.js";
import { fill } from "./texts.js";

const LEAST_GAP = 17; // px between two tick labels
const PALE = 0.34; // of the ramp, on either side of its middle: too faint for a line

/** A setting's value as it is written beside its axis. */
export function written(axis, value) {
  if (axis.choices) return axis.choices.find((choice) => choice.value === value)?.label ?? String(value);
  if (!isNumber(value)) return "–";
  return Number.isInteger(value) && value >= 10 ? thousands(value) : significant(value);
}

export function drawAxes(axes, { edges, texts, brushes }) {
  return axes.flatMap((axis) => [
    svg("line", { x1: axis.x, x2: axis.x, y1: edges.top, y2: edges.bottom, class: "axis_line" }),
    ...brushOf(axis, brushes.get(axis.name)),
    ...(axis.isLoss ? lossTicks(axis, texts) : settingTicks(axis)),
  ]);
}

function brushOf(axis, range) {
  if (!range) return [];
  const top = axis.y(Math.min(1, range[1]));
  return [svg("rect", { x: axis.x - 9, y: top, width: 18, height: Math.max(4, axis.y(Math.max(0, range[0])) - top), rx: 4, class: "brush" })];
}

function settingTicks(axis) {
  let free = Infinity;
  return axis.ticks.flatMap((value) => {
    const y = axis.y(axis.share(value));
    if (y > free) return [];
    free = y - LEAST_GAP;
    const tick = svg("line", { x1: axis.x - 4, x2: axis.x + 4, y1: y, y2: y, class: "tick_line" });
    return [tick, label(axis.x - 9, y + 4.5, written(axis, value), "tick", "end")];
  });
}

function lossTicks(axis, texts) {
  const highest = axis.isCut ? 0.94 : 1;
  const ticks = evenTicks(axis.low, axis.high, 5).filter((value) => axis.share(value) < highest);
  return ticks.flatMap((value) => {
    const y = axis.y(axis.share(value));
    const tick = svg("line", { x1: axis.x, x2: axis.x + 5, y1: y, y2: y, class: "tick_line" });
    return [tick, label(axis.x + 9, y + 4.5, lossText(value), "tick")];
  }).concat(axis.isCut ? [label(axis.x + 9, axis.y(1) + 4.5, texts.above, "tick")] : []);
}

/** The best lies on top, the marked one above all; runs outside a filter are faint. */
export function drawLines(lines, marked, isIn, look) {
  const order = [...lines].reverse();
  const front = order.find(({ run }) => run.id === marked);
  const nodes = order.filter((line) => line !== front).map((line) => lineOf(line, isIn(line) ? kindOf(line) : "faint", look));
  return front ? [...nodes, lineOf(front, "marked", look), ...dots(front, look)] : nodes;
}

function kindOf({ rank, run }) {
  if (rank === 0) return "best";
  if (rank === null) return "unknown";
  return run.active ? "active" : "usual";
}

function lineOf(line, kind, look) {
  const isPlain = kind === "faint" || kind === "unknown";
  return polyline(line.points, { class: `run ${kind}`, ...(isPlain ? {} : { stroke: colourOf(line, look) }) });
}

/** Petrol for the best, amber for the worst. */
function colourOf({ worse, rank }, { theme }) {
  if (rank === null) return theme.quiet;
  if (rank === 0) return theme.live;
  const share = worse < 0.5 ? worse * 2 * PALE : 1 - (1 - worse) * 2 * PALE;
  return rampColour(theme.diverging, share);
}

function dots(line, look) {
  const told = isNumber(line.run.loss) ? fill("{loss}", { loss: lossText(line.run.loss) }) : "";
  const [x, y] = line.points.at(-1) ?? [0, 0];
  const nodes = line.points.map(([cx, cy]) => svg("circle", { cx, cy, r: 4, class: "dot", stroke: colourOf(line, look) }));
  return [...nodes, label(x + 46, y + 4.5, told, "value")];
}
