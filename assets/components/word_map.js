/** The words of a run on a map, at the step that the dock shows; they travel when the step changes. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, prefersStillness, setText } from "./dom.js";
import { echoes } from "./echo.js";
import { feedFor } from "./feed.js";
import { percent } from "./numbers.js";
import { loadPlotly } from "./plotly.js";
import { fill } from "./texts.js";
import { Frames } from "./word_map_frames.js";
import { Overlay } from "./word_map_overlay.js";
import { Pointer, nearestWord } from "./word_map_pointer.js";
import { Points, TRAVEL_MS, ease } from "./word_map_points.js";

const TRAIL_FRAMES = 36; // fetched for a path
const KEYS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
const ZOOMS = { "+": 0.8, "=": 0.8, "-": 1.25 };

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new WordMap(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class WordMap {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.echoes = echoes();
    this.clicks = 0;
    this.frame = null; // shown, or travelled to
    this.from = null; // {x, y} at the beginning of a travel
    this.began = 0;
    this.hovered = -1;
    this.word = null;
    this.unsubscribe = () => {};
    this.build();
    this.look = theme(root);
    this.redraw = oncePerFrame(() => this.drawOverlay());
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, () => this.recolour());
  }

  build() {
    this.stage = element("div", "stage full map", null, { role: "img", tabindex: "0" });
    this.plot = element("div", "plot");
    this.corner = element("p", "corner quiet");
    this.waiting = element("p", "waiting quiet");
    this.stage.append(this.plot);
    this.overlay = new Overlay(this.stage);
    this.stage.append(this.corner, this.waiting);
    this.root.replaceChildren(this.stage);
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
    this.pointer = new Pointer(this.stage, {
      wordAt: (x, y) => this.wordAt(x, y),
      hover: (index) => this.hover(index),
      pick: (index) => this.pin(this.frame.words[index]),
      release: () => this.showHeld(),
    });
  }

  update(data) {
    const before = this.data;
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (this.echoes.isNews(data.word ?? null)) this.word = data.word ?? null;
    setText(this.waiting, this.problem ? data.texts.failed : data.texts.waiting);
    if (!before || before.run !== data.run || before.api !== data.api) this.follow(data);
    if (!before) this.start();
    if (data.trail && this.frame) this.fetchTrail();
    this.redraw();
  }

  async start() {
    try {
      const plotly = await loadPlotly(this.data.api);
      if (this.isGone) return;
      this.points = new Points(plotly, this.plot, () => this.redraw());
      this.choose();
    } catch {
      this.problem = true;
      setText(this.waiting, this.data.texts.failed);
    }
  }

  /** Another run: another feed, other frames, and the old picture goes. */
  follow({ api, run }) {
    this.unsubscribe();
    this.frame = null;
    this.feed = null;
    this.stage.classList.add("empty");
    if (!run) return;
    this.frames = new Frames(api, run);
    this.revision = null;
    this.feed = feedFor(api, run);
    this.unsubscribe = this.feed.subscribe((state, reason) => {
      if (reason !== "hover" && reason !== "problem") this.choose();
    });
  }

  /** The newest snapshot that is not after the step of the dock. */
  chosenStep() {
    const { state, step } = this.feed;
    const upTo = (state?.snapshots ?? []).filter((snapshot) => step === null || snapshot <= step);
    return upTo.length ? Math.max(...upTo) : null;
  }

  /** Brings the frame of the chosen step onto the map; while one is fetched, the last wish wins. */
  async choose() {
    if (!this.points || !this.feed?.state) return;
    this.forgetOldRevision();
    const step = this.chosenStep();
    if (step === null || step === this.frame?.step || this.fetching) return;
    const { frames, feed } = this;
    this.fetching = true;
    const frame = await frames.get(step).catch(() => null); // the next poll of the feed asks again
    this.fetching = false;
    if (this.isGone || feed !== this.feed) return this.choose();
    if (frame) this.show(frame);
    if (this.chosenStep() !== step) this.choose();
  }

  /** A run that was begun again has other frames under the same steps. */
  forgetOldRevision() {
    const { revision } = this.feed.state;
    if (this.revision !== null && this.revision !== revision) {
      this.frames = new Frames(this.data.api, this.data.run);
      this.frame = null;
    }
    this.revision = revision;
  }

  /** Draws a frame, or keeps it until the pointer is up: nothing may move under a drag. */
  show(frame) {
    if (this.pointer.isDown) {
      this.held = frame;
      return;
    }
    const before = this.frame;
    const here = this.placesNow();
    this.frame = frame;
    this.stage.classList.remove("empty");
    if (before && sameWords(before, frame) && !prefersStillness()) this.travel(here);
    else this.settle();
    if (this.data.trail) this.fetchTrail();
  }

  travel(from) {
    this.from = from;
    this.began = performance.now();
    this.points.travel(this.frame);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), TRAVEL_MS + 60);
    this.redraw();
  }

  /** Everything in its place: also after a travel that a zoom has disturbed. */
  settle() {
    if (this.isGone || !this.frame) return;
    if (this.pointer.isDown) {
      this.held ??= this.frame;
      return;
    }
    this.from = null;
    this.points.draw(this.frame, this.look).then(() => this.redraw());
  }

  /** Where the words are now, perhaps on their way. */
  placesNow() {
    if (!this.frame) return null;
    const share = this.from ? ease(Math.min(1, (performance.now() - this.began) / TRAVEL_MS)) : 1;
    if (share === 1) return { x: this.frame.x, y: this.frame.y };
    const between = (from, to) => to.map((v, i) => from[i] + (v - from[i]) * share);
    return { x: between(this.from.x, this.frame.x), y: between(this.from.y, this.frame.y) };
  }

  drawOverlay() {
    if (!this.frame || !this.points || !this.stage.clientWidth) return;
    const { x, y } = this.placesNow();
    const width = this.stage.clientWidth;
    const height = this.stage.clientHeight;
    const toPixels = this.scales(width, height);
    this.pixels = { x: x.map(toPixels.x), y: y.map(toPixels.y) };
    const pinned = this.word === null ? -1 : this.frame.words.indexOf(this.word);
    const links = pinned < 0 || this.data.word !== this.word ? [] : this.links();
    const trail = this.data.trail && pinned >= 0 ? this.trail(pinned, toPixels) : [];
    const scene = { frame: this.frame, ...this.pixels, width, height, pinned, links, trail };
    this.overlay.draw({ ...scene, look: this.look, hovered: this.hovered });
    this.describe(pinned, links);
    if (this.from && performance.now() - this.began < TRAVEL_MS) this.redraw();
  }

  scales(width, height) {
    const view = this.points.view();
    return {
      x: (v) => ((v - view.x[0]) / (view.x[1] - view.x[0])) * width,
      y: (v) => ((view.y[1] - v) / (view.y[1] - view.y[0])) * height,
    };
  }

  links() {
    const found = (this.data.neighbours ?? []).map(({ word, cosine }) => [this.frame.words.indexOf(word), cosine]);
    return found.filter(([i]) => i >= 0);
  }

  /** The pinned word over all fetched frames up to this one; its end is where the word is now. */
  trail(pinned, toPixels) {
    const before = this.frames.upTo(this.frame.step - 1).filter((frame) => frame.words[pinned] === this.word);
    const past = before.map((frame) => [toPixels.x(frame.x[pinned]), toPixels.y(frame.y[pinned])]);
    return [...past, [this.pixels.x[pinned], this.pixels.y[pinned]]];
  }

  /** Fetches the frames before this one, one after the other, so that the path is whole. */
  async fetchTrail() {
    if (this.isFetchingTrail || !this.feed?.state) return;
    this.isFetchingTrail = true;
    const { frames, feed } = this;
    const missing = feed.state.snapshots.filter((step) => step < this.frame.step && !frames.known(step));
    for (const step of missing.slice(-TRAIL_FRAMES)) {
      if (this.isGone || feed !== this.feed || !this.data.trail) break;
      await frames.get(step).catch(() => null); // the path leaves this place out
      this.redraw();
    }
    this.isFetchingTrail = false;
  }

  describe(pinned, links) {
    const { texts } = this.data;
    const { step, words, kept, method } = this.frame;
    const facts = [fill(texts.step, { step }), method];
    if (kept !== null && kept !== undefined) facts.push(fill(texts.kept, { share: percent(kept) }));
    if (this.word !== null && pinned < 0) facts.push(fill(texts.absent, { word: this.word }));
    setText(this.corner, facts.join(" · "));
    const near = links.map(([i]) => words[i]).join(texts.separator);
    const reading = fill(texts.reading, { n: words.length, step });
    const nearest = near ? ` ${fill(texts.nearest, { word: this.word, words: near })}` : "";
    this.stage.setAttribute("aria-label", reading + nearest);
  }

  recolour() {
    this.look = theme(this.root);
    this.settle();
  }

  resize() {
    this.points?.resize();
    this.redraw();
  }

  /** The word whose label or point is at a place of the stage, or -1. */
  wordAt(x, y) {
    if (!this.pixels || !this.frame) return -1;
    const labelled = this.overlay.wordAt(x, y);
    return labelled >= 0 ? labelled : nearestWord(this.pixels, x, y);
  }

  hover(index) {
    if (index === this.hovered) return;
    this.hovered = index;
    this.stage.classList.toggle("over", index >= 0);
    this.redraw();
  }

  /** What came while the pointer was down. */
  showHeld() {
    const { held } = this;
    this.held = null;
    if (held && held === this.frame) this.settle();
    else if (held) this.show(held);
  }

  pin(word) {
    if (word === this.word) return;
    this.word = word;
    this.clicks += 1;
    this.echoes.sent(word);
    this.api.trigger("word", { word, n: this.clicks });
    this.redraw();
  }

  /** Esc lets the word go; arrows, +, - and 0 move the view. */
  onKey(event) {
    if (!this.points?.isDrawn) return;
    if (event.key === "Escape") this.pin(null);
    else if (event.key in KEYS) this.points.nudge(...KEYS[event.key]);
    else if (event.key in ZOOMS) this.points.nudge(0, 0, ZOOMS[event.key]);
    else if (event.key === "0") this.points.reset();
    else return;
    event.preventDefault();
  }

  destroy() {
    this.isGone = true;
    this.unsubscribe();
    clearTimeout(this.settling);
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
    this.pointer.stop();
    this.points?.remove();
  }
}

function sameWords(a, b) {
  return a.words.length === b.words.length && a.words.every((word, i) => word === b.words[i]);
}
