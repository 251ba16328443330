/** How good the vectors are at tests, over the steps of a run; a click on a score opens its detail. */

import { onThemeChange } from "./colours.js";
import { nearest } from "./curve.js";
import { element, oncePerFrame, setText, svg } from "./dom.js";
import { echoes } from "./echo.js";
import { Subscription } from "./feed.js";
import { isNumber } from "./numbers.js";
import { drawChart, leaders } from "./score_curves_chart.js";
import { Detail } from "./score_curves_detail.js";
import { Labels, seriesOf } from "./score_curves_labels.js";
import { Scores } from "./score_curves_scores.js";
import { fill } from "./texts.js";

const CLICK_PX = 4;

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new ScoreCurves(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class ScoreCurves {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.chosen = null; // the score whose detail is open
    this.marked = null; // the score under the pointer or the focus
    this.number = Date.now();
    this.echoes = echoes();
    this.redraw = oncePerFrame(() => this.draw());
    this.scores = new Scores(this.redraw);
    this.subscription = new Subscription((state) => this.hear(state));
    this.build();
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  get feed() {
    return this.subscription.feed;
  }

  build() {
    this.stage = element("div", "stage frame");
    this.title = element("p", "quiet");
    this.plot = element("div", "plot", null, { role: "img" });
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.labels = new Labels({ mark: (name) => this.mark(name), choose: (name) => this.choose(name) });
    this.waiting = element("p", "waiting quiet");
    this.plot.append(this.picture, this.waiting);
    this.says = element("p", "says quiet");
    const row = element("div", "row");
    row.append(this.plot, this.labels.node);
    const chart = element("div", "chart");
    chart.append(this.title, row, this.says);
    this.detail = new Detail(() => this.choose(null));
    this.stage.append(chart, this.detail.node);
    this.root.replaceChildren(this.stage);
    this.listen();
  }

  listen() {
    const { plot } = this;
    plot.addEventListener("pointermove", (event) => this.feed?.hover(this.stepUnder(event)));
    plot.addEventListener("pointerleave", () => this.feed?.hover(null));
    plot.addEventListener("pointerdown", (event) => (this.pressed = event.clientX));
    plot.addEventListener("click", (event) => {
      const step = this.stepUnder(event);
      if (step !== null && Math.abs(event.clientX - this.pressed) < CLICK_PX) this.feed?.select(step, { commit: true });
    });
    this.stage.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.chosen !== null) this.choose(null);
    });
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.subscription.to(data.api, data.run);
    this.feed?.wake();
    this.scores.follow(data.api, data.run);
    if (this.echoes.isNews(data.chosen ?? null)) this.chosen = data.chosen ?? null;
    this.redraw();
  }

  hear(state) {
    this.scores.hear(state);
    this.redraw();
  }

  draw() {
    const { data, feed } = this;
    if (!data || !this.stage.clientWidth) return;
    const { texts } = data;
    const series = seriesOf(this.scores.rows.concat(data.extra ?? []), data);
    const step = feed?.hovered ?? feed?.step ?? null;
    this.stage.classList.toggle("opened", this.chosen !== null);
    setText(this.title, fill(texts[`title_${data.story}`] ?? texts.title_text));
    this.labels.update(series, { data, step, chosen: this.chosen, marked: this.marked });
    this.waiting.hidden = series.length > 0;
    this.labels.node.hidden = !series.length;
    setText(this.waiting, this.scores.isKnown ? texts.nothing : texts.waiting);
    this.drawCurves(series, step);
    this.detail.update(this.chosen, data);
    setText(this.says, data.says ?? "");
    this.plot.setAttribute("aria-label", this.spoken(series));
  }

  drawCurves(series, step) {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!series.length) this.picture.replaceChildren();
    if (!width || !height || !series.length) return;
    const state = this.feed?.state;
    const last = Math.max(1, state?.planned_steps ?? 0, state?.step ?? 0, ...series.map(({ step: steps }) => steps.at(-1)));
    const front = this.marked ?? this.chosen ?? null;
    const size = { width, height, last, step, front, isHovered: isNumber(this.feed?.hovered) };
    const { nodes, stepAt, y } = drawChart(series, size, this.data);
    this.stepAt = stepAt;
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.replaceChildren(...nodes, ...leaders(this.labels.place(series, y, height), width));
  }

  spoken(series) {
    const { texts } = this.data;
    return [texts.spoken, ...series.map(({ name, title, written }) => `${title} ${written(this.valueAt(name, series))}`)].join(". ");
  }

  valueAt(name, series) {
    return series.find((one) => one.name === name)?.value.at(-1);
  }

  /** The measured step nearest to the pointer. */
  stepUnder(event) {
    if (!this.stepAt || !this.scores.steps.length) return null;
    const box = this.plot.getBoundingClientRect();
    return nearest(this.scores.steps, this.stepAt(event.clientX - box.left));
  }

  mark(name) {
    if (name === this.marked) return;
    this.marked = name;
    this.redraw();
  }

  choose(name) {
    this.chosen = name === this.chosen ? null : name;
    this.echoes.sent(this.chosen);
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger("score", { name: this.chosen ?? "", n: this.number });
    this.redraw();
  }

  destroy() {
    this.subscription.to(null, null);
    this.scores.stop();
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
