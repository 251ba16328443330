/** Inside a model while it trains: gradients by layer over time, weights, its tokens in the plane, one head. */

import { onThemeChange, theme } from "./colours.js";
import { nearest } from "./curve.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { Subscription } from "./feed.js";
import { HeadPicture } from "./inside_view_head.js";
import { Heat } from "./inside_view_heat.js";
import { Looks } from "./inside_view_looks.js";
import { Plane } from "./inside_view_plane.js";
import { reading } from "./inside_view_reading.js";
import { Snapshots } from "./inside_view_snapshots.js";

const MEASURES = ["gradient", "update"];

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root) {
  const view = new InsideView(root);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class InsideView {
  constructor(root) {
    this.root = root;
    this.measure = "gradient";
    this.pinned = null; // the name of a group
    this.pointed = null; // the group under the pointer or the keys
    this.redraw = oncePerFrame(() => this.draw());
    this.looks = new Looks(this.redraw);
    this.snapshots = new Snapshots(this.redraw);
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
    const main = element("section", "main");
    this.choices = element("div", "choices", null, { role: "group" });
    this.buttons = MEASURES.map((name) => this.choice(name));
    this.scale = element("div", "scale");
    const head = element("div", "head");
    head.append(this.choices, this.scale);
    this.heat = new Heat({
      point: (at) => this.point(at),
      hold: (at) => this.hold(at),
      free: () => this.free(),
    });
    this.waiting = element("p", "waiting quiet");
    this.heat.node.append(this.waiting);
    this.says = element("p", "says", null, { "aria-live": "polite" });
    main.append(head, this.heat.node, this.says);
    this.plane = new Plane();
    this.head = new HeadPicture();
    const side = element("section", "side");
    side.append(this.plane.node, this.head.node);
    this.stage.append(main, side);
    this.root.replaceChildren(this.stage);
  }

  choice(name) {
    const button = element("button", "plain", "", { type: "button" });
    button.addEventListener("click", () => {
      this.measure = name;
      this.redraw();
    });
    this.choices.append(button);
    return button;
  }

  update(data) {
    if (data.run !== this.data?.run) this.pointed = this.pinned = null;
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.subscription.to(data.api, data.run);
    this.feed?.wake();
    this.looks.follow(data.api, data.run);
    if (this.feed?.state) this.hear(this.feed.state);
    this.redraw();
  }

  hear(state) {
    if (!this.data) return;
    this.looks.hear(state);
    this.snapshots.follow(this.data, state, this.feed.step);
    this.redraw();
  }

  /** The look at the step under the pointer, or of the dock, or the newest. */
  get look() {
    return this.looks.at(this.feed?.hovered ?? this.feed?.step ?? Infinity);
  }

  draw() {
    const { data, looks } = this;
    if (!data || !this.stage.clientWidth) return;
    const { texts } = data;
    const look = theme(this.root);
    this.buttons.forEach((button, i) => {
      setText(button, texts[`measure_${MEASURES[i]}`]);
      button.setAttribute("aria-pressed", String(this.measure === MEASURES[i]));
    });
    this.choices.setAttribute("aria-label", texts.measures);
    const isEmpty = !looks.rows.length;
    this.stage.classList.toggle("empty", isEmpty);
    setText(this.waiting, isEmpty ? (looks.isKnown && !looks.mayCome ? texts.nothing : texts.waiting) : "");
    this.waiting.hidden = !isEmpty;
    const group = this.pointed ?? this.pinned;
    const scene = { rows: looks.rows, names: looks.names, measure: this.measure, texts, group, pinned: this.pinned };
    const step = this.feed?.hovered ?? this.feed?.step ?? null;
    this.heat.show({ ...scene, look: this.look, step, last: this.last(), reached: this.feed?.state?.step ?? 0 }, look, this.scale);
    setText(this.says, isEmpty ? "" : reading(this.look, looks.names.indexOf(group), scene));
    const { answer, problem, isStale } = this.snapshots;
    this.stage.classList.toggle("stale", isStale);
    this.plane.show({ plane: answer?.plane, isKnown: Boolean(answer), problem, texts }, look);
    this.head.show({ attention: answer?.attention, isKnown: Boolean(answer), texts }, look);
  }

  last() {
    const state = this.feed?.state;
    return Math.max(1, state?.planned_steps ?? 0, state?.step ?? 0, this.looks.rows.at(-1)?.step ?? 0);
  }

  /** `at`: {step, group}, or null when the pointer has gone. */
  point(at) {
    this.pointed = at?.group ?? null;
    this.feed?.hover(at?.step ?? null);
    this.redraw();
  }

  /** Holds a group, and the dock at the snapshot nearest to a step; the same group again is let go. */
  hold({ step, group }) {
    const snapshot = step === null ? null : nearest(this.feed?.state?.snapshots ?? [], step);
    const isAgain = group === this.pinned && (snapshot === null || snapshot === this.feed?.step);
    this.pinned = isAgain ? null : group;
    if (snapshot !== null) this.feed?.select(snapshot, { commit: true });
    this.redraw();
  }

  free() {
    this.pinned = null;
    this.point(null);
  }

  destroy() {
    this.subscription.to(null, null);
    this.looks.stop();
    this.plane.stop();
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
