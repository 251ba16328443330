/** A learning-rate test: the loss over ever larger rates, and where the best rate lies. A click takes a rate. */

import { onThemeChange } from "./colours.js";
import { element, oncePerFrame, polyline, setText, speakPlace, svg } from "./dom.js";
import { isActive, Subscription } from "./feed.js";
import { isNumber, loss as lossText, significant } from "./numbers.js";
import { nearestPoint, rangeOf, smoothed, usable } from "./rate_curve_points.js";
import { label, leftAxis, lineWidth, lowerAxis, scale } from "./text_pictures_frame.js";
import { fill } from "./texts.js";

const EDGES = { left: 52, right: 22, top: 66, bottom: 36 };
const LINE = 19; // px between the names of two marks
const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10 };

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new RateCurve(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class RateCurve {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.at = null; // index of the point under the pointer or the keys
    this.number = Date.now();
    this.redraw = oncePerFrame(() => this.draw());
    this.subscription = new Subscription(() => this.redraw());
    this.build();
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.plot = element("div", "plot", null, { role: "slider", tabindex: "0" });
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.waiting = element("p", "waiting quiet");
    this.says = element("p", "says quiet");
    this.plot.append(this.picture, this.waiting);
    this.stage.append(this.plot, this.says);
    this.root.replaceChildren(this.stage);
    this.plot.addEventListener("pointermove", (event) => this.point(this.under(event)));
    this.plot.addEventListener("pointerleave", () => this.point(null));
    this.plot.addEventListener("click", (event) => this.take(this.under(event)));
    this.plot.addEventListener("keydown", (event) => this.press(event));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.subscription.to(data.api, data.run ?? null);
    this.subscription.feed?.wake();
    this.redraw();
  }

  draw() {
    const { data, plot } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!data || !width || !height) return;
    const state = data.run ? this.subscription.feed?.state : null;
    this.points = state ? usable(state.points) : { rate: [], loss: [] };
    this.smooth = smoothed(this.points.loss);
    const isEmpty = this.points.rate.length < 2;
    this.waiting.hidden = !isEmpty;
    setText(this.waiting, data.run ? data.texts.waiting : data.texts.nothing);
    setText(this.says, this.sentence(state));
    plot.classList.toggle("empty", isEmpty);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.replaceChildren(...(isEmpty ? [] : this.shapes(width, height)));
    this.speak();
  }

  sentence(state) {
    const { texts, says } = this.data;
    if (state && isActive(state)) return fill(texts.running, { step: state.step, steps: state.planned_steps });
    return says ?? "";
  }

  shapes(width, height) {
    const { texts, planned } = this.data;
    const { rate } = this.points;
    const edges = { left: EDGES.left, right: width - EDGES.right, top: EDGES.top, bottom: height - EDGES.bottom };
    const [low, high] = rangeOf(this.smooth);
    this.x = scale(Math.min(planned?.[0] ?? rate[0], rate[0]), Math.max(planned?.[1] ?? 0, rate.at(-1)), edges.left, edges.right, true);
    const y = scale(low, high, edges.bottom, edges.top);
    const inside = (value) => Math.min(edges.bottom, Math.max(edges.top - 6, y(value)));
    const dots = rate.map((r, i) => svg("circle", { cx: this.x(r), cy: inside(this.points.loss[i]), r: 1.8, class: "dot" }));
    return [
      ...lowerAxis(this.x, edges, texts.rate, significant),
      ...leftAxis(y, { ...edges, left: EDGES.left }, texts.loss, lossText),
      ...dots,
      ...this.marks(edges),
      polyline(rate.map((r, i) => [this.x(r), inside(this.smooth[i])]), { class: "curve" }),
      ...this.cursor(edges, inside),
    ];
  }

  /** Vertical lines with their names above: the suggestion is live, the others are scaffolding. */
  marks(edges) {
    const { texts, marks = [] } = this.data;
    const inside = marks.filter(({ rate }) => isNumber(rate) && rate >= this.x.low * 0.999 && rate <= this.x.high * 1.001);
    const rows = [-Infinity, -Infinity, -Infinity];
    return inside.sort((a, b) => a.rate - b.rate).flatMap(({ name, rate }) => {
      const at = this.x(rate);
      const text = fill(texts[`mark_${name}`], { rate });
      const half = lineWidth(text) / 2 + 6;
      const centre = Math.min(Math.max(at, edges.left + half - 20), edges.right - half + 14);
      const free = rows.findIndex((taken) => centre - half > taken);
      const row = free === -1 ? rows.length - 1 : free;
      rows[row] = centre + half;
      const top = edges.top - 48 + row * LINE;
      return [
        svg("line", { x1: at, x2: at, y1: top + 5, y2: edges.bottom, class: `mark ${name}` }),
        label(centre, top, text, `name ${name}`, "middle"),
      ];
    });
  }

  cursor(edges, inside) {
    const i = this.at;
    if (i === null || i >= this.points.rate.length) return [];
    const at = this.x(this.points.rate[i]);
    const isLeft = at > (edges.left + edges.right) / 2;
    const text = fill(this.data.texts.at, { rate: this.points.rate[i], loss: lossText(this.smooth[i]) });
    return [
      svg("line", { x1: at, x2: at, y1: edges.top, y2: edges.bottom, class: "cursor" }),
      svg("circle", { cx: at, cy: inside(this.smooth[i]), r: 5, class: "here" }),
      label(at + (isLeft ? -9 : 9), edges.bottom - 9, text, "at", isLeft ? "end" : "start"),
    ];
  }

  under(event) {
    if (!this.x || !this.points?.rate.length) return null;
    return nearestPoint(this.points.rate, this.x.back(event.clientX - this.plot.getBoundingClientRect().left));
  }

  point(at) {
    if (at === this.at) return;
    this.at = at;
    this.redraw();
  }

  press(event) {
    const n = this.points?.rate.length ?? 0;
    if (!n) return;
    if (event.key === "Enter" || event.key === " ") this.take(this.at);
    else if (event.key === "Escape") this.point(null);
    else if (event.key in KEYS) this.point(Math.min(n - 1, Math.max(0, (this.at ?? 0) + KEYS[event.key])));
    else return;
    event.preventDefault();
  }

  take(at) {
    if (at === null || at === undefined) return;
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger("rate", { rate: this.points.rate[at], n: this.number });
  }

  speak() {
    const { texts } = this.data;
    const n = this.points.rate.length;
    this.plot.setAttribute("aria-label", texts.spoken);
    const told = n && this.at !== null ? { rate: this.points.rate[this.at], loss: lossText(this.smooth[this.at]) } : null;
    const text = told ? fill(texts.at, told) : this.says.textContent || this.waiting.textContent;
    speakPlace(this.plot, this.at ?? 0, n, text);
  }

  destroy() {
    this.subscription.to(null, null);
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
