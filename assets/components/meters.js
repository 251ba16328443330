/** Learning rate, gradient norm and speed: small curves, named, with the value at the step shown. */

import { bucketed, known, lossAt } from "./curve.js";
import { element, oncePerFrame, polyline, setText, svg } from "./dom.js";
import { Subscription } from "./feed.js";
import { significant } from "./numbers.js";
import { fill } from "./texts.js";

const NAMES = ["learning_rate", "gradient_norm", "tokens_per_s"];
const MOST_POINTS = 200;
const EDGE = 5; // px kept free for the dot

/** Called once by the page; see README.md. */
export function mount(root) {
  const panel = element("div", "stage panel");
  const waiting = element("p", "quiet waiting");
  const meters = NAMES.map((name) => new Meter(name));
  panel.append(waiting, ...meters.map((meter) => meter.element));
  root.replaceChildren(panel);
  let data = null;
  const subscription = new Subscription((state, reason) => reason !== "hover" && ask());
  const ask = oncePerFrame(draw);
  const observer = new ResizeObserver(ask);
  observer.observe(panel);

  function draw() {
    if (!data) return;
    const feed = subscription.feed;
    for (const meter of meters) meter.draw(feed, data.texts);
    setText(waiting, data.texts.waiting);
    waiting.hidden = meters.some((meter) => !meter.element.hidden);
  }

  return {
    update(next) {
      data = next;
      root.lang = data.lang === "zh" ? "zh-Hans" : "en";
      subscription.to(data.api, data.run);
      draw();
    },
    destroy() {
      subscription.to(null, null);
      observer.disconnect();
      ask.cancel();
    },
  };
}

class Meter {
  constructor(name) {
    this.name = name;
    this.element = element("div", "meter");
    this.title = element("span", "quiet");
    this.value = element("span", "value");
    this.picture = svg("svg", { role: "img" });
    this.element.append(this.title, this.value, this.picture);
  }

  /** Hidden where the run has no such number. */
  draw(feed, texts) {
    const points = feed?.state?.points;
    const series = points ? known(points, this.name) : { step: [], loss: [] };
    this.element.hidden = !series.step.length;
    if (this.element.hidden) return;
    const step = feed.step ?? feed.state.step;
    const value = significant(lossAt(series, step));
    const speed = feed.state.kind === "word_vectors" ? "words_per_s" : "tokens_per_s";
    const title = texts[this.name === "tokens_per_s" ? speed : this.name];
    setText(this.title, title);
    setText(this.value, value);
    this.picture.setAttribute("aria-label", fill(texts.value, { name: title, value, n: step }));
    this.paint(bucketed(series, MOST_POINTS), Math.max(feed.state.planned_steps, feed.state.step), step);
  }

  paint(series, end, step) {
    const { clientWidth: width, clientHeight: height } = this.picture;
    if (!width || !height) return;
    const high = Math.max(...series.loss) || 1;
    const x = (s) => EDGE + ((width - 2 * EDGE) * s) / Math.max(1, end);
    const y = (value) => height - EDGE - ((height - 2 * EDGE) * value) / high;
    const points = series.step.map((s, i) => [x(s), y(series.loss[i])]);
    const base = { x1: EDGE, x2: width - EDGE, y1: height - 1, y2: height - 1, stroke: "var(--line)" };
    const at = Math.min(Math.max(step, series.step[0]), series.step.at(-1));
    const dot = { cx: x(at), cy: y(lossAt(series, at)), r: 4, class: "dot" };
    const stroke = { stroke: "var(--live)", "stroke-width": 1.5, "stroke-linejoin": "round" };
    const curve = polyline(points, stroke);
    this.picture.replaceChildren(svg("line", base), curve, svg("circle", dot));
  }
}
