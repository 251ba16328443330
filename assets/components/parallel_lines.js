/** A sweep as parallel coordinates: one axis for each setting that varies, the last for the loss; a line is a run. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText, speakPlace, svg } from "./dom.js";
import { ExperimentFeed } from "./experiment_feed.js";
import { isNumber, loss as lossText } from "./numbers.js";
import { axesOf, linesOf, nearestLine, nextValue, passes } from "./parallel_lines_axes.js";
import { drawAxes, drawLines, written } from "./parallel_lines_drawing.js";
import { fill } from "./texts.js";

const DRAG_PX = 5;
const REACH_PX = 18;
const EDGES = { left: 76, right: 92, top: 52, bottom: 20 };

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new ParallelLines(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class ParallelLines {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.marked = null; // id of the run under the pointer or the keys
    this.brushes = new Map(); // axis name → [low, high] as shares of the axis
    this.drag = null;
    this.number = Date.now();
    this.redraw = oncePerFrame(() => this.draw());
    this.feed = new ExperimentFeed(this.redraw);
    this.build();
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.plot = element("div", "plot", null, { tabindex: "0", role: "slider" });
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.names = element("div", "names");
    this.waiting = element("p", "waiting quiet");
    this.told = element("p", "told", null, { "aria-live": "polite" });
    this.says = element("p", "says quiet");
    this.plot.append(this.picture, this.waiting);
    const field = element("div", "field");
    field.append(this.plot, this.names);
    this.stage.append(field, this.told, this.says);
    this.root.replaceChildren(this.stage);
    this.plot.addEventListener("pointerdown", (event) => this.press(event));
    this.plot.addEventListener("pointermove", (event) => this.move(event));
    this.plot.addEventListener("pointerup", (event) => this.release(event));
    this.plot.addEventListener("pointerleave", () => this.drag ?? this.mark(null));
    this.plot.addEventListener("keydown", (event) => this.key(event));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.plot.setAttribute("aria-label", data.texts.spoken);
    if (data.experiment !== this.experiment) this.brushes.clear();
    this.experiment = data.experiment;
    this.feed.to(data.api, data.experiment ?? null);
    this.feed.wake();
    this.redraw();
  }

  draw() {
    const { data, plot } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!data || !width || !height) return;
    const runs = data.experiment ? (this.feed.state?.runs ?? []) : [];
    this.edges = { left: EDGES.left, right: width - EDGES.right, top: EDGES.top, bottom: height - EDGES.bottom };
    this.axes = axesOf(data.axes ?? [], runs, this.edges, data.texts);
    this.lines = linesOf(runs, this.axes);
    this.waiting.hidden = runs.length > 0;
    setText(this.waiting, data.experiment ? data.texts.waiting : data.texts.nothing);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const isIn = (line) => passes(line, this.axes, this.brushes);
    const look = { edges: this.edges, texts: data.texts, brushes: this.brushes, theme: theme(this.root) };
    const nodes = runs.length ? [...drawLines(this.lines, this.marked, isIn, look), ...drawAxes(this.axes, look)] : [];
    this.picture.replaceChildren(...nodes);
    this.drawNames(runs.length > 0);
    this.tell(isIn);
    const order = this.lines.filter(isIn);
    const at = order.findIndex(({ run }) => run.id === this.marked);
    speakPlace(plot, at, order.length, this.told.textContent || this.waiting.textContent);
    setText(this.says, data.says ?? "");
  }

  /** The names are buttons: arrow keys on one move a filter along its axis. */
  drawNames(isShown) {
    const axes = isShown ? this.axes : [];
    while (this.names.childElementCount > axes.length) this.names.lastChild.remove();
    axes.forEach((axis, i) => {
      const node = this.names.children[i] ?? this.names.appendChild(this.nameButton());
      setText(node, axis.label);
      node.style.left = `${axis.x}px`;
      node.title = this.data.texts.name_help;
      node.setAttribute("aria-pressed", this.brushes.has(axis.name));
    });
  }

  nameButton() {
    const node = element("button", "name", null, { type: "button" });
    const axis = () => this.axes[[...this.names.children].indexOf(node)];
    node.addEventListener("click", () => this.brush(axis(), null));
    node.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (by) this.brush(axis(), nextValue(axis(), this.lines, this.brushes.get(axis().name), by));
      if (event.key === "Escape") this.brush(axis(), null);
      if (by) event.preventDefault();
    });
    return node;
  }

  tell(isIn) {
    const { texts } = this.data;
    const inside = this.lines.filter(isIn);
    const best = inside.find((line) => line.rank === 0) ?? inside.find(({ run }) => isNumber(run.loss));
    const line = this.lines.find(({ run }) => run.id === this.marked) ?? best;
    if (!line) return setText(this.told, "");
    const settings = this.axes.slice(0, -1).map((axis) => `${axis.label} ${written(axis, line.run.settings[axis.name])}`);
    const state = texts[`status_${line.run.status}`] ?? line.run.status;
    const loss = isNumber(line.run.loss) ? fill(texts.loss_of, { loss: lossText(line.run.loss) }) : state;
    const head = line.run.id === this.marked ? "" : fill(texts.best, { n: inside.length });
    setText(this.told, `${head}${settings.join(texts.comma)}${texts.comma}${loss}`);
  }

  place(event) {
    const box = this.plot.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  axisAt(x) {
    return this.axes?.find((axis) => Math.abs(axis.x - x) < REACH_PX) ?? null;
  }

  press(event) {
    const { x, y } = this.place(event);
    this.drag = { axis: this.axisAt(x), y, moved: false };
    this.plot.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { x, y } = this.place(event);
    if (this.drag?.axis && Math.abs(y - this.drag.y) > DRAG_PX) this.drag.moved = true;
    if (this.drag?.moved) return this.brush(this.drag.axis, this.shares(this.drag.y, y));
    const isIn = (line) => passes(line, this.axes, this.brushes);
    this.plot.classList.toggle("on_axis", this.axisAt(x) !== null);
    this.mark(nearestLine((this.lines ?? []).filter(isIn), this.axes ?? [], x, y)?.run.id ?? null);
  }

  shares(from, to) {
    const share = (y) => Math.min(1, Math.max(0, (this.edges.bottom - y) / (this.edges.bottom - this.edges.top)));
    return [share(Math.max(from, to)), share(Math.min(from, to))];
  }

  release(event) {
    const { drag } = this;
    this.drag = null;
    if (!drag || drag.moved) return;
    if (drag.axis && this.brushes.has(drag.axis.name)) return this.brush(drag.axis, null);
    if (this.marked && event.type === "pointerup") this.open(this.marked);
  }

  brush(axis, range) {
    if (range) this.brushes.set(axis.name, range);
    else this.brushes.delete(axis.name);
    this.redraw();
  }

  key(event) {
    const order = (this.lines ?? []).filter((line) => passes(line, this.axes, this.brushes));
    const at = order.findIndex(({ run }) => run.id === this.marked);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by && order.length) this.mark(order[Math.min(order.length - 1, Math.max(0, at + by))].run.id);
    else if (event.key === "Enter" && this.marked) this.open(this.marked);
    else if (event.key === "Escape") this.clear();
    else return;
    event.preventDefault();
  }

  clear() {
    this.brushes.clear();
    this.mark(null);
    this.redraw();
  }

  mark(id) {
    if (id === this.marked) return;
    this.marked = id;
    this.redraw();
  }

  open(run) {
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger("run", { run, n: this.number });
  }

  destroy() {
    this.feed.stop();
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
