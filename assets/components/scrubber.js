/** The loss curve as a time slider: snapshots evenly spaced, filled to the knob, thin grey beyond it. */

import { lossAt } from "./curve.js";
import { element, polyline, svg } from "./dom.js";
import { thousands } from "./numbers.js";

const HEIGHT = 56;
const TOP = 4;
const BOTTOM = 38;
const BASE = BOTTOM + 3; // the axis
const SIDE = 8;
const LABEL_GAP = 34; // px from one tick label to the next
const DIGIT_WIDTH = 6.2;

/** A real range input under an invisible coat; `onMove` and `onRelease` get an index into the stops. */
export class Scrubber {
  constructor({ onMove, onRelease }) {
    this.element = element("div", "film");
    this.input = element("input", "", null, { type: "range", min: 0, step: 1 });
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.element.append(this.input, this.picture);
    this.input.addEventListener("input", () => onMove(this.reachable()));
    this.input.addEventListener("change", () => onRelease(this.reachable()));
    this.view = null;
  }

  /** The chosen index, held back where no snapshot is yet. */
  reachable() {
    const index = Math.min(Number(this.input.value), this.view.last);
    this.input.value = index;
    return index;
  }

  /** view: stops (steps), last (index of the newest snapshot), end, at and hovered (steps), loss (curve). */
  draw(view, { label, valueText }) {
    this.view = view;
    this.input.max = Math.max(1, view.stops.length - 1);
    this.input.value = Math.min(view.last, Math.round(placeOf(view.stops, view.at)));
    this.input.disabled = view.last < 1;
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("aria-valuetext", valueText);
    this.paint();
  }

  paint() {
    const view = this.view;
    const width = this.element.clientWidth;
    if (!view || !width) return;
    const x = (place) => SIDE + ((width - 2 * SIDE) * place) / Math.max(1, view.stops.length - 1);
    const parts = [axis(width), ...ticks(view, x, width)];
    if (view.loss.step.length) parts.push(...curve(view, x));
    this.picture.replaceChildren(...parts);
  }
}

/** Where a step lies among the stops, as a fraction of an index. */
export function placeOf(stops, step) {
  const above = stops.findIndex((stop) => stop >= step);
  if (above === -1) return Math.max(0, stops.length - 1);
  if (above === 0) return 0;
  return above - 1 + (step - stops[above - 1]) / (stops[above] - stops[above - 1]);
}

function axis(width) {
  return svg("line", { x1: SIDE, x2: width - SIDE, y1: BASE, y2: BASE, stroke: "var(--line)" });
}

function curve(view, x) {
  const end = placeOf(view.stops, view.end);
  const points = sampled(view, end);
  const losses = points.map(([, loss]) => Math.log(loss));
  const low = Math.min(...losses);
  const span = Math.max(Math.max(...losses) - low, 0.05);
  const y = (loss) => BOTTOM - ((BOTTOM - TOP) * (Math.log(loss) - low)) / span;
  const place = placeOf(view.stops, view.at);
  const drawn = points.map(([at, loss]) => [x(at), y(loss)]);
  const knob = [x(place), y(lossAt(view.loss, view.at))];
  const past = [...drawn.filter(([at]) => at < knob[0]), knob];
  return [fill(past), future(drawn), ...line(past), ...hovered(view, x), ...knobOf(knob)];
}

/** The curve at ten places between neighbouring stops, as [place, loss]. */
function sampled(view, end) {
  const places = Array.from({ length: Math.floor(end * 10) + 1 }, (_, i) => i / 10);
  if (places.at(-1) < end) places.push(end);
  return places.map((place) => [place, Math.max(1e-6, lossAt(view.loss, stepAt(view.stops, place)))]);
}

function stepAt(stops, place) {
  const below = Math.floor(place);
  const next = stops[below + 1] ?? stops[below];
  return stops[below] + (next - stops[below]) * (place - below);
}

function fill(points) {
  const outline = [[points[0][0], BASE], ...points, [points.at(-1)[0], BASE]];
  return polyline(outline, { style: "fill: var(--live)", opacity: 0.14 });
}

function future(points) {
  return polyline(points, { stroke: "var(--quiet)", "stroke-width": 1.25, opacity: 0.7 });
}

function line(points) {
  return points.length > 1 ? [polyline(points, { stroke: "var(--live)", "stroke-width": 2 })] : [];
}

function hovered(view, x) {
  if (view.hovered === null || view.hovered > view.end) return [];
  const place = x(placeOf(view.stops, view.hovered));
  return [svg("line", { x1: place, x2: place, y1: TOP, y2: BASE, stroke: "var(--quiet)" })];
}

function knobOf([x, y]) {
  const stem = svg("line", { x1: x, x2: x, y1: y, y2: BASE, stroke: "var(--live)", "stroke-width": 1.5 });
  return [stem, svg("circle", { class: "knob", cx: x, cy: y, r: 6.5 })];
}

function ticks(view, x, width) {
  const labelled = labelledStops(view.stops, x);
  return view.stops.flatMap((step, i) => {
    const reached = i <= view.last;
    const stroke = reached ? "var(--quiet)" : "var(--line)";
    const mark = svg("line", { x1: x(i), x2: x(i), y1: BASE, y2: BASE + (reached ? 5 : 3), stroke });
    return labelled.has(i) ? [mark, tickLabel(step, x(i), width)] : [mark];
  });
}

function tickLabel(step, x, width) {
  const half = (thousands(step).length * DIGIT_WIDTH) / 2;
  const inside = Math.min(Math.max(x, half), width - half);
  return svg("text", { x: inside, y: HEIGHT - 1, class: "tick", "text-anchor": "middle" }, thousands(step));
}

/** Indices whose label has room; the last one always has, so it is placed first. */
function labelledStops(stops, x) {
  const last = stops.length - 1;
  const width = (i) => Math.max(LABEL_GAP, thousands(stops[i]).length * DIGIT_WIDTH + 12);
  const kept = new Set([last]);
  let free = -Infinity;
  for (let i = 0; i < last; i++) {
    const room = x(i) >= free && x(i) + width(i) / 2 + width(last) / 2 <= x(last);
    if (!room) continue;
    kept.add(i);
    free = x(i) + width(i);
  }
  return kept;
}
