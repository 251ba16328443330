/** The player under every page: name and state, buttons, the loss curve as scrubber, and the status line. */

import { onThemeChange } from "./colours.js";
import { denseLoss, lossAt } from "./curve.js";
import { element, oncePerFrame, setText, svg } from "./dom.js";
import { Subscription, isActive } from "./feed.js";
import { loss as lossText, thousands } from "./numbers.js";
import { playerFor } from "./player.js";
import { Scrubber } from "./scrubber.js";
import { fill } from "./texts.js";

const FILM_MS = 700; // each snapshot when an ended run is played
const BELIEVED_MS = 4000; // how long a button's effect is shown before the server has confirmed it
const CONTINUABLE = ["stopped", "interrupted", "diverged", "crashed"];
const TROUBLED = ["diverged", "crashed", "interrupted"];
const EFFECTS = { pause: "paused", resume: "running", stop: "stopped" };
const ICONS = {
  first: "M6 5h2v14H6zM20 5v14L9 12z",
  back: "M16 6v12l-9-6z",
  play: "M8 5v14l11-7z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  next: "M8 6v12l9-6z",
  stop: "M7 7h10v10H7z",
};

/** Called once by the page; see README.md. */
export function mount(root, api) {
  return new Dock(root, api);
}

class Dock {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.data = null;
    this.expected = null; // {status, from, until}: what a button just asked for
    this.sent = []; // steps told to Python that it has not repeated yet
    this.commandNumber = Date.now();
    this.ask = oncePerFrame(() => this.draw());
    this.subscription = new Subscription((state, reason) => this.hear(reason));
    this.build();
    this.observer = new ResizeObserver(() => this.scrubber.paint());
    this.observer.observe(this.scrubber.element);
    this.stopTheme = onThemeChange(root, this.ask);
  }

  update(data) {
    const before = this.data;
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const another = this.subscription.to(data.api, data.run);
    if (another) this.expected = null;
    if (another) this.sent = [];
    if (this.feed) this.obeyPython(another || !before, data.following ? null : (data.step ?? null));
    if (!another) this.feed?.wake();
    this.draw();
  }

  destroy() {
    this.subscription.to(null, null);
    this.observer.disconnect();
    this.stopTheme();
    this.ask.cancel();
  }

  get feed() {
    return this.subscription.feed;
  }

  get state() {
    return this.feed?.state ?? null;
  }

  /** Moves the knob to the step of the URL, unless that is only the echo of what was chosen here. */
  obeyPython(first, step) {
    const echo = this.sent.indexOf(step);
    if (echo !== -1) this.sent = this.sent.slice(echo + 1);
    else if (first || step !== this.pythonStep) this.feed.select(step);
    this.pythonStep = step;
  }

  hear(reason) {
    if (reason === "commit") this.tellPython(this.feed.step);
    if (this.expected && this.state && this.state.status !== this.expected.from) this.expected = null;
    this.ask();
  }

  tellPython(step) {
    if (step === (this.sent.at(-1) ?? this.pythonStep)) return;
    this.sent.push(step);
    this.api.set("step", step);
  }

  // what the run allows

  get status() {
    const believed = this.expected && performance.now() < this.expected.until;
    return believed ? this.expected.status : this.state.status;
  }

  get mine() {
    return this.data.can_command && this.state.mine !== false && !this.state.stored;
  }

  /** A run of mine that a button can pause or resume; all others are played like a film. */
  get commanded() {
    return this.mine && (isActive({ status: this.status }) || CONTINUABLE.includes(this.status));
  }

  get stops() {
    const { snapshots, planned_snapshots: planned } = this.state;
    const toCome = isActive(this.state) || this.commanded;
    return toCome ? snapshots.concat(planned.filter((step) => !(step <= snapshots.at(-1)))) : snapshots;
  }

  get shownStep() {
    return this.feed.step ?? this.state.step;
  }

  // building

  build() {
    this.panel = element("div", "stage dock");
    this.empty = element("p", "quiet empty");
    this.bar = element("div", "bar");
    this.statusLine = element("div", "status");
    this.panel.append(this.empty, this.bar, this.statusLine);
    this.bar.append(this.buildName(), this.buildButtons(), this.buildScrubber(), this.buildReading());
    this.buildStatus();
    this.root.replaceChildren(this.panel);
  }

  buildName() {
    const box = element("div", "name");
    this.title = element("b");
    this.dot = element("i", "dot", null, { "aria-hidden": "true" });
    this.word = element("span", "quiet");
    const line = element("div", "word");
    line.append(this.dot, this.word);
    box.append(this.title, line);
    return box;
  }

  buildButtons() {
    this.group = element("div", "buttons", null, { role: "group" });
    const add = (name, size, act) => {
      const button = element("button", "icon", null, { type: "button" });
      button.append(iconOf(name, size));
      button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && act());
      this.group.append(button);
      return button;
    };
    this.buttons = {
      first: add("first", 20, () => this.goTo(0)),
      back: add("back", 20, () => this.goTo(this.index - (this.betweenStops ? 0 : 1))),
      play: add("play", 22, () => this.play()),
      next: add("next", 20, () => this.next()),
      stop: add("stop", 20, () => this.command("stop")),
    };
    this.buttons.play.classList.add("round");
    return this.group;
  }

  buildScrubber() {
    this.scrubber = new Scrubber({
      onMove: (index) => this.goTo(index, false),
      onRelease: (index) => this.goTo(index),
    });
    return this.scrubber.element;
  }

  buildReading() {
    const box = element("div", "reading");
    this.steps = element("div", "steps");
    this.loss = element("div", "quiet");
    box.append(this.steps, this.loss);
    return box;
  }

  buildStatus() {
    this.facts = element("div", "facts");
    this.spoken = element("span", "spoken", null, { role: "status" });
    this.saved = element("span");
    this.live = element("button", "plain live", null, { type: "button" });
    this.live.addEventListener("click", () => this.follow());
    const right = element("div", "right");
    right.append(this.saved, this.live);
    this.statusLine.append(this.facts, this.spoken, right);
  }

  // what the buttons do

  /** Index of the newest snapshot at or before the step shown. */
  get index() {
    return Math.max(0, this.state.snapshots.findLastIndex((step) => step <= this.shownStep));
  }

  get betweenStops() {
    return this.shownStep > (this.state.snapshots[this.index] ?? Infinity);
  }

  /** The last snapshot is the place behind which the run is followed. */
  goTo(index, commit = true) {
    playerFor(this.feed).stop();
    const { snapshots } = this.state;
    const place = Math.min(Math.max(index, 0), snapshots.length - 1);
    this.feed.select(place === snapshots.length - 1 ? null : snapshots[place], { commit });
  }

  follow() {
    playerFor(this.feed).stop();
    this.feed.select(null, { commit: true });
  }

  play() {
    if (!this.commanded) return this.playFilm();
    const going = isActive({ status: this.status }) && this.status !== "paused";
    this.command(going ? "pause" : "resume");
  }

  playFilm() {
    const player = playerFor(this.feed);
    if (!player.playing) return player.start("dock", this.state.snapshots, { interval: FILM_MS });
    player.stop();
    this.feed.select(this.feed.step, { commit: true });
  }

  next() {
    if (this.commanded && this.status === "paused" && this.feed.step === null) this.command("step");
    else this.goTo(this.index + 1);
  }

  command(verb) {
    const status = verb === "resume" && !isActive(this.state) ? "queued" : EFFECTS[verb];
    if (status) this.expected = { status, from: this.state.status, until: performance.now() + BELIEVED_MS };
    this.commandNumber = Math.max(this.commandNumber + 1, Date.now());
    this.api.trigger("command", { verb, n: this.commandNumber });
    this.feed.hurry();
    this.draw();
  }

  // drawing

  draw() {
    if (!this.data) return;
    const sentence = this.sentenceInstead();
    this.empty.hidden = sentence === null;
    this.bar.hidden = this.statusLine.hidden = sentence !== null;
    if (sentence !== null) return setText(this.empty, sentence);
    this.drawName();
    this.drawButtons();
    this.drawFilm();
    this.drawStatus();
  }

  sentenceInstead() {
    const { texts, run } = this.data;
    if (!run) return texts.no_run;
    if (this.feed.problem === "missing") return texts.missing;
    if (this.state) return null;
    return this.feed.problem ? texts.offline : texts.loading;
  }

  drawName() {
    const { name, model, stored } = this.state;
    const playing = playerFor(this.feed).playing;
    setText(this.title, [name, model].filter(Boolean).join(", "));
    this.title.title = this.title.textContent;
    const key = stored ? (playing ? "stored_playing" : "stored") : `status.${this.status}`;
    setText(this.word, this.data.texts[key] ?? this.status);
    this.dot.classList.toggle("resting", !playing && this.status !== "running" && this.status !== "starting");
    this.dot.classList.toggle("troubled", TROUBLED.includes(this.status));
  }

  drawButtons() {
    const { texts } = this.data;
    const { first, back, play, next, stop } = this.buttons;
    const none = !this.state.snapshots.length;
    const atStart = none || (this.index === 0 && !this.betweenStops);
    this.group.setAttribute("aria-label", texts.player);
    label(first, texts.first, atStart);
    label(back, texts.back, atStart);
    const [word, icon] = this.playMeaning();
    label(play, texts[word], none && !this.commanded);
    play.firstChild.firstChild.setAttribute("d", ICONS[icon]);
    const steps = this.commanded && this.status === "paused" && this.feed.step === null;
    label(next, steps ? texts.step_on : texts.next, !steps && (none || this.feed.step === null));
    label(stop, texts.stop, !(this.mine && isActive({ status: this.status })));
  }

  playMeaning() {
    if (!this.commanded) return playerFor(this.feed).playing ? ["film_pause", "pause"] : ["film_play", "play"];
    if (this.status === "paused") return ["resume", "play"];
    return isActive({ status: this.status }) ? ["pause", "pause"] : ["continue", "play"];
  }

  drawFilm() {
    const { texts } = this.data;
    const { step, planned_steps: planned, snapshots } = this.state;
    const curve = denseLoss(this.state);
    const at = this.shownStep;
    const loss = lossText(lossAt(curve, at));
    const view = { stops: this.stops, last: snapshots.length - 1, end: step, at, hovered: this.feed.hovered };
    const valueText = fill(texts.value, { n: at, loss });
    this.scrubber.draw({ ...view, loss: curve }, { label: texts.scrubber, valueText });
    setText(this.steps, `${thousands(at)} / ${thousands(Math.max(planned, step))}`);
    setText(this.loss, fill(texts.reading, { loss }));
  }

  drawStatus() {
    const { texts } = this.data;
    const warning = this.warning();
    this.facts.classList.toggle("warning", warning !== null);
    setText(this.spoken, warning ?? "");
    const facts = warning !== null ? [warning] : this.factTexts();
    if (facts.join("|") !== this.drawnFacts) this.facts.replaceChildren(...facts.map((f) => element("span", "", f)));
    this.drawnFacts = facts.join("|");
    setText(this.saved, this.savedText());
    const following = this.feed.step === null;
    const active = isActive({ status: this.status });
    const back = active ? texts.back_to_live : texts.back_to_end;
    setText(this.live, following ? (active ? texts.live : texts.end) : fill(back, { n: this.feed.step }));
    this.live.setAttribute("aria-pressed", following);
  }

  /** The one thing that is wrong or waited for, as a sentence; null when all is well. */
  warning() {
    const { texts } = this.data;
    const { notice, queue_position: place } = this.state;
    if (this.feed.problem) return texts.offline;
    if (notice) return fill(noticeText(texts, notice.key), notice.given);
    return this.status === "queued" && place > 1 ? fill(texts.queue, { n: place }) : null;
  }

  factTexts() {
    const { texts } = this.data;
    const { device, kind, tokens_per_s: speed, memory_mb: memory } = this.state;
    const unit = kind === "word_vectors" ? texts.words_per_s : texts.tokens_per_s;
    return [
      device ? (texts[`device.${device}`] ?? device) : null,
      speed ? fill(unit, { n: Math.round(speed) }) : null,
      memory ? fill(texts.memory, { n: Math.round(memory) }) : null,
    ].filter(Boolean);
  }

  savedText() {
    const { texts } = this.data;
    const seconds = this.state.saved_ago_s;
    if (this.state.stored || typeof seconds !== "number") return "";
    if (seconds < 60) return fill(texts.saved_s, { n: Math.round(seconds) });
    if (seconds < 3600) return fill(texts.saved_min, { n: Math.round(seconds / 60) });
    return fill(texts.saved_h, { n: Math.round(seconds / 3600) });
  }
}

function noticeText(texts, key) {
  return texts[`notice.${key}`] ?? texts[`error.${key}`] ?? texts["notice.unknown"];
}

function iconOf(name, size) {
  const picture = svg("svg", { width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": "true" });
  picture.append(svg("path", { d: ICONS[name], fill: "currentColor" }));
  return picture;
}

/** Names a button, also as its tip. One that would do nothing is marked but keeps the keyboard's focus. */
function label(button, text, disabled) {
  button.setAttribute("aria-label", text);
  button.title = text;
  button.setAttribute("aria-disabled", disabled);
}
