/** Words on one line by what they are nearer to, in one or two groups, before and after a direction is taken out. */

import { dots } from "./bias_view_dots.js";
import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText, svg } from "./dom.js";
import { isNumber, percent } from "./numbers.js";
import { fill } from "./texts.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root) {
  const view = new BiasView(root);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class BiasView {
  constructor(root) {
    this.root = root;
    this.isAfter = false; // which side of the switch is shown
    this.at = null;
    this.build();
    this.redraw = oncePerFrame(() => this.draw());
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.plot);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.headline = element("p", "headline");
    this.sides = [false, true].map((isAfter) => {
      const button = element("button", "side", null, { type: "button" });
      button.addEventListener("click", () => this.turn(isAfter));
      return button;
    });
    this.switch = element("div", "switch", null, { role: "group" });
    this.switch.append(...this.sides);
    const head = element("div", "head");
    head.append(this.headline, this.switch);
    this.plot = element("div", "plot", null, { tabindex: "0", role: "group" });
    this.picture = svg("svg", { role: "img" });
    this.plot.append(this.picture);
    this.reading = element("p", "reading quiet", "", { "aria-live": "polite" });
    this.clusters = new Clusters();
    this.limit = element("p", "limit quiet");
    this.stage.append(head, this.plot, this.reading, this.clusters.node, this.limit);
    this.root.replaceChildren(this.stage);
    this.listen();
  }

  listen() {
    this.plot.addEventListener("pointermove", (event) => this.read(this.under(event)));
    this.plot.addEventListener("pointerleave", () => this.read(null));
    this.plot.addEventListener("keydown", (event) => this.onKey(event));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.canTurn = data.groups.some(({ words }) => words.some(({ after }) => isNumber(after)));
    this.isAfter &&= this.canTurn;
    this.redraw();
  }

  draw() {
    const { data } = this;
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!data || !width || !height) return;
    const { texts } = data;
    setText(this.headline, (this.isAfter && data.says_after) || data.says);
    this.switch.hidden = !this.canTurn;
    this.switch.setAttribute("aria-label", texts.switch);
    this.sides.forEach((button, i) => {
      setText(button, i ? texts.after : texts.before);
      button.setAttribute("aria-pressed", Boolean(i) === this.isAfter);
    });
    this.clusters.update(data.clusters, texts, this.isAfter);
    setText(this.limit, data.limit ?? "");
    this.plot.classList.toggle("empty", !data.groups.length);
    if (!data.groups.length) return this.clear();
    this.scene = dots(data, { width, height, isAfter: this.isAfter, look: theme(this.root) }, this.scene);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", this.headline.textContent);
    this.plot.setAttribute("aria-label", texts.keys);
    if (this.picture.firstChild !== this.scene.node) this.picture.replaceChildren(this.scene.node);
    this.read(this.at !== null && this.at < this.scene.words.length ? this.at : null);
  }

  clear() {
    this.scene = null;
    this.at = null;
    this.picture.replaceChildren();
    setText(this.reading, "");
  }

  turn(isAfter) {
    this.isAfter = isAfter;
    this.redraw();
  }

  under(event) {
    const box = this.plot.getBoundingClientRect();
    return this.scene?.under(event.clientX - box.left, event.clientY - box.top) ?? null;
  }

  /** Arrows walk from word to word along the line. */
  onKey(event) {
    if (!this.scene || event.ctrlKey || event.metaKey || event.altKey) return;
    const { order } = this.scene;
    const now = order.indexOf(this.at);
    const by = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: order.length - 1 };
    if (event.key === "Escape") this.read(null);
    else if (!(event.key in by)) return;
    else this.read(order[Math.max(0, Math.min(order.length - 1, by[event.key]))]);
    event.preventDefault();
  }

  read(at) {
    this.at = at;
    this.scene?.light(at);
    if (at === null || !this.scene) return setText(this.reading, this.data?.texts.hint ?? "");
    const { word, before, after } = this.scene.words[at];
    const said = fill(this.data.texts.word, { value: signed(this.isAfter ? after : before) });
    this.reading.replaceChildren(element("b", "text", word), ` ${said}`);
  }

  destroy() {
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}

/** How well words are still told apart by the bias that they had: one bar before, one after. */
class Clusters {
  constructor() {
    this.node = element("div", "clusters");
    this.name = element("span", "name");
    this.bars = ["before", "after"].map((kind) => {
      const row = element("span", `bar ${kind}`);
      const label = element("span", "quiet");
      const track = element("i", "track");
      const value = element("b", "number");
      track.append(element("i", "fill"), element("i", "chance"));
      row.append(label, track, value);
      return { row, label, track, value };
    });
    this.node.append(this.name, ...this.bars.map(({ row }) => row));
  }

  update(clusters, texts) {
    this.node.hidden = !clusters;
    if (!clusters) return;
    setText(this.name, fill(texts.clusters, { n: clusters.n }));
    for (const [i, { label, track, value, row }] of this.bars.entries()) {
      const share = i ? clusters.after : clusters.before;
      setText(label, i ? texts.after : texts.before);
      setText(value, percent(share));
      track.firstChild.style.width = `${100 * (share ?? 0)}%`;
      row.title = fill(texts.chance);
    }
  }
}

/** 0.21 → "+0.21". */
function signed(value) {
  if (!isNumber(value)) return "–";
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
