/** Tokens as columns, the stages of the model as rows, and at the foot how far off each guess was. */

import { rampColour } from "./colours.js";
import { prefersStillness, svg } from "./dom.js";
import { isNumber, loss as lossText } from "./numbers.js";
import { belongs, groupName, stageName } from "./slow_motion_reading.js";
import { three } from "./slow_motion_numbers.js";
import { fitted, textWidth, tokenLabels } from "./token_text.js";

const GUTTER = 104; // px for the names of the rows
const BARS = 118; // px right of the grid for a bar and a number of each row
const LONGEST_BAR = 54; // px
const NARROW = 560; // px of a picture that has room for the number alone
const BARS_IF_NARROW = 60;
const LEAST_SHARE = 17; // px of a column that still gets its probability
const GAP = 2;
const TALLEST = 36; // px of a cell
const LEAST_NAMED = 14; // px of a row that still gets its name
const EXPONENT = 0.5; // lengths differ by powers of ten
const FOOT = 26; // px of a line of text in the foot
const STANDING = 58; // px for names that stand upright
const WARM_HALF = 5; // colours of the diverging ramp that mean "up"
const FADE_MS = 120;

/** Forward, or backward: rows are shown as far as `frame` has come. */
export function drawGrid(data, scene, frame, size, marks, look, isNew) {
  const isBack = scene === "backward";
  const plan = planned(data, size, look);
  const node = svg("svg", { width: size.width, height: size.height, "aria-hidden": "true" });
  const shown = isBack ? (i) => i >= data.stages.length - 1 - frame : (i) => i < frame;
  const newest = isBack ? data.stages.length - 1 - frame : frame - 1;
  node.append(names(data.tokens, plan, plan.tokens, look), ...rowNames(data, plan, look));
  const most = isBack ? largest(data.stages.map(({ gradient }) => gradient)) : null;
  data.stages.forEach((stage, i) => {
    const row = cells(stage, i, shown(i), isBack, most ?? scaleOf(data, stage), plan, look);
    if (isNew && i === newest) appear(row);
    node.append(row);
    if (shown(i)) node.append((isBack ? weightBars : meanOf)(data, stage, plan, plan.cells[i], look));
  });
  const lossIsShown = isBack || frame > data.stages.length;
  node.append(besides(isBack ? (plan.hasBars ? data.texts.weights : "") : data.texts.mean, plan.tokens.top + plan.tokens.height - 8, plan, look));
  if (lossIsShown) node.append(besides(lossText(data.before.mean), plan.loss.base, plan, look, look.mono));
  node.append(...foot(data, plan, look, lossIsShown ? [{ ...data.before, colour: isBack ? look.quiet : look.live }] : []));
  node.append(...columnMarks(plan, marks, look, size.height));
  return { node, places: plan.places };
}

/** The loss of every token before the step and after it. */
export function drawAfter(data, size, marks, look) {
  const plan = planned(data, size, look, true);
  const node = svg("svg", { width: size.width, height: size.height, "aria-hidden": "true" });
  node.append(names(data.tokens, plan, plan.tokens, look));
  const both = [
    { ...data.before, colour: look.quiet, name: data.texts.before },
    { ...data.after, colour: look.live, name: data.texts.after },
  ];
  both.forEach(({ mean, colour }, s) => node.append(besides(lossText(mean), plan.loss.base - (1 - s) * 20, plan, { ...look, quiet: colour }, look.mono)));
  node.append(besides(data.texts.mean, plan.tokens.top + plan.tokens.height - 8, plan, look));
  node.append(rowName(data.texts.token, plan.tokens.top + plan.tokens.height / 2, look), ...foot(data, plan, look, both));
  node.append(...columnMarks(plan, marks, look, size.height));
  return { node, places: plan.places };
}

/** Where everything stands, in px. */
function planned({ tokens, targets, stages }, { width, height }, look, isAfter = false) {
  const font = `15px ${look.serif}`;
  const labels = { tokens: tokenLabels(tokens), targets: tokenLabels(targets) };
  const bars = width < NARROW ? BARS_IF_NARROW : BARS;
  const step = (width - GUTTER - bars) / tokens.length;
  const widest = Math.max(...[...labels.tokens, ...labels.targets].map((label) => textWidth(label, font)));
  const stands = widest > step - 4;
  const line = stands ? Math.min(STANDING, widest + 6) : FOOT - 2;
  const under = line + FOOT * (isAfter ? 2 : 1);
  const free = height - line - under - 16;
  const rowHeight = isAfter ? 0 : Math.min(TALLEST, (free * 0.64) / stages.length);
  const first = 6 + line + 4;
  const rows = isAfter ? [] : stages.map((_, i) => ({ name: i, top: first + i * rowHeight, height: rowHeight - (rowHeight > 6 ? GAP : 0) }));
  const lossTop = first + rows.length * rowHeight + 8;
  const base = height - under - 2;
  const tops = { name: "tokens", top: 4, height: line };
  const bottom = { name: "loss", top: lossTop, height: height - lossTop };
  const places = { left: GUTTER, step, n: tokens.length, rows: [tops, ...rows, bottom] };
  return { font, labels, step, stands, line, tokens: tops, cells: rows, loss: { top: lossTop, base }, right: width - bars + 10, hasBars: bars === BARS, places };
}

/** Names of tokens, level where they have room, else upright. */
function names(texts, plan, { top, height }, look, which = "tokens") {
  const group = svg("g");
  plan.labels[which].forEach((label, i) => {
    const x = GUTTER + (i + 0.5) * plan.step;
    const text = svg("text", { fill: look.ink, "font-size": 15, style: `font-family: ${look.serif}` });
    if (plan.stands) {
      text.setAttribute("style", `font-family: ${look.serif}; writing-mode: vertical-rl; dominant-baseline: central`);
      place(text, x, which === "tokens" ? top + height : top, which === "tokens" ? "end" : "start");
      text.textContent = fitted(label, plan.font, height);
    } else {
      place(text, x, top + height - 8, "middle");
      text.textContent = label;
    }
    group.append(text);
  });
  return group;
}

function place(text, x, y, anchor) {
  text.setAttribute("x", x.toFixed(1));
  text.setAttribute("y", y.toFixed(1));
  text.setAttribute("text-anchor", anchor);
}

function rowName(text, y, look, colour = look.quiet) {
  const node = svg("text", { x: GUTTER - 10, y: y + 4.5, "text-anchor": "end", "font-size": 13, fill: colour }, text);
  return node;
}

/** Names of rows, as many as have room. */
function rowNames({ stages, texts }, plan, look) {
  const height = plan.cells[0].height + GAP;
  const every = Math.max(1, Math.ceil(LEAST_NAMED / height));
  const named = stages.map((stage, i) => {
    const isKept = i % every === 0 || i === stages.length - 1;
    const collides = i !== stages.length - 1 && stages.length - 1 - i < every;
    return isKept && !collides ? rowName(stageName(stage, texts), plan.cells[i].top + plan.cells[i].height / 2, look) : null;
  });
  const { top, height: line } = plan.tokens;
  return [rowName(texts.token, top + line / 2, look), ...named.filter(Boolean)];
}

/** One stage: every cell is filled from below, and darker the larger its value. */
function cells(stage, i, isShown, isBack, most, plan, look) {
  const group = svg("g");
  const { top, height } = plan.cells[i];
  const values = isBack ? stage.gradient : stage.size;
  const ramp = isBack ? look.diverging.slice(WARM_HALF) : look.sequential.slice(2);
  plan.labels.tokens.forEach((_, k) => {
    const x = GUTTER + k * plan.step + GAP / 2;
    const at = { x: x.toFixed(1), width: (plan.step - GAP).toFixed(1), rx: height > 8 ? 2.5 : 0 };
    group.append(svg("rect", { ...at, y: top, height, fill: look.ink, opacity: isShown ? 0.06 : 0.03 }));
    if (!isShown || !isNumber(values?.[k])) return;
    const part = most ? Math.min(1, values[k] / most) ** EXPONENT : 0;
    const full = height > 8 ? Math.max(1.5, part * height) : height;
    group.append(svg("rect", { ...at, y: top + height - full, height: full, fill: rampColour(ramp, part) }));
  });
  return group;
}

/** Scores have a scale of their own. */
function scaleOf({ stages }, stage) {
  if (stage.name === "logits") return largest([stage.size]);
  return largest(stages.filter(({ name }) => name !== "logits").map(({ size }) => size));
}

function largest(rows) {
  return Math.max(0, ...rows.flatMap((row) => row ?? []).filter(isNumber));
}

/** A word or a number right of the grid. */
function besides(text, y, plan, look, face = look.font) {
  return svg("text", { x: plan.right, y, "font-size": 13, fill: look.quiet, style: `font-family: ${face}` }, text);
}

/** Beside a stage: the mean of its row. */
function meanOf(data, stage, plan, { top, height }, look) {
  const known = stage.size.filter(isNumber);
  const mean = known.reduce((all, x) => all + x, 0) / Math.max(1, known.length);
  return height < LEAST_NAMED ? svg("g") : besides(three(mean), top + height / 2 + 4.5, plan, look, look.mono);
}

/** Beside a stage: how large the gradient of its own weights is, a bar for each group. */
function weightBars({ groups, texts }, stage, plan, { top, height }, look) {
  const own = groups.filter((group) => belongs(group, stage));
  const most = Math.max(...groups.map(({ gradient }) => gradient ?? 0)) || 1;
  const node = svg("g");
  const thick = Math.min(9, (height - 2) / Math.max(1, own.length));
  const start = top + (height - thick * own.length) / 2;
  const drawn = plan.hasBars ? own : [];
  drawn.forEach((group, i) => {
    const y = start + i * thick;
    const length = Math.max(1, LONGEST_BAR * ((group.gradient ?? 0) / most) ** EXPONENT);
    const bar = svg("rect", { x: plan.right, y: y.toFixed(1), width: length.toFixed(1), height: Math.max(1, thick - 1.5).toFixed(1), fill: look.warm, rx: thick > 5 ? 2 : 0 });
    bar.append(svg("title", {}, `${groupName(group, texts)}: ${three(group.gradient)}`));
    node.append(bar);
  });
  if (height < LEAST_NAMED || !own.length) return node;
  const total = Math.hypot(...own.map(({ gradient }) => gradient ?? 0));
  node.append(besides(three(total), top + height / 2 + 4.5, { right: plan.right + (plan.hasBars ? LONGEST_BAR + 6 : 0) }, look, look.mono));
  return node;
}

/** Bars of the loss, the right tokens and their probability. */
function foot({ targets, texts }, plan, look, series) {
  const nodes = [svg("line", { x1: GUTTER, x2: plan.right - 10, y1: plan.loss.base + 0.5, y2: plan.loss.base + 0.5, stroke: look.line })];
  const most = Math.max(1e-9, ...series.flatMap(({ loss }) => loss).filter(isNumber));
  const tall = plan.loss.base - plan.loss.top;
  series.forEach(({ loss, colour }, s) => nodes.push(bars(loss, plan, (x) => (x / most) * tall, colour, s, series.length)));
  const right = { top: plan.loss.base + 4, height: plan.line };
  nodes.push(names(targets, plan, right, look, "targets"), rowName(texts.right, right.top + right.height / 2, look));
  if (series.length) nodes.push(rowName(texts.loss, plan.loss.top + 8, look));
  const named = plan.step < LEAST_SHARE ? [] : series;
  named.forEach(({ p, colour, name }, s) => {
    const y = right.top + right.height + FOOT * (s + 0.5);
    const title = name ? `${name}, %` : texts.percent;
    nodes.push(rowName(title, y, look, name ? colour : look.quiet), shares(p, plan, y, name ? colour : look.ink, look));
  });
  return nodes;
}

function bars(values, plan, height, colour, s, n) {
  const group = svg("g", { fill: colour });
  const wide = (plan.step - 2 * GAP) / n;
  values.forEach((value, k) => {
    if (!isNumber(value)) return;
    const tall = Math.max(1, height(value));
    const x = GUTTER + k * plan.step + GAP + s * wide;
    group.append(svg("rect", { x: x.toFixed(1), y: (plan.loss.base - tall).toFixed(1), width: Math.max(1, wide - (n > 1 ? 1 : 0)).toFixed(1), height: tall.toFixed(1), rx: 1.5 }));
  });
  return group;
}

/** Probabilities in per cent; the sign stands in the name of the row. */
function shares(p, plan, y, colour, look) {
  const group = svg("g", { fill: colour, "font-size": 13, "text-anchor": "middle" });
  p.forEach((share, k) => {
    const text = svg("text", { x: (GUTTER + (k + 0.5) * plan.step).toFixed(1), y: y + 4.5, style: `font-family: ${look.mono}` });
    text.textContent = wholePercent(share);
    group.append(text);
  });
  return group;
}

/** "<1", "42" or, as three digits have no room, "99" for anything above. */
function wholePercent(share) {
  if (!isNumber(share)) return "–";
  return share < 0.005 ? "<1" : String(Math.min(99, Math.round(100 * share)));
}

/** The token spoken of has a hairline around its column, the one held an ink line. */
function columnMarks(plan, { token, pinned }, look, height) {
  const outline = (i, stroke, width) =>
    svg("rect", { x: GUTTER + i * plan.step, y: 2, width: plan.step, height: height - 4, fill: "none", stroke, "stroke-width": width, rx: 4 });
  const marks = [outline(token, look.quiet, 1)];
  if (pinned !== null) marks.push(outline(pinned, look.ink, 2));
  return marks;
}

function appear(node) {
  if (!prefersStillness()) node.animate([{ opacity: 0 }, { opacity: 1 }], { duration: FADE_MS });
}
