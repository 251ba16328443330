/** Axes and lines of parallel coordinates as plain numbers: where a value stands, which runs pass a filter. */

import { isNumber } from "./numbers.js";

const LOSS = "loss";
const ROOM = 0.04; // of the losses, above and below
const HALF = 0.012; // of an axis: a filter on one value reaches that far

/** Axes with their place `x` and `share(value)`, 0 at the bottom and 1 at the top; the last is the loss. */
export function axesOf(asked, runs, edges, texts) {
  const losses = runs.map(({ loss }) => loss).filter(isNumber);
  const axes = asked.map((axis) => settingAxis(axis, runs.map(({ settings }) => settings[axis.name])));
  axes.push(lossAxis(losses, runs.some(({ status }) => status === "diverged"), texts));
  const gap = axes.length > 1 ? (edges.right - edges.left) / (axes.length - 1) : 0;
  return axes.map((axis, i) => ({ ...axis, x: edges.left + i * gap, y: (share) => edges.bottom - share * (edges.bottom - edges.top) }));
}

function settingAxis(axis, values) {
  const known = [...new Set(values)];
  if (axis.choices) {
    const order = axis.choices.map(({ value }) => value).filter((value) => known.includes(value));
    const share = (value) => (order.length > 1 ? order.indexOf(value) / (order.length - 1) : 0.5);
    return { ...axis, share, ticks: order };
  }
  const numbers = known.filter(isNumber).sort((a, b) => a - b);
  const [low, high] = [numbers[0] ?? 0, numbers.at(-1) ?? 1];
  const bend = axis.log && low > 0 ? Math.log : (x) => x;
  const span = bend(high) - bend(low);
  const share = (value) => (span > 0 ? (bend(value) - bend(low)) / span : 0.5);
  return { ...axis, share, ticks: numbers };
}

/** Bad runs must not press the good ones together: what is far above the median stands at the top. */
function lossAxis(losses, hasDiverged, texts) {
  const sorted = [...losses].sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
  const high = Math.max(Math.min(sorted.at(-1) ?? 1, low + 4 * (median - low || 1)), low + 1e-6);
  const room = ROOM * (high - low);
  const share = (value) => Math.min(1, (value - low + room) / (high - low + 2 * room));
  return { name: LOSS, label: texts.loss, share, low, high, isLoss: true, isCut: hasDiverged || sorted.at(-1) > high + room, ticks: null };
}

/** Lines with their points, the best run first; `rank` is 0 for the best, and null without a loss. */
export function linesOf(runs, axes) {
  const order = [...runs].sort((a, b) => (isNumber(a.loss) ? a.loss : Infinity) - (isNumber(b.loss) ? b.loss : Infinity));
  const n = order.filter(({ loss }) => isNumber(loss)).length;
  return order.map((run, i) => {
    const shares = axes.map((axis) => (axis.isLoss ? lossShare(axis, run) : axis.share(run.settings[axis.name])));
    const points = shares.map((share, k) => (share === null ? null : [axes[k].x, axes[k].y(share)]));
    return { run, shares, points: points.filter(Boolean), rank: isNumber(run.loss) ? i : null, worse: n > 1 ? i / (n - 1) : 0 };
  });
}

function lossShare(axis, run) {
  if (isNumber(run.loss)) return axis.share(run.loss);
  return run.status === "diverged" ? 1 : null;
}

/** Whether a run lies inside all filters. */
export function passes(line, axes, brushes) {
  return axes.every((axis, i) => {
    const range = brushes.get(axis.name);
    if (!range) return true;
    return line.shares[i] !== null && line.shares[i] >= range[0] - 1e-9 && line.shares[i] <= range[1] + 1e-9;
  });
}

/** The line nearest to a point, at most `reach` px above or below it. */
export function nearestLine(lines, axes, x, y, reach = 16) {
  let best = null;
  let closest = reach;
  for (const line of lines) {
    const distance = Math.abs(heightAt(line.points, x) - y);
    if (distance < closest) [best, closest] = [line, distance];
  }
  return best;
}

function heightAt(points, x) {
  const right = points.findIndex(([at]) => at >= x);
  if (right === 0) return points[0][1];
  if (right === -1) return x - (points.at(-1)?.[0] ?? -Infinity) < 12 ? points.at(-1)[1] : Infinity;
  const [[x1, y1], [x2, y2]] = [points[right - 1], points[right]];
  return y1 + ((x - x1) / (x2 - x1)) * (y2 - y1);
}

/** A filter on one value of an axis: the next one above or below that of the filter there is. */
export function nextValue(axis, lines, range, by) {
  const i = lines.length && lines[0].shares.length - 1;
  const at = axis.isLoss ? i : null;
  const shares = axis.isLoss ? lines.map((line) => line.shares[at]) : axis.ticks.map((value) => axis.share(value));
  const known = [...new Set(shares.filter(isNumber))].sort((a, b) => a - b);
  if (!known.length) return null;
  const middle = range ? (range[0] + range[1]) / 2 : by > 0 ? -1 : 2;
  const wanted = by > 0 ? known.find((share) => share > middle + 1e-6) : known.findLast((share) => share < middle - 1e-6);
  const share = wanted ?? (by > 0 ? known.at(-1) : known[0]);
  return [share - HALF, share + HALF];
}
