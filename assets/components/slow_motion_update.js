/** The update: one weight on a number line, and how far every group of weights has moved. */

import { element, prefersStillness, setText, svg } from "./dom.js";
import { isNumber, thousands } from "./numbers.js";
import { groupName, isTied } from "./slow_motion_reading.js";
import { apart, share, signed } from "./slow_motion_numbers.js";
import { fill } from "./texts.js";

const HEIGHT = 122; // px of the number line
const AXIS = 76; // px from above
const MARGIN = 0.3; // of the distance, free on either side of both values
const MOVE_MS = 400;

export class UpdateScene {
  constructor(changed) {
    this.changed = changed;
    this.chosen = 0;
    this.node = element("div", "update");
    this.name = element("p", "weight-name");
    this.line = element("div", "line");
    this.heading = element("p", "heading");
    this.groups = element("div", "groups");
    this.node.append(this.name, this.line, this.heading, this.groups);
    this.rows = [];
  }

  draw(data, frame, look, isNew) {
    const { texts, weights } = data;
    this.chosen = Math.min(this.chosen, weights.length - 1);
    this.weight = weights[this.chosen];
    const { name, place, group } = this.weight;
    const { n } = data.groups[group];
    this.name.replaceChildren(
      element("span", "number", `${name}[${place.join(", ")}]`),
      element("span", "quiet", ` ${fill(texts.one_of, { n: thousands(n), group: groupName(data.groups[group], texts, isTied(data)) })}`),
    );
    const isLast = frame === lastFrame(data);
    this.line.replaceChildren(numberLine(this.weight, this.line.clientWidth, frame, isLast, look, texts, isNew));
    setText(this.heading, texts.relative);
    this.drawGroups(data);
  }

  drawGroups(data) {
    const { groups, texts, weights } = data;
    const relative = groups.map(({ step, weight }) => (weight > 0 && isNumber(step) ? step / weight : null));
    const most = Math.max(1e-12, ...relative.filter(isNumber));
    if (this.rows.length !== weights.length) this.buildRows(weights.length);
    const tied = isTied(data);
    weights.forEach(({ group }, i) => {
      const [name, track, number] = this.rows[i].children;
      const isTop = i === 0;
      setText(name, isTop ? texts.largest : groupName(groups[group], texts, tied));
      this.rows[i].classList.toggle("top", isTop);
      const part = relative[group];
      track.firstChild.style.width = `${isNumber(part) ? (100 * part) / most : 0}%`;
      setText(number, isTop ? "" : isNumber(part) ? share(part) : texts.from_zero);
      this.rows[i].setAttribute("aria-pressed", String(i === this.chosen));
    });
  }

  buildRows(n) {
    this.rows = Array.from({ length: n }, (_, i) => {
      const row = element("button", "group", null, { type: "button" });
      const track = element("span", "track");
      track.append(element("i"));
      row.append(element("span", "name"), track, element("span", "number"));
      row.addEventListener("click", () => {
        this.chosen = i;
        this.changed();
      });
      return row;
    });
    this.groups.replaceChildren(...this.rows);
  }
}

function lastFrame({ weights }) {
  return weights.some(({ numbers }) => "m" in numbers) ? 2 : 1;
}

/** The weight before, which way the loss falls, and, once the step is taken, the weight after. */
function numberLine(weight, width, frame, isLast, look, texts, isNew) {
  const { before, after, numbers, gradient } = weight;
  const node = svg("svg", { width, height: HEIGHT, role: "img" });
  const scale = scaleFor(before, after, width);
  node.append(svg("line", { x1: 20, x2: width - 20, y1: AXIS, y2: AXIS, stroke: look.quiet }), ...ticks(scale, look));
  const [said, then] = apart(before, after);
  const x = scale.at(before);
  const way = gradient > 0 ? -1 : 1;
  if (!isLast) node.append(...downhill(x, way, look, texts, gradient));
  node.append(svg("circle", { cx: x, cy: AXIS, r: 6, fill: look.surface, stroke: look.ink, "stroke-width": 2 }));
  node.append(label(x, AXIS + 40, fill(texts.weight_before, { x: said }), look.ink, 14, width));
  node.setAttribute("aria-label", fill(texts.line_says, { before: said, after: isLast ? then : "…" }));
  if (isLast) node.append(...step(scale, before, after, numbers, look, texts, isNew, width));
  return node;
}

function step(scale, before, after, numbers, look, texts, isNew, width) {
  const [from, to] = [scale.at(before), scale.at(after)];
  const dot = svg("circle", { cx: to, cy: AXIS, r: 7, fill: look.live });
  if (isNew && !prefersStillness()) {
    const moved = [{ transform: `translateX(${from - to}px)` }, { transform: "none" }];
    dot.animate(moved, { duration: MOVE_MS, easing: "ease-out" });
  }
  const said = numbers.decay ? texts.step_and_decay : texts.step_alone;
  const text = fill(said, { step: signed(numbers.step), decay: signed(numbers.decay) });
  return [
    ...arrow(from, to, AXIS - 26, look.live),
    label((from + to) / 2, AXIS - 40, text, look.live, 15, width, 600),
    label(to, AXIS + 40, fill(texts.weight_after, { x: apart(before, after)[1] }), look.live, 14, width, 600),
    dot,
  ];
}

/** An arrow the way the loss falls; its length means nothing. */
function downhill(x, way, look, texts, gradient) {
  const text = fill(texts.downhill, { g: signed(gradient) });
  return [...arrow(x, x + way * 110, AXIS - 26, look.warm), label(x + way * 55, AXIS - 40, text, look.warmText, 15, Infinity, 600)];
}

function arrow(from, to, y, colour) {
  const way = to > from ? -1 : 1;
  const head = Math.min(8, Math.abs(to - from));
  return [
    svg("line", { x1: from, x2: to, y1: y, y2: y, stroke: colour, "stroke-width": 3 }),
    svg("path", { d: `M${to} ${y} l${way * head} ${-head * 0.7} v${head * 1.4} z`, fill: colour }),
  ];
}

function label(x, y, text, fillColour, size, width, weight = 400) {
  const inside = Number.isFinite(width) ? Math.max(86, Math.min(width - 86, x)) : x;
  return svg("text", { x: inside, y, "text-anchor": "middle", "font-size": size, "font-weight": weight, fill: fillColour }, text);
}

/** Both values with room around them, the weight itself in the middle third. */
function scaleFor(before, after, width) {
  const distance = Math.abs(after - before) || Math.abs(before) * 0.01 || 1e-3;
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const reach = distance * (1 + 2 * MARGIN) * 1.6;
  const middle = (low + high) / 2;
  const from = middle - reach / 2;
  return { from, to: from + reach, at: (value) => 20 + ((value - from) / reach) * (width - 40) };
}

function ticks({ from, to, at }, look) {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const gap = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough);
  const digits = Math.max(0, -Math.floor(Math.log10(gap) + 1e-9));
  const nodes = [];
  for (let value = Math.ceil(from / gap) * gap; value <= to; value += gap) {
    const text = digits > 7 ? value.toExponential(2) : value.toFixed(digits).replace("-", "−");
    nodes.push(svg("line", { x1: at(value), x2: at(value), y1: AXIS - 4, y2: AXIS + 4, stroke: look.quiet }));
    nodes.push(svg("text", { x: at(value), y: AXIS + 20, "text-anchor": "middle", "font-size": 13, fill: look.quiet, style: `font-family: ${look.mono}` }, text));
  }
  return nodes;
}
