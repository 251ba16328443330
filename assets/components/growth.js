/** Home's picture: from noise to words. Eight samples, the type growing, each row a button to its step. */

import { denseLoss, lossAt } from "./curve.js";
import { element, oncePerFrame, prefersStillness, setText } from "./dom.js";
import { Subscription, isActive } from "./feed.js";
import { loss as lossText } from "./numbers.js";
import { playerFor } from "./player.js";
import { fill, oneLine } from "./texts.js";

const MOST_ROWS = 8;
const ROW_MS = 900;

/** Called once by the page; see README.md. */
export function mount(root) {
  return new Growth(root);
}

class Growth {
  constructor(root) {
    this.root = root;
    this.data = null;
    this.touched = false; // from the first touch on, nothing moves by itself
    this.ask = oncePerFrame(() => this.draw());
    this.subscription = new Subscription((state, reason) => this.hear(reason));
    this.stopTouch = onFirstTouch(() => this.rest());
    this.build();
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.subscription.to(data.api, data.run);
    this.draw();
  }

  destroy() {
    this.stopTouch();
    if (this.playing) this.feed.select(null);
    this.stopFilm();
    this.subscription.to(null, null);
    this.ask.cancel();
  }

  get feed() {
    return this.subscription.feed;
  }

  get playing() {
    return this.feed !== null && playerFor(this.feed).owner === "growth";
  }

  hear(reason) {
    if (reason === "hover") return;
    if (reason === "state") this.playStoredRun();
    this.ask();
  }

  // the film

  playStoredRun() {
    const state = this.feed?.state;
    if (this.touched || !state?.stored || isActive(state) || prefersStillness()) return;
    if (playerFor(this.feed).playing || this.feed.step !== null) return;
    const steps = this.rows().map((row) => row.step);
    if (steps.length > 1) playerFor(this.feed).start("growth", steps, { interval: ROW_MS, loop: true });
  }

  rest() {
    this.touched = true;
    this.stopFilm();
    this.ask();
  }

  stopFilm() {
    if (this.playing) playerFor(this.feed).stop();
  }

  // building and drawing

  build() {
    this.panel = element("div", "stage full panel");
    this.head = element("div", "head quiet");
    this.writes = element("span");
    this.lossName = element("span");
    this.head.append(this.writes, this.lossName);
    this.lines = Array.from({ length: MOST_ROWS }, () => this.buildLine());
    this.waiting = element("p", "quiet waiting");
    this.panel.append(this.head, this.waiting, ...this.lines.map((line) => line.button));
    this.root.replaceChildren(this.panel);
  }

  buildLine() {
    const button = element("button", "line", null, { type: "button" });
    const line = { button, row: null, step: element("span", "number"), text: element("span", "text") };
    line.bar = element("i", "", null, { "aria-hidden": "true" });
    line.loss = element("span", "number");
    const measure = element("span", "measure");
    measure.append(line.bar, line.loss);
    button.append(line.step, line.text, measure);
    button.addEventListener("click", () => this.choose(line.row));
    return line;
  }

  choose(row) {
    playerFor(this.feed).stop();
    const last = row.step === this.feed.state.samples.at(-1).step;
    this.feed.select(last ? null : row.step, { commit: true });
  }

  /** The samples shown, one for each line; while a run grows, lines it has not reached are null. */
  rows() {
    const { samples, planned_snapshots: planned } = this.feed.state;
    if (!isActive(this.feed.state)) return evenly(samples, MOST_ROWS);
    const byStep = new Map(samples.map((sample) => [sample.step, sample]));
    const rows = evenly(planned, MOST_ROWS).map((step) => byStep.get(step) ?? null);
    const newest = samples.at(-1);
    const next = rows.indexOf(null);
    if (newest && next !== -1 && !rows.includes(newest)) rows[next] = newest;
    return rows;
  }

  draw() {
    if (!this.data) return;
    const { texts } = this.data;
    const rows = this.feed?.state ? this.rows() : [];
    const filled = rows.filter(Boolean);
    setText(this.writes, texts.writes);
    setText(this.lossName, texts.loss);
    setText(this.waiting, this.data.run ? texts.waiting : texts.no_run);
    this.waiting.hidden = filled.length > 0;
    this.head.hidden = !filled.length;
    const curve = filled.length ? denseLoss(this.feed.state) : null;
    const shown = this.feed?.step ?? Infinity;
    const current = filled.findLast((row) => row.step <= shown) ?? filled[0];
    const share = (i) => (rows.length > 1 ? i / (rows.length - 1) : 1);
    this.lines.forEach((line, i) => this.drawLine(line, rows[i], { curve, current, share: share(i) }));
  }

  drawLine(line, row, { curve, current, share }) {
    line.button.hidden = row === undefined;
    const unseen = !row || (this.playing && row.step > current.step);
    line.button.classList.toggle("unseen", unseen);
    line.row = row;
    if (!row) return;
    line.button.classList.toggle("current", row === current);
    line.button.classList.toggle("later", row.step > current.step);
    line.button.setAttribute("aria-current", row === current ? "step" : "false");
    line.button.style.setProperty("--share", share);
    const loss = lossAt(curve, row.step);
    setText(line.step, fill(this.data.texts.step, { n: row.step }));
    setText(line.text, oneLine(row.text));
    setText(line.loss, lossText(loss));
    line.bar.style.width = `${(100 * (loss ?? 0)) / Math.max(...curve.loss, 1e-9)}%`;
  }
}

/** At most `most` items, evenly spread, with the first and the last. */
function evenly(items, most) {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]);
}

/** Calls back at the first click or key, after the thing touched has had its turn. Returns a stop. */
function onFirstTouch(callback) {
  const controller = new AbortController();
  const touch = () => {
    controller.abort();
    callback();
  };
  document.addEventListener("click", touch, { signal: controller.signal });
  document.addEventListener("keydown", touch, { signal: controller.signal });
  return () => controller.abort();
}
