/** The heat map, groups of weights over steps, and in each group's row a histogram of its weights. */

import { evenTicks } from "./axes.js";
import { rampColour } from "./colours.js";
import { nearest } from "./curve.js";
import { element, svg } from "./dom.js";
import { groupName } from "./inside_view_names.js";
import { ridges } from "./inside_view_ridges.js";
import { isNumber, significant, thousands } from "./numbers.js";
import { textWidth } from "./token_text.js";

const AXIS = 26; // px under the map
const GAP = 14;
const LINE = 17;
const DECADES = 5; // that the colours tell apart at most
const CLICK_PX = 4;
const RAMP_STEPS = 24;

export class Heat {
  /** `on.point(at)`, `on.hold(at)` with at = {step, group}, `on.free()`. */
  constructor(on) {
    this.on = on;
    this.node = element("div", "heat", null, { tabindex: "0", role: "group" });
    this.canvas = element("canvas", "cells");
    this.over = svg("svg", { "aria-hidden": "true" });
    this.node.append(this.canvas, this.over);
    this.listen();
  }

  listen() {
    const { node } = this;
    node.addEventListener("pointermove", (event) => this.on.point(this.under(event)));
    node.addEventListener("pointerleave", () => this.on.point(null));
    node.addEventListener("pointerdown", (event) => (this.pressed = event.clientX));
    node.addEventListener("click", (event) => {
      const at = this.under(event);
      if (at && Math.abs(event.clientX - this.pressed) < CLICK_PX) this.on.hold(at);
    });
    node.addEventListener("keydown", (event) => this.onKey(event));
    node.addEventListener("blur", () => this.on.point(null));
  }

  /** `scene`: rows, names, measure, texts, group, pinned, look, step, last, reached. */
  show(scene, look, scale) {
    this.scene = scene;
    const { clientWidth: width, clientHeight: height } = this.node;
    const isEmpty = !scene.rows.length || !width || !height;
    this.canvas.hidden = this.over.hidden = scale.hidden = isEmpty;
    this.over.style.display = isEmpty ? "none" : "";
    if (isEmpty) return;
    this.labels = scene.names.map((name) => groupName(name, scene.texts));
    this.place = this.placed(width, height, look);
    this.range = rangeOf(scene.rows, scene.measure);
    this.drawCells(look, width, height);
    this.over.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.over.replaceChildren(...this.names(), ...this.axis(), ...this.marks(), ...ridges(scene, this.place));
    drawScale(scale, this.range, look);
    this.node.setAttribute("aria-label", scene.texts.keys);
  }

  placed(width, height, look) {
    const font = `700 14px ${look.font}`;
    const left = Math.ceil(Math.max(...this.labels.map((label) => textWidth(label, font)))) + 10;
    const n = this.scene.names.length;
    const bottom = height - AXIS;
    const ridge = Math.max(96, Math.round(0.24 * (width - left)));
    const right = width - ridge - GAP;
    const row = bottom / n;
    return { left, right, bottom, row, n, ridgeLeft: right + GAP, ridgeRight: width - 2, top: (group) => bottom - (group + 1) * row };
  }

  x(step) {
    const { left, right } = this.place;
    return left + ((right - left) * step) / this.scene.last;
  }

  drawCells(look, width, height) {
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const { rows, measure, last, reached } = this.scene;
    const { row, n, top } = this.place;
    const gap = row >= 14 ? 2 : row >= 5 ? 1 : 0;
    rows.forEach((one, i) => {
      const next = rows[i + 1]?.step ?? Math.min(last, Math.max(reached, one.step + 1));
      const from = Math.round(this.x(one.step));
      const to = Math.max(from + 1, Math.round(this.x(next)));
      for (let group = 0; group < n; group++) {
        const value = this.shade(one[measure][group]);
        if (value === null) continue;
        context.fillStyle = rampColour(look.sequential, value);
        const y = Math.round(top(group));
        context.fillRect(from, y, to - from, Math.round(top(group) + row) - y - gap);
      }
    });
  }

  /** 0 to 1 on the logarithmic scale of the colours; null where there is nothing to take the logarithm of. */
  shade(value) {
    if (!isNumber(value) || value <= 0) return null;
    const [low, high] = this.range;
    return (Math.log10(value) - low) / (high - low);
  }

  names() {
    const { left, row, top } = this.place;
    const apart = Math.ceil(LINE / row);
    const { group, pinned, names } = this.scene;
    const wanted = [group, pinned].map((name) => names.indexOf(name)).filter((i) => i >= 0);
    const isFree = (i) => wanted.every((other) => other === i || Math.abs(other - i) >= apart);
    const shown = this.labels.map((_, i) => i).filter((i) => wanted.includes(i) || (i % apart === 0 && isFree(i)));
    return shown.map((i) => {
      const kind = names[i] === pinned ? "name pinned" : names[i] === group ? "name near" : "name";
      return svg("text", { x: left - 10, y: top(i) + row / 2, class: kind, "text-anchor": "end", "dominant-baseline": "central" }, this.labels[i]);
    });
  }

  axis() {
    const { left, right, bottom } = this.place;
    const { last, texts } = this.scene;
    const ticks = evenTicks(0, last, Math.max(2, (right - left) / 90)).filter(Number.isInteger);
    const y = bottom + 18;
    const marked = ticks.map((step) => {
      const anchor = this.x(step) > right - 20 ? "end" : step ? "middle" : "start";
      return svg("text", { x: this.x(step), y, class: "tick", "text-anchor": anchor }, thousands(step));
    });
    return [svg("text", { x: left - 10, y, class: "tick", "text-anchor": "end" }, texts.step), ...marked];
  }

  /** The cursor at the step that is shown, and an outline around the row of a group. */
  marks() {
    const { left, right, bottom, row, top } = this.place;
    const { step, look, names, group, pinned } = this.scene;
    const nodes = [];
    for (const [name, kind] of [[group, "row near"], [pinned, "row"]]) {
      const i = names.indexOf(name);
      if (i >= 0) nodes.push(svg("rect", { x: left - 1, y: top(i) - 1, width: right - left + 2, height: row, rx: 3, class: kind }));
    }
    if (step === null || !look) return nodes;
    const x = Math.min(right, Math.max(left, this.x(step)));
    return [...nodes, svg("line", { x1: x, x2: x, y1: 0, y2: bottom, class: "under" }), svg("line", { x1: x, x2: x, y1: 0, y2: bottom, class: "cursor" })];
  }

  under(event) {
    const { rows, names, last } = this.scene ?? {};
    if (!rows?.length || !this.place) return null;
    const box = this.node.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { left, right, bottom, row, n } = this.place;
    const group = Math.floor((bottom - y) / row);
    if (group < 0 || group >= n) return null;
    if (x < left || x > right) return { step: null, group: names[group] };
    const step = nearest(rows.map((one) => one.step), (last * (x - left)) / (right - left));
    return { step, group: names[group] };
  }

  onKey(event) {
    const { rows, names, group, look } = this.scene ?? {};
    if (!rows?.length || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], Home: [-Infinity, 0], End: [Infinity, 0] };
    const inside = (i, list) => Math.max(0, Math.min(list.length - 1, i));
    const at = { step: look.step, group: group ?? names[0] };
    if (event.key === "Escape") this.on.free();
    else if (event.key === "Enter" || event.key === " ") this.on.hold(at);
    else if (event.key in moves) {
      const [across, up] = moves[event.key];
      const step = rows[inside(rows.indexOf(look) + across, rows)].step;
      this.on.point({ step, group: names[inside(names.indexOf(at.group) + (group ? up : 0), names)] });
    } else return;
    event.preventDefault();
  }
}

/** Powers of ten, in halves, between which the values of a measure lie. */
function rangeOf(rows, measure) {
  const logs = rows.flatMap((row) => row[measure].filter((v) => isNumber(v) && v > 0).map(Math.log10)).sort((a, b) => a - b);
  if (!logs.length) return [-1, 0];
  const high = Math.ceil(2 * logs.at(-1)) / 2;
  const low = Math.floor(2 * logs[Math.floor(0.02 * (logs.length - 1))]) / 2;
  return [Math.max(Math.min(low, high - 0.5), high - DECADES), high];
}

function drawScale(node, [low, high], look) {
  const stops = Array.from({ length: RAMP_STEPS + 1 }, (_, i) => rampColour(look.sequential, i / RAMP_STEPS));
  const bar = element("span", "bar");
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const ends = [low, high].map((power) => element("span", "quiet", significant(10 ** power)));
  node.replaceChildren(ends[0], bar, ends[1]);
}
