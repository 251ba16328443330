/** The loss curve: Plotly draws curves and axes, our own overlay the labels, marks and the cursor. */

import { layoutOf, lossRange, tracesOf } from "./chart_figure.js";
import { labelsOf, labelGutter } from "./chart_labels.js";
import { drawOverlay } from "./chart_overlay.js";
import { onThemeChange, theme } from "./colours.js";
import { bucketed, known, lossAt, mainLoss, nearest, upTo } from "./curve.js";
import { element, oncePerFrame, setText, svg } from "./dom.js";
import { Subscription } from "./feed.js";
import { loss as lossText } from "./numbers.js";
import { loadPlotly } from "./plotly.js";
import { fill } from "./texts.js";

const MOST_POINTS = 1000;
const LEFT = 38;
const TOP = 12;
const BOTTOM = 30;
const NARROW = 480; // px; below it the labels stand on their lines
const CLICK_PX = 4;
const DOUBLE_CLICK_MS = 300;
const CONFIG = { displayModeBar: false, doubleClick: false, responsive: false, showTips: false };

/** Called once by the page; see README.md. */
export function mount(root) {
  return new LiveChart(root);
}

class LiveChart {
  constructor(root) {
    this.root = root;
    this.data = null;
    this.plotly = null;
    this.zoom = null; // {x: [from, to], y: [from, to]} chosen by the reader, in Plotly's units
    this.resets = 0;
    this.revision = 0;
    this.shown = null; // the view on the screen
    this.drawn = null; // the same as a string, to notice changes
    this.pointerDown = null;
    this.compared = new Map(); // run id → Subscription
    this.parent = new Subscription((state, reason) => this.hear(reason)); // of a fork
    this.askChart = oncePerFrame(() => this.drawChart());
    this.askOverlay = oncePerFrame(() => this.drawOverlay());
    this.subscription = new Subscription((state, reason) => this.hear(reason));
    this.build();
    this.observer = new ResizeObserver(this.askChart);
    this.observer.observe(this.plot);
    this.stopTheme = onThemeChange(root, this.askChart);
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const another = this.subscription.to(data.api, data.run);
    if (another) this.zoom = null;
    if (!another) this.feed?.wake();
    this.followCompared(data.compare ?? []);
    this.load(data.api);
    this.askChart();
  }

  destroy() {
    this.subscription.to(null, null);
    this.followCompared([]);
    this.parent.to(null, null);
    this.observer.disconnect();
    this.stopTheme();
    this.stopPointer.abort();
    this.askChart.cancel();
    this.askOverlay.cancel();
    this.plotly?.purge(this.plot);
  }

  get feed() {
    return this.subscription.feed;
  }

  get state() {
    return this.feed?.state ?? null;
  }

  async load(api) {
    try {
      this.plotly ??= await loadPlotly(api);
      this.failed = false;
    } catch {
      this.failed = true; // said in place of the chart
    }
    this.askChart();
  }

  followCompared(runs) {
    const wanted = new Set(runs.map(({ id }) => id).filter((id) => id !== this.data.run));
    for (const [id, subscription] of this.compared) {
      if (!wanted.has(id)) subscription.to(null, null);
      if (!wanted.has(id)) this.compared.delete(id);
    }
    for (const id of wanted) {
      if (!this.compared.has(id)) this.compared.set(id, new Subscription((s, reason) => this.hear(reason)));
      this.compared.get(id).to(this.data.api, id);
    }
  }

  /** The run that this one branched off, as long as it is there. */
  followParent() {
    const { parent } = this.state ?? {};
    this.parent.to(this.data.api, parent?.name != null ? parent.id : null);
  }

  hear(reason) {
    if (reason === "state" || reason === "problem") this.askChart();
    else this.askOverlay();
  }

  build() {
    this.panel = element("div", "stage panel");
    this.title = element("span", "quiet");
    this.whole = element("button", "plain quiet", null, { type: "button" });
    this.whole.addEventListener("click", () => this.resetZoom());
    const head = element("div", "head");
    head.append(this.title, this.whole);
    this.message = element("p", "quiet message");
    this.frame = element("div", "frame", null, { role: "img" });
    this.plot = element("div", "plot");
    this.overlay = svg("svg", { class: "overlay", "aria-hidden": "true" });
    this.frame.append(this.plot, this.overlay);
    this.panel.append(head, this.message, this.frame);
    this.root.replaceChildren(this.panel);
    this.listenToPointer();
  }

  // the chart

  drawChart() {
    if (!this.data || this.pointerDown) return;
    this.followParent();
    const message = this.messageInstead();
    this.message.hidden = message === null;
    this.frame.classList.toggle("empty", message !== null);
    setText(this.message, message ?? "");
    setText(this.whole, this.data.texts.whole);
    this.whole.hidden = this.zoom === null;
    setText(this.title, this.state ? this.data.texts[`loss.${this.state.unit}`] : "");
    if (message !== null) return;
    const view = this.view();
    const now = JSON.stringify([view, this.state.status, this.resets]);
    this.shown = view;
    if (now !== this.drawn) this.react(view);
    this.drawn = now;
    this.drawOverlay();
  }

  messageInstead() {
    const { texts, run } = this.data;
    if (!run) return texts.no_run;
    if (this.feed?.problem === "missing") return texts.missing;
    if (this.failed) return texts.no_chart;
    if (!this.state && this.feed?.problem) return texts.offline;
    return this.plotly && this.state && mainLoss(this.state).step.length ? null : texts.waiting;
  }

  /** All that the drawing depends on, as plain values. */
  view() {
    const colours = theme(this.root);
    const main = bucketed(mainLoss(this.state), MOST_POINTS);
    const training = bucketed(known(this.state.points), MOST_POINTS);
    const compared = this.comparedCurves(colours);
    const parent = this.parentCurve();
    const [width, height] = [this.plot.clientWidth, this.plot.clientHeight];
    const references = this.references();
    const labels = labelsOf({ references, main, compared, texts: this.data.texts, colours });
    const narrow = width < NARROW;
    const margin = { l: LEFT, r: narrow ? 14 : labelGutter(labels, colours.font), t: TOP, b: BOTTOM };
    const ends = compared.map(({ curve }) => curve.step.at(-1));
    const end = Math.max(this.state.planned_steps, this.state.step, ...ends, 1);
    const y = lossRange([main, training, parent, ...compared.map(({ curve }) => curve)], references);
    const ranges = this.zoom ?? { x: [-0.008 * end, end], y };
    return { colours, main, training, parent, compared, labels, narrow, width, height, margin, end, ranges };
  }

  /** What needs no training, and the best of the reader's own runs, unless that is drawn already. */
  references() {
    const { best } = this.data;
    const drawn = (this.data.compare ?? []).some(({ id }) => id === best?.id);
    return best && !drawn ? [...this.state.references, { name: "best", ...best }] : this.state.references;
  }

  parentCurve() {
    const state = this.parent.feed?.state;
    return state ? upTo(bucketed(mainLoss(state), MOST_POINTS), this.state.parent.step) : { step: [], loss: [] };
  }

  comparedCurves(colours) {
    const curves = (this.data.compare ?? []).map(({ id, name }, i) => {
      const state = this.compared.get(id)?.feed?.state;
      const curve = state ? bucketed(mainLoss(state), MOST_POINTS) : { step: [] };
      return { name, curve, colour: colours.categorical[i + 1] ?? colours.quiet };
    });
    return curves.filter(({ curve }) => curve.step.length);
  }

  react(view) {
    this.revision += 1;
    const uirevision = `${this.data.run} ${this.resets}`;
    const layout = { ...layoutOf(view), uirevision, datarevision: this.revision };
    this.plotly.react(this.plot, tracesOf(view, this.state), layout, CONFIG);
    this.listenToPlot();
  }

  drawOverlay() {
    if (!this.shown || this.frame.classList.contains("empty") || !this.plot._fullLayout) return;
    const { xaxis, yaxis } = this.plot._fullLayout;
    const view = { ...this.shown, ranges: { x: xaxis.range, y: yaxis.range } };
    const step = this.feed.hovered ?? this.feed.step;
    const { texts } = this.data;
    drawOverlay(this.overlay, { view, state: this.state, texts, step, hovering: this.feed.hovered !== null });
    this.frame.setAttribute("aria-label", this.spokenReading(view, this.feed.step ?? this.state.step));
  }

  spokenReading(view, step) {
    const loss = lossText(lossAt(view.main, step));
    const sentence = fill(this.data.texts.spoken, { n: step, loss });
    return [sentence, ...view.labels.filter((label) => !label.mine).map((label) => label.text)].join(". ");
  }

  // zooming, hovering, choosing

  listenToPlot() {
    if (this.listening) return;
    this.listening = true;
    this.plot.on("plotly_relayouting", this.askOverlay);
    this.plot.on("plotly_relayout", (change) => this.keepZoom(change));
    this.plot.on("plotly_doubleclick", () => this.resetZoom());
  }

  keepZoom(change) {
    if (!Object.keys(change).some((key) => key.includes("axis.range"))) return;
    const { xaxis, yaxis } = this.plot.layout;
    this.zoom = { x: [...xaxis.range], y: [...yaxis.range] };
    this.askChart();
  }

  resetZoom() {
    this.zoom = null;
    this.resets += 1;
    this.askChart();
  }

  listenToPointer() {
    this.stopPointer = new AbortController();
    const listen = (target, event, act, capture = true) =>
      target.addEventListener(event, act, { capture, signal: this.stopPointer.signal });
    listen(this.frame, "pointerdown", (event) => (this.pointerDown = event));
    listen(window, "pointerup", (event) => this.release(event));
    listen(window, "pointercancel", (event) => this.release(event));
    listen(this.frame, "pointermove", (event) => this.feed?.hover(this.stepAt(event)));
    listen(this.frame, "pointerleave", () => this.feed?.hover(null), false);
  }

  release(event) {
    const start = this.pointerDown;
    if (!start) return;
    this.pointerDown = null;
    const moved = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
    if (event.type === "pointerup" && moved < CLICK_PX) this.choose(this.stepAt(event));
    this.askChart();
  }

  /** A click shows the nearest snapshot at once; a second click takes that back, for it resets the zoom. */
  choose(step) {
    if (step === null || !this.state) return;
    if (this.choosing) {
      clearTimeout(this.choosing.timer);
      this.feed.select(this.choosing.before);
      this.choosing = null;
      return;
    }
    const { snapshots } = this.state;
    const snapshot = nearest(snapshots, step);
    const chosen = snapshot === snapshots.at(-1) ? null : snapshot;
    const feed = this.feed;
    const commit = () => {
      this.choosing = null;
      feed.select(chosen, { commit: true });
    };
    this.choosing = { before: feed.step, timer: setTimeout(commit, DOUBLE_CLICK_MS) };
    feed.select(chosen);
  }

  /** The step under the pointer, or null outside the axes. */
  stepAt(event) {
    if (!this.state || !this.plot._fullLayout) return null;
    const { width, margin } = this.plot._fullLayout;
    const [from, to] = this.plot._fullLayout.xaxis.range;
    const left = this.plot.getBoundingClientRect().left + margin.l;
    const share = (event.clientX - left) / (width - margin.l - margin.r);
    const step = Math.round(from + share * (to - from));
    return share < -0.01 || share > 1.01 || step > this.state.step ? null : Math.max(0, step);
  }
}
