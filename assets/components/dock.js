/** The player under every page: name and state, buttons, the loss curve as scrubber, and the status line. */

import { onThemeChange } from "./colours.js";
import { denseLoss, lossAt } from "./curve.js";
import { buildPanel, label, setIcon } from "./dock_panel.js";
import { factsOf, followOf, savedOf, warningOf } from "./dock_words.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { Subscription, isActive } from "./feed.js";
import { loss as lossText, thousands } from "./numbers.js";
import { playerFor } from "./player.js";
import { fill } from "./texts.js";

const FILM_MS = 700; // each snapshot when an ended run is played
const BELIEVED_MS = 4000; // how long a button's effect is shown before the server has confirmed it
const CONTINUABLE = ["stopped", "interrupted", "diverged", "crashed"];
const TROUBLED = ["diverged", "crashed", "interrupted"];
const EFFECTS = { pause: "paused", resume: "running", stop: "stopped" };

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
    this.panel = buildPanel(root, {
      first: () => this.goTo(0),
      back: () => this.goTo(this.index - 1),
      play: () => this.play(),
      next: () => this.next(),
      stop: () => this.command("stop"),
      move: (index) => this.goTo(index, false),
      release: (index) => this.goTo(index),
      follow: () => this.follow(),
    });
    this.observer = new ResizeObserver(() => this.panel.scrubber.paint());
    this.observer.observe(this.panel.scrubber.element);
    this.stopTheme = onThemeChange(root, this.ask);
  }

  update(data) {
    const before = this.data;
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const another = this.subscription.to(data.api, data.run);
    if (another) this.expected = null;
    if (another) this.sent = [];
    if (this.feed) this.obeyPython(another || !before, data.step ?? null);
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
    this.stepNumber = (this.stepNumber ?? 0) + 1;
    this.api.trigger("step", { step, n: this.stepNumber });
  }

  // what the run allows

  get status() {
    const believed = this.expected && performance.now() < this.expected.until;
    return believed ? this.expected.status : this.state.status;
  }

  get mine() {
    return this.data.can_command && !this.state.stored;
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

  // what the buttons do

  /** Index of the newest snapshot at or before the step shown. */
  get index() {
    return Math.max(0, this.state.snapshots.findLastIndex((step) => step <= this.shownStep));
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
    this.panel.empty.hidden = sentence === null;
    this.panel.bar.hidden = this.panel.statusLine.hidden = sentence !== null;
    if (sentence !== null) return setText(this.panel.empty, sentence);
    this.drawName();
    this.drawButtons();
    this.drawFilm();
    this.drawStatus();
  }

  sentenceInstead() {
    const { texts, run } = this.data;
    if (!run) return texts.no_run;
    if (this.feed?.problem === "missing") return texts.missing;
    if (this.state) return null;
    return this.feed?.problem ? texts.offline : texts.loading;
  }

  drawName() {
    const { model, stored } = this.state;
    const name = stored ? this.data.title : this.state.name;
    const playing = playerFor(this.feed).playing;
    setText(this.panel.title, [name, model].filter(Boolean).join(", "));
    this.panel.title.title = this.panel.title.textContent;
    const key = stored ? (playing ? "stored_playing" : "stored") : `status.${this.status}`;
    setText(this.panel.word, this.data.texts[key] ?? this.status);
    const moving = playing || this.status === "running" || this.status === "starting";
    this.panel.dot.classList.toggle("resting", !moving);
    this.panel.dot.classList.toggle("troubled", TROUBLED.includes(this.status));
  }

  drawButtons() {
    const { texts } = this.data;
    const { first, back, play, next, stop } = this.panel.buttons;
    const none = !this.state.snapshots.length;
    const atStart = none || this.index === 0;
    this.panel.group.setAttribute("aria-label", texts.player);
    label(first, texts.first, atStart);
    label(back, texts.back, atStart);
    const [word, icon] = this.playMeaning();
    label(play, texts[word], none && !this.commanded);
    setIcon(play, icon);
    const steps = this.commanded && this.status === "paused" && this.feed.step === null;
    label(next, steps ? texts.step_on : texts.next, !steps && (none || this.feed.step === null));
    label(stop, texts.stop, !(this.mine && isActive({ status: this.status })));
  }

  playMeaning() {
    const film = playerFor(this.feed).playing ? ["film_pause", "pause"] : ["film_play", "play"];
    if (!this.commanded) return film;
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
    this.panel.scrubber.draw({ ...view, loss: curve }, { label: texts.scrubber, valueText });
    setText(this.panel.steps, `${thousands(at)} / ${thousands(Math.max(planned, step))}`);
    setText(this.panel.loss, fill(texts.reading, { loss }));
  }

  drawStatus() {
    const { texts } = this.data;
    const { state, status, panel } = this;
    const warning = warningOf({ state, status, problem: this.feed?.problem, texts });
    panel.facts.classList.toggle("warning", warning !== null);
    setText(panel.spoken, warning ?? "");
    const facts = warning === null ? factsOf(state, texts) : [warning];
    const now = facts.join("|");
    const spans = facts.map((fact) => element("span", "", fact));
    if (now !== this.drawnFacts) panel.facts.replaceChildren(...spans);
    this.drawnFacts = now;
    setText(panel.saved, savedOf(state, texts));
    setText(panel.live, followOf(this.feed.step, status, texts));
    panel.live.setAttribute("aria-pressed", this.feed.step === null);
  }
}
