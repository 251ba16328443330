/** Loss over size, both logarithmic: the small runs, the law fitted to them with its band, and the run that tests it. */

import { onThemeChange } from "./colours.js";
import { element, oncePerFrame, setText, speakPlace, svg } from "./dom.js";
import { compact, isNumber, loss as lossText } from "./numbers.js";
import { drawn, scalesOf } from "./scaling_chart_drawing.js";
import { fill } from "./texts.js";

const REACH_PX = 26;
const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new ScalingChart(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class ScalingChart {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.marked = null; // id of the run under the pointer or the keys
    this.number = Date.now();
    this.redraw = oncePerFrame(() => this.draw());
    this.build();
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.plot = element("div", "plot", null, { tabindex: "0", role: "slider" });
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.waiting = element("p", "waiting quiet");
    this.told = element("p", "told", null, { "aria-live": "polite" });
    this.says = element("p", "says quiet");
    this.plot.append(this.picture, this.waiting);
    this.stage.append(this.plot, this.told, this.says);
    this.root.replaceChildren(this.stage);
    this.plot.addEventListener("pointermove", (event) => this.mark(this.under(event)));
    this.plot.addEventListener("pointerleave", () => this.mark(null));
    this.plot.addEventListener("click", (event) => this.open(this.under(event)));
    this.plot.addEventListener("keydown", (event) => this.key(event));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.plot.setAttribute("aria-label", data.texts.spoken);
    this.redraw();
  }

  /** Runs with a place, from the smallest. */
  get known() {
    return (this.data?.runs ?? []).filter(({ loss }) => isNumber(loss) && loss > 0).sort((a, b) => a.size - b.size);
  }

  draw() {
    const { data, plot, known } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!data || !width || !height) return;
    this.waiting.hidden = known.length > 0;
    setText(this.waiting, data.runs?.length ? data.texts.waiting : data.texts.nothing);
    this.scales = known.length ? scalesOf(known, data, { width, height }) : null;
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.replaceChildren(...(this.scales ? drawn(known, data, this.scales, this.marked) : []));
    setText(this.told, this.sentence(known));
    setText(this.says, data.says ?? "");
    const at = known.findIndex(({ id }) => id === this.marked);
    speakPlace(plot, at, known.length, this.told.textContent || this.waiting.textContent);
  }

  sentence(known) {
    const { texts, headline } = this.data;
    const run = known.find(({ id }) => id === this.marked);
    if (!run) return headline ?? "";
    return fill(texts.run, { model: run.model, size: compact(run.size), loss: lossText(run.loss), unit: texts[`unit_${this.data.by}`] });
  }

  under(event) {
    if (!this.scales) return null;
    const box = this.plot.getBoundingClientRect();
    const distance = ({ size, loss }) =>
      Math.hypot(this.scales.x(size) - event.clientX + box.left, this.scales.y(loss) - event.clientY + box.top);
    const nearest = this.known.reduce((best, run) => (distance(run) < distance(best) ? run : best));
    return distance(nearest) < REACH_PX ? nearest.id : null;
  }

  mark(id) {
    if (id === this.marked) return;
    this.marked = id;
    this.plot.classList.toggle("on_run", id !== null);
    this.redraw();
  }

  key(event) {
    const { known } = this;
    const at = known.findIndex(({ id }) => id === this.marked);
    const by = KEYS[event.key];
    if (by && known.length) this.mark(known[Math.min(known.length - 1, Math.max(0, at + by))].id);
    else if (event.key === "Enter") this.open(this.marked);
    else if (event.key === "Escape") this.mark(null);
    else return;
    event.preventDefault();
  }

  open(run) {
    if (!run) return;
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger("run", { run, n: this.number });
  }

  destroy() {
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
