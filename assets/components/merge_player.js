/** BPE: the passage grows from characters into words, merge by merge (Sennrich et al. 2016). */

import { onThemeChange } from "./colours.js";
import { element, oncePerFrame, prefersStillness, setText, svg } from "./dom.js";
import { echoes } from "./echo.js";
import { Clock } from "./merge_player_clock.js";
import { Film } from "./merge_player_film.js";
import { MergeList } from "./merge_player_list.js";
import { Passage } from "./merge_player_passage.js";
import { isNumber, thousands } from "./numbers.js";
import { fill } from "./texts.js";
import { shown } from "./token_rows_labels.js";

const KEYS_REST_MS = 250; // Python hears of a walk with the keys when it pauses
const ICONS = {
  back: "M16 6v12l-9-6z",
  play: "M8 5v14l11-7z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  next: "M8 6v12l9-6z",
};

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new MergePlayer(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class MergePlayer {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.at = 0;
    this.number = Date.now();
    this.committing = 0;
    this.echoes = echoes();
    this.clock = new Clock((by) => this.onTick(by));
    this.build();
    this.redraw = oncePerFrame(() => this.onResize());
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.headline = element("div", "headline");
    this.passage = new Passage();
    this.list = new MergeList((at, isWalk) => this.goTo(at, isWalk ? KEYS_REST_MS : 0));
    const left = element("div", "left");
    left.append(this.headline, this.passage.node);
    const right = element("div", "right");
    this.listTitle = element("div", "titles quiet", null, { "aria-hidden": "true" });
    right.append(this.listTitle, this.list.node);
    this.message = element("p", "message quiet");
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    this.stage.append(left, right, this.buildPlayer(), this.message, this.spoken);
    this.root.replaceChildren(this.stage);
  }

  buildPlayer() {
    const acts = { back: () => this.goTo(this.at - 1), play: () => this.play(), next: () => this.goTo(this.at + 1) };
    this.buttons = Object.fromEntries(Object.keys(acts).map((name) => [name, buttonOf(name, acts[name])]));
    this.group = element("div", "buttons", null, { role: "group" });
    this.group.append(...Object.values(this.buttons));
    this.film = new Film({
      move: (at) => this.goTo(at, null),
      release: (at) => this.goTo(at),
      step: (by) => this.goTo(this.at + by, KEYS_REST_MS),
    });
    this.steps = element("div", "steps");
    this.rate = element("div", "quiet");
    const reading = element("div", "reading");
    reading.append(this.steps, this.rate);
    const player = element("div", "player");
    player.append(this.group, this.film.element, reading);
    return player;
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const { merges = [], words = [], texts } = data;
    const source = JSON.stringify([words, merges, data.n_tokens_start]);
    const isOther = source !== this.source;
    if (isOther) this.hold(source, words, merges);
    const isNews = this.echoes.isNews(data.at ?? 0);
    if (isNews || isOther) this.stop();
    if (isNews) this.at = data.at ?? 0;
    this.at = Math.max(0, Math.min(merges.length, this.at));
    this.stage.classList.toggle("empty", !merges.length);
    setText(this.message, texts.none);
    this.nameParts();
    this.draw({ follow: isNews || isOther });
  }

  hold(source, words, merges) {
    this.source = source;
    this.passage.hold(words, merges);
    this.list.hold(merges);
    this.tokens = [this.data.n_tokens_start, ...merges.map((merge) => merge.n_tokens)];
  }

  nameParts() {
    const { texts } = this.data;
    this.passage.node.setAttribute("aria-label", texts.passage);
    this.list.node.setAttribute("aria-label", texts.list);
    this.group.setAttribute("aria-label", texts.player);
    const titles = [texts.merge, texts.pair, texts.seen_title].map((title) => element("span", "", title));
    this.listTitle.replaceChildren(...titles);
  }

  get last() {
    return this.data.merges?.length ?? 0;
  }

  // what the buttons do

  /** Shows the passage after `at` merges; `wait` ms until Python hears of it, null = not at all. */
  goTo(at, wait = 0) {
    this.stop();
    this.at = Math.max(0, Math.min(this.last, at));
    this.draw({ follow: true });
    if (wait === null) return;
    setText(this.spoken, this.sentence());
    this.commit(wait);
  }

  play() {
    if (this.clock.isRunning) return this.goTo(this.at);
    if (prefersStillness()) return;
    clearTimeout(this.committing);
    if (this.at >= this.last) this.at = 0;
    this.clock.start(this.last);
    this.draw({ follow: true });
  }

  onTick(by) {
    this.at = Math.min(this.last, this.at + by);
    const goesOn = this.at < this.last;
    if (!goesOn) this.goTo(this.at);
    else this.draw({ follow: true });
    return goesOn;
  }

  stop() {
    this.clock.stop();
  }

  commit(wait) {
    clearTimeout(this.committing);
    this.committing = setTimeout(() => {
      this.echoes.sent(this.at);
      this.number = Math.max(this.number + 1, Date.now());
      this.api.trigger("at", { at: this.at, n: this.number });
    }, wait);
  }

  // drawing

  onResize() {
    if (!this.data) return;
    this.film.paint();
    this.list.build();
  }

  draw({ follow }) {
    const { made } = this.passage.show(this.at);
    if (follow && !this.clock.isRunning) this.passage.reveal();
    this.list.show(this.at, follow);
    this.drawHeadline(made);
    this.drawButtons();
    const { texts } = this.data;
    this.film.draw({ tokens: this.tokens, at: this.at }, { label: texts.scrubber, valueText: this.sentence() });
    setText(this.steps, `${thousands(this.at)} / ${thousands(this.last)}`);
    setText(this.rate, fill(texts.rate, { before: this.rateAt(0), after: this.rateAt(this.at) }));
  }

  rateAt(n) {
    const tokens = this.tokens[n];
    return isNumber(tokens) && tokens > 0 ? (this.data.n_characters / tokens).toFixed(1) : "–";
  }

  drawHeadline(made) {
    const { texts } = this.data;
    if (!this.at) return this.headline.replaceChildren(element("span", "what", texts.start));
    const { left, right, merged, count } = this.data.merges[this.at - 1];
    const pair = element("span", "pair text");
    pair.append(element("bdi", "", shown(left)), element("i", "sign", "+"), element("bdi", "", shown(right)));
    pair.append(element("i", "sign", "→"), element("bdi", "new", shown(merged)));
    const facts = fill(made ? texts.seen_here : texts.seen_elsewhere, { n: count, here: made });
    const place = fill(texts.place, { at: this.at, last: this.last });
    this.headline.replaceChildren(element("span", "quiet place", place), pair, element("span", "quiet", facts));
  }

  /** Where the film stands, for the slider and for a screen reader. */
  sentence() {
    const { texts, merges } = this.data;
    if (!this.at) return texts.start;
    const { left, right, merged, count } = merges[this.at - 1];
    const pieces = { left: shown(left), right: shown(right), merged: shown(merged) };
    return fill(texts.sentence, { at: this.at, last: this.last, ...pieces, count, rate: this.rateAt(this.at) });
  }

  drawButtons() {
    const { texts } = this.data;
    const { back, play, next } = this.buttons;
    label(back, texts.back, this.at === 0);
    label(next, texts.next, this.at >= this.last);
    const isStill = prefersStillness();
    label(play, isStill ? texts.still : this.clock.isRunning ? texts.pause : texts.play, isStill);
    play.querySelector("path").setAttribute("d", ICONS[this.clock.isRunning ? "pause" : "play"]);
  }

  destroy() {
    this.stop();
    clearTimeout(this.committing);
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}

function buttonOf(name, act) {
  const button = element("button", name === "play" ? "icon round" : "icon", null, { type: "button" });
  const size = name === "play" ? 22 : 20;
  const picture = svg("svg", { width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": "true" });
  picture.append(svg("path", { d: ICONS[name], fill: "currentColor" }));
  button.append(picture);
  button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && act());
  return button;
}

/** One that would do nothing is marked but keeps the keyboard's focus. */
function label(button, text, isDisabled) {
  button.setAttribute("aria-label", text);
  button.title = text;
  button.setAttribute("aria-disabled", isDisabled);
}
