/** Scales and axes of a picture: ticks without a grid, and the name of an axis at its end. */

import { evenTicks, logTicks, textWidth } from "./axes.js";
import { svg } from "./dom.js";
import { compact } from "./numbers.js";

const SMALL_MARGIN = 4;
const LARGE = { left: 58, right: 14, top: 26, bottom: 38 };
const TICK = 5;
const LINE = 18; // px of a line of text
const PER_TICK = 90; // px along the lower axis

/** The plot's edges in px: {left, right, top, bottom}. */
export function edgesOf({ width, height, isSmall }, large = LARGE) {
  const margin = isSmall ? { left: SMALL_MARGIN, right: SMALL_MARGIN, top: SMALL_MARGIN, bottom: SMALL_MARGIN } : large;
  return { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
}

/** A function from [low, high] to [from, to] px, with `.low`, `.high`, `.isLog`, and `.back` for px to values. */
export function scale(low, high, from, to, isLog = false) {
  const bend = isLog ? Math.log : (x) => x;
  const straighten = isLog ? Math.exp : (x) => x;
  const span = bend(high) - bend(low) || 1;
  const place = (value) => from + ((bend(value) - bend(low)) / span) * (to - from);
  return Object.assign(place, {
    low,
    high,
    isLog,
    pixels: Math.abs(to - from),
    back: (px) => straighten(bend(low) + ((px - from) / (to - from)) * span),
  });
}

/** The lower axis, with its name at the right end under the ticks. */
export function lowerAxis(x, edges, name, write = compact) {
  const { left, right, bottom } = edges;
  const nameWidth = textWidth(name, "13px sans-serif");
  const parts = [svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: "var(--line)" })];
  for (const value of ticksOf(x, PER_TICK)) {
    const at = x(value);
    const isUnderName = at > right - nameWidth - 30;
    parts.push(svg("line", { x1: at, x2: at, y1: bottom, y2: bottom + TICK, stroke: "var(--line)" }));
    if (isUnderName) continue;
    parts.push(svg("text", { x: at, y: bottom + LINE, class: "tick", "text-anchor": "middle" }, write(value)));
  }
  parts.push(svg("text", { x: right, y: bottom + LINE, class: "axis", "text-anchor": "end" }, name));
  return parts;
}

/** The left axis, with its name above it. */
export function leftAxis(y, edges, name, write = compact) {
  const parts = ticksOf(y, 44, write === compact).flatMap((value) => [
    svg("line", { x1: edges.left - TICK, x2: edges.left, y1: y(value), y2: y(value), stroke: "var(--line)" }),
    svg("text", { x: edges.left - TICK - 4, y: y(value) + 4.5, class: "tick", "text-anchor": "end" }, write(value)),
  ]);
  return [...parts, svg("text", { x: 0, y: 12, class: "axis" }, name)];
}

/** Round values; of what is counted only whole ones. */
function ticksOf(along, gap, isWhole = true) {
  const { low, high, isLog, pixels } = along;
  if (isLog) return logTicks(low, high, pixels, gap);
  const ticks = evenTicks(low, high, Math.max(2, Math.floor(pixels / gap)));
  return isWhole ? ticks.filter(Number.isInteger) : ticks;
}

/** Places labels in turn and leaves out those without room: `claim(box)` is true when the box was free. */
export function labelRoom(edges) {
  const taken = [];
  return function claim({ left, right, top, bottom }) {
    const isInside = left >= edges.left && right <= edges.right && top >= 0 && bottom <= edges.bottom;
    const isFree = taken.every((box) => right < box.left || left > box.right || bottom < box.top || top > box.bottom);
    if (!isInside || !isFree) return false;
    taken.push({ left, right, top, bottom });
    return true;
  };
}

/** Width in px of a word as pictures write it, and of a sentence. */
export const wordWidth = (text) => textWidth(text, '15px "Source Serif", serif');
export const lineWidth = (text) => textWidth(text, '14px "Source Sans", sans-serif');

/** A word or a formula with a halo of the surface, so that a line behind it does not disturb. */
export function label(x, y, text, name, anchor = "start") {
  return svg("text", { x, y, class: `halo ${name}`, "text-anchor": anchor }, text);
}

/** "6.2 n" and a raised "0.68". */
export function power(x, y, base, exponent, anchor = "start") {
  const text = label(x, y, `${base}\u200a`, "note", anchor);
  text.append(svg("tspan", { dy: -5, "font-size": 11.5 }, exponent));
  return text;
}
