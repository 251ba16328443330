/** What lies over the loss chart: labels with leaders, the name of the thin line, marks, and the cursor. */

import { pushedApart, textWidth } from "./axes.js";
import { known, lossAt } from "./curve.js";
import { svg } from "./dom.js";
import { loss as lossText } from "./numbers.js";
import { fill } from "./texts.js";

const LABEL_GAP = 22;
const MARK_ROOM = 110; // px between two named marks

/** Draws it all again into an SVG element that covers the plot. */
export function drawOverlay(overlay, { view, state, texts, step, hovering }) {
  const scale = scaleOf(view);
  const parts = [
    ...gutter(view, scale),
    ...trainingName(view, scale, state, texts),
    ...marks(view, scale, state, texts),
    ...divergence(view, scale, state, texts),
    ...cursor(view, scale, texts, step, hovering),
  ];
  overlay.setAttribute("width", view.width);
  overlay.setAttribute("height", view.height);
  overlay.replaceChildren(...parts);
}

/** Steps and losses to pixels, and back whether they are inside the axes. */
function scaleOf({ width, height, margin, ranges }) {
  const box = { left: margin.l, right: width - margin.r, top: margin.t, bottom: height - margin.b };
  const share = (value, [from, to]) => (value - from) / (to - from);
  const x = (step) => box.left + (box.right - box.left) * share(step, ranges.x);
  const y = (loss) => box.bottom - (box.bottom - box.top) * share(Math.log10(Math.max(loss, 1e-9)), ranges.y);
  const across = (px) => px >= box.left - 1 && px <= box.right + 1;
  const inside = (px, py) => across(px) && py >= box.top - 1 && py <= box.bottom + 1;
  return { ...box, x, y, inside };
}

function gutter(view, scale) {
  const labels = view.labels.filter(({ loss }) => scale.inside(scale.right, scale.y(loss)));
  const wishes = labels.map(({ loss }) => scale.y(loss) - (view.narrow ? 10 : 0));
  const places = pushedApart(wishes, LABEL_GAP, scale.top, scale.bottom - 4);
  return labels.flatMap((label, i) => {
    const text = gutterText(label, view.narrow ? scale.right - 2 : scale.right + 26, places[i], view);
    return view.narrow ? [text] : [leader(label, scale.right, scale.y(label.loss), places[i]), text];
  });
}

function gutterText({ text, colour, size, weight, mine, line }, x, y, { narrow, colours }) {
  const fillColour = mine || line ? colour : `color-mix(in oklab, ${colour} 62%, ${colours.ink})`;
  const anchor = narrow ? "end" : "start";
  const style = `fill: ${fillColour}; font-size: ${size}px; font-weight: ${weight}`;
  const place = { x, y, "text-anchor": anchor, "dominant-baseline": "central" };
  return svg("text", { ...place, style, class: "halo" }, text);
}

function leader({ colour, mine }, x, from, to) {
  const path = `M ${x + 2} ${from} L ${x + 12} ${from} L ${x + 18} ${to} L ${x + 23} ${to}`;
  return svg("path", { d: path, fill: "none", stroke: colour, "stroke-width": mine ? 1.5 : 1 });
}

/** The thin line is named once, above it and early, where the curve is steep and the room is free. */
function trainingName(view, scale, state, texts) {
  if (view.training.step.length < 20 || view.narrow) return [];
  const [from, to] = view.ranges.x;
  const start = Math.max(from, view.training.step[0]); // of a fork it is where it branched off
  const step = start + (state.parent ? 0.5 : 0.09) * (to - start); // at its start stands a mark
  if (step > view.training.step.at(-1)) return [];
  const [x, y] = [scale.x(step), scale.y(lossAt(view.training, step))];
  if (!scale.inside(x + 80, y - 40) || !scale.inside(x, y)) return [];
  const line = svg("line", { x1: x, y1: y - 2, x2: x + 32, y2: y - 32, stroke: view.colours.quiet });
  return [line, quietText(texts.training, x + 36, y - 34, view)];
}

/** Changes made while the run was going: a short tick on the curve, named where there is room. */
function marks(view, scale, state, texts) {
  let free = -Infinity;
  return [...branching(state), ...state.marks].flatMap(({ step, key, given }) => {
    const [x, y] = [scale.x(step), scale.y(lossAt(view.main, step))];
    if (!scale.inside(x, y)) return [];
    const stroke = { stroke: view.colours.ink, "stroke-width": 1.5 };
    const tick = svg("line", { x1: x, x2: x, y1: y - 16, y2: y + 8, ...stroke });
    if (x < free) return [tick];
    free = x + MARK_ROOM;
    const template = texts[`mark.${given.name ?? key}`] ?? texts[`mark.${key}`];
    return [tick, quietText(fill(template, given), x + 5, Math.max(y - 20, scale.top + 8), view)];
  });
}

/** Where a fork left its parent, whose name is gone when it has been deleted. */
function branching({ parent }) {
  if (!parent) return [];
  const key = parent.name === null ? "forked_lost" : "forked";
  return [{ step: parent.step, key, given: { parent: parent.name, n: parent.step } }];
}

function divergence(view, scale, state, texts) {
  if (state.status !== "diverged") return [];
  const points = known(state.points);
  const step = points.step.at(-1) ?? view.main.step.at(-1);
  const wish = scale.y(lossAt(points.step.length ? points : view.main, step));
  const [x, y] = [scale.x(step), Math.min(Math.max(wish, scale.top + 8), scale.bottom - 8)];
  if (!scale.inside(x, y)) return [];
  const cross = `M ${x - 6} ${y - 6} l 12 12 M ${x + 6} ${y - 6} l -12 12`;
  const style = `fill: ${view.colours.warmText}; font-size: 14px; font-weight: 600`;
  return [
    svg("path", { d: cross, stroke: view.colours.warm, "stroke-width": 3, fill: "none" }),
    svg("text", { x: x + 12, y, style, "dominant-baseline": "central", class: "halo" }, texts.diverged),
  ];
}

/** One vertical line: at the pointer, else at the step chosen in the dock. */
function cursor(view, scale, texts, step, hovering) {
  if (step === null || step < view.ranges.x[0] || step > view.ranges.x[1]) return [];
  const x = scale.x(step);
  const loss = lossAt(view.main, step);
  const { live, quiet, ink, surface, font } = view.colours;
  const stroke = hovering ? quiet : live;
  const line = svg("line", { x1: x, x2: x, y1: scale.top, y2: scale.bottom, stroke });
  const reading = fill(texts.at, { n: step, loss: lossText(loss) });
  const left = x + 10 + textWidth(reading, `600 13px ${font}`) > scale.right;
  const style = `fill: ${ink}; font-size: 13px; font-weight: 600`;
  const place = { x: left ? x - 7 : x + 7, y: scale.top + 6, "text-anchor": left ? "end" : "start" };
  const text = svg("text", { ...place, style, "dominant-baseline": "central", class: "halo" }, reading);
  const y = scale.y(loss);
  const dot = { cx: x, cy: y, r: 5, fill: surface, stroke: live, "stroke-width": 2.5 };
  return scale.inside(x, y) ? [line, svg("circle", dot), text] : [line, text];
}

function quietText(text, x, y, view) {
  const style = `fill: ${view.colours.quiet}; font-size: 14px`;
  return svg("text", { x, y, style, class: "halo" }, text);
}
