/** The falling number of tokens as a time slider; the merges are spread by their logarithm, for the first say most. */

import { element, polyline, svg } from "./dom.js";
import { isNumber, thousands } from "./numbers.js";

const HEIGHT = 56;
const TOP = 5;
const BOTTOM = 36;
const BASE = BOTTOM + 4; // the axis
const SIDE = 8;
const STEPS = 1000; // of the range input
const PAGES = 10;
const DIGIT_WIDTH = 6.4;
const LABEL_GAP = 34;

export class Film {
  /** `move(n)` while the knob is dragged, `release(n)` after it, `step(by)` for the arrow keys. */
  constructor({ move, release, step }) {
    this.element = element("div", "film");
    this.input = element("input", "", null, { type: "range", min: 0, max: STEPS, step: 1 });
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.element.append(this.input, this.picture);
    this.input.addEventListener("input", () => move(this.chosen()));
    this.input.addEventListener("change", () => release(this.chosen()));
    this.input.addEventListener("keydown", (event) => this.onKey(event, step));
    this.view = null;
  }

  chosen() {
    return mergeAt(Number(this.input.value) / STEPS, this.view.tokens.length - 1);
  }

  onKey(event, step) {
    const page = Math.max(1, Math.round((this.view.tokens.length - 1) / PAGES));
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step(by);
  }

  /** tokens: their number after 0, 1, 2, … merges; at: merges carried out. */
  draw({ tokens, at }, { label, valueText }) {
    this.view = { tokens, at };
    this.input.value = Math.round(placeOf(at, tokens.length - 1) * STEPS);
    this.input.disabled = tokens.length < 2;
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("aria-valuetext", valueText);
    this.paint();
  }

  paint() {
    const width = this.element.clientWidth;
    if (!this.view || !width) return;
    const { tokens, at } = this.view;
    const last = Math.max(1, tokens.length - 1);
    const x = (n) => SIDE + (width - 2 * SIDE) * placeOf(n, last);
    const y = heightOf(tokens);
    const points = sampled(tokens, width).map((n) => [x(n), y(tokens[n])]);
    const knob = [x(at), y(tokens[at])];
    const past = [...points.filter(([place]) => place < knob[0]), knob];
    this.picture.replaceChildren(...axis(last, x, width), ...curve(points, past), ...knobOf(knob));
  }
}

/** Where a merge lies from 0 to 1. */
function placeOf(n, last) {
  return last < 1 ? 0 : Math.log1p(n) / Math.log1p(last);
}

/** The merge at a place from 0 to 1. */
function mergeAt(place, last) {
  return Math.min(last, Math.round(Math.expm1(place * Math.log1p(last))));
}

function heightOf(tokens) {
  const known = tokens.filter(isNumber);
  const high = known.reduce((a, b) => Math.max(a, b), 1);
  const low = known.reduce((a, b) => Math.min(a, b), high);
  return (n) => BOTTOM - ((BOTTOM - TOP) * ((n ?? low) - low)) / Math.max(1, high - low);
}

/** At most one merge for each pixel, the first and the last among them. */
function sampled(tokens, width) {
  const last = tokens.length - 1;
  const places = Array.from({ length: Math.ceil(width) + 1 }, (_, i) => mergeAt(i / Math.ceil(width), last));
  return [...new Set(places)];
}

function curve(points, past) {
  const outline = [[past[0][0], BASE], ...past, [past.at(-1)[0], BASE]];
  return [
    polyline(outline, { style: "fill: var(--live)", opacity: 0.14 }),
    polyline(points, { stroke: "var(--quiet)", "stroke-width": 1.25, opacity: 0.7 }),
    polyline(past, { stroke: "var(--live)", "stroke-width": 2 }),
  ];
}

function knobOf([x, y]) {
  const stem = svg("line", { x1: x, x2: x, y1: y, y2: BASE, stroke: "var(--live)", "stroke-width": 1.5 });
  return [stem, svg("circle", { class: "knob", cx: x, cy: y, r: 6.5 })];
}

function axis(last, x, width) {
  const line = svg("line", { x1: SIDE, x2: width - SIDE, y1: BASE, y2: BASE, stroke: "var(--line)" });
  const marks = roundMerges(last, x).flatMap((n) => {
    const half = (thousands(n).length * DIGIT_WIDTH) / 2;
    const place = Math.min(Math.max(x(n), half), width - half);
    const mark = svg("line", { x1: x(n), x2: x(n), y1: BASE, y2: BASE + 4, stroke: "var(--quiet)" });
    return [mark, svg("text", { x: place, y: HEIGHT - 1, class: "tick", "text-anchor": "middle" }, thousands(n))];
  });
  return [line, ...marks];
}

/** 0, 1, 3, 10, 30, …, last: those with room for their label. */
function roundMerges(last, x) {
  const round = [0];
  for (let size = 1; size < last; size *= 10) round.push(size, 3 * size);
  const kept = [];
  const room = (n) => Math.max(LABEL_GAP, thousands(n).length * DIGIT_WIDTH + 14);
  for (const n of round) {
    const before = kept.length ? x(kept.at(-1)) + room(n) : -Infinity;
    if (n < last && x(n) >= before && x(n) + room(last) <= x(last)) kept.push(n);
  }
  return [...kept, last];
}
