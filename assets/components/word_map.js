/** The words of a run on a map, at the step that the dock shows; they travel when the step changes. */

import { onThemeChange, theme } from "./colours.js";
import { element, setText } from "./dom.js";
import { echoes } from "./echo.js";
import { colouringOf, lit } from "./map_colourings.js";
import { Follower } from "./map_follow.js";
import { MapView } from "./map_view.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";
import { visible } from "./token_text.js";
import { Facts } from "./word_map_facts.js";
import { save } from "./word_map_files.js";
import { Finder } from "./word_map_finder.js";
import { keysOf } from "./word_map_keys.js";
import { Lasso } from "./word_map_lasso.js";
import { keptAt, marksOf, neighboursOf } from "./word_map_marks.js";
import { Tools } from "./word_map_tools.js";
import { Trails } from "./word_map_trails.js";
import { Walk, walkSays } from "./word_map_walk.js";

const ZOOM = 1.3;

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new WordMap(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class WordMap {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.word = null; // pinned
    this.words = []; // whose paths are wanted, beside that of the pinned word
    this.hovered = -1;
    this.echoes = { word: echoes(), words: echoes(), search: echoes() };
    this.number = Date.now();
    this.lasso = new Lasso(this);
    this.finder = new Finder(this);
    this.walk = new Walk();
    this.trails = new Trails(() => this.remark());
    this.build();
    this.follower = new Follower({
      cleared: () => this.clear(),
      frame: (frame) => this.take(frame),
      waiting: (seconds) => this.sayWaiting(seconds),
      refused: (sentence) => this.sayRefusal(sentence),
      unanswered: () => this.sayRefusal(this.data.texts.unanswered),
    });
    this.stopTheme = onThemeChange(root, () => this.repaint());
    this.resizing = new ResizeObserver(() => this.keepOff());
    [this.view.surface, this.top, this.lasso.choice.node, this.facts.node, this.facts.scale].forEach((node) => this.resizing.observe(node));
  }

  build() {
    this.stage = element("div", "stage map empty");
    this.view = new MapView(this.stage, {
      hover: (i) => this.hover(i),
      pick: (i, isShift) => this.pick(i, isShift),
      loop: (points) => this.lasso.take(points),
      held: (frame) => this.take(frame),
    });
    this.view.surface.addEventListener("keydown", keysOf(this));
    this.tools = new Tools({
      press: (name) => this.press(name),
      search: (pattern) => this.finder.lookFor(pattern),
      goTo: () => this.finder.goTo(),
      png: () => save("png", this.view, this.data.texts),
      svg: () => save("svg", this.view, this.data.texts),
      leave: () => this.view.surface.focus(),
    });
    this.facts = new Facts(() => this.toggleWord(this.word));
    this.notice = element("p", "notice quiet");
    this.waiting = element("p", "waiting quiet");
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    this.top = element("div", "top");
    this.top.append(this.notice, this.tools.node);
    this.stage.append(this.top, this.lasso.choice.node, this.facts.node, this.facts.scale, this.waiting, this.spoken);
    this.root.replaceChildren(this.stage);
  }

  get frame() {
    return this.view.frame;
  }

  update(data) {
    const before = this.data;
    this.data = data;
    const { texts } = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (this.echoes.word.isNews(data.word ?? null)) this.word = data.word ?? null;
    if (this.echoes.words.isNews(data.words ?? [])) this.words = data.words ?? [];
    this.tools.say(texts);
    setText(this.waiting, texts.waiting);
    this.way = { method: data.method ?? "umap", dims: data.dims ?? 2, x: data.axes?.x, y: data.axes?.y };
    this.follower.to({ api: data.api, run: data.run, lang: data.lang }, this.way);
    if (this.echoes.search.isNews(data.search ?? "")) this.finder.lookFor(data.search ?? "");
    const isRepaint = !before || before.colour !== data.colour || before.lang !== data.lang;
    if (isRepaint) this.repaint();
    else this.remark();
    this.fetchTrails();
  }

  // frames

  clear() {
    this.view.clear();
    this.finder.matches = null;
    this.walk.stop();
    this.lasso.forget();
    this.stage.classList.add("empty");
    this.stage.classList.remove("old");
    setText(this.notice, "");
  }

  take(frame) {
    const list = this.frame?.list;
    if (!this.view.show(frame)) return;
    this.stage.classList.remove("empty");
    if (list !== frame.list) this.newWords();
    this.repaint();
    this.fetchTrails();
  }

  /** Places among the words mean other words now. */
  newWords() {
    this.hovered = -1;
    this.walk.stop();
    this.lasso.end();
    if (this.finder.pattern) this.finder.lookFor(this.finder.pattern);
  }

  /** The old picture stays, paler, while the next one is computed. */
  sayWaiting(seconds) {
    this.stage.classList.toggle("old", seconds !== null);
    if (seconds !== null) setText(this.notice, fill(this.data.texts.computing, { n: seconds }));
    else if (!this.refusal) this.sayHint();
  }

  sayRefusal(sentence) {
    this.refusal = sentence;
    this.stage.classList.toggle("old", sentence !== null);
    if (sentence) setText(this.notice, sentence);
    else this.sayHint();
  }

  /** What stands above the map when nothing is wrong. */
  sayHint() {
    const { texts } = this.data;
    setText(this.notice, this.lasso.isOn ? texts.lasso_how : this.finder.says());
  }

  // drawing

  repaint() {
    if (!this.data || !this.frame) return;
    const { colour, part_texts: parts = {} } = this.data;
    this.view.look = theme(this.root);
    this.colouring = colouringOf(colour, this.frame, this.view.look, parts);
    this.facts.sayColour(colour, this.colouring, this.data.texts);
    this.relight();
  }

  relight() {
    const wanted = this.lasso.chosen ?? (this.finder.matches?.length ? this.finder.matches : null);
    if (this.colouring) this.view.paint = lit(this.colouring, wanted ? new Set(wanted) : null);
    this.remark();
  }

  remark() {
    const { frame, data } = this;
    if (!frame || !data || !this.colouring) return;
    const at = (word) => frame.list.index.get(word) ?? -1;
    const pinned = this.word === null ? -1 : at(this.word);
    const also = this.words.map(at).filter((i) => i >= 0 && i !== pinned);
    const told = data.word === this.word ? (data.neighbours ?? []) : [];
    const focus = this.hovered >= 0 ? this.hovered : this.walk.at;
    const marks = marksOf(frame, { pinned, also, focus, told });
    const onPath = data.trail ? [pinned, ...also].filter((i) => i >= 0) : [];
    const trails = this.trails.of(onPath, frame, this.follower.frames, this.way);
    const rings = [...marks.rings, ...(this.lasso.chosen ? [] : (this.finder.matches ?? []))];
    this.view.mark({ ...marks, trails, rings });
    if (this.lasso.keyLoop) this.view.loop = this.lasso.keyLoop.points;
    this.describe(pinned, focus >= 0 ? focus : pinned, told);
  }

  describe(pinned, centre, told) {
    const { frame, data: { texts } } = this;
    const near = neighboursOf(frame, centre, told);
    const absent = this.word !== null && pinned < 0 ? fill(texts.absent, { word: visible(this.word) }) : "";
    const canFollow = pinned >= 0 && centre === pinned && this.data.trail;
    const path = canFollow ? (this.words.includes(this.word) ? "drop" : "add") : null;
    this.facts.sayFrame(frame, this.way.method, texts);
    this.facts.sayWord(centre < 0 ? absent : this.wordSays(centre, near), path, texts);
    const reading = fill(texts.reading, { n: frame.n, step: frame.step });
    const words = near.map(({ i }) => frame.words[i]).join(texts.separator);
    const nearest = words ? ` ${fill(texts.nearest, { word: frame.words[centre], words })}` : "";
    this.view.surface.setAttribute("aria-label", `${reading}${nearest} ${texts.keys}`);
  }

  /** How much of its neighbourhood one word keeps here. */
  wordSays(i, near) {
    const { texts } = this.data;
    const share = keptAt(this.frame, i);
    if (share === null) return "";
    const word = visible(this.frame.words[i]);
    const torn = near.some(({ isKept }) => !isKept) ? texts.dashed : "";
    return fill(texts.word_kept, { word, share: percent(share) }) + torn;
  }

  /** Labels keep off the corners that say something. */
  keepOff() {
    const stage = this.view.surface.getBoundingClientRect();
    const nodes = [this.tools.node, this.notice, this.lasso.choice.node, ...this.facts.node.children, this.facts.scale];
    const boxes = nodes.map((node) => node.getBoundingClientRect()).filter((box) => box.width && box.height);
    this.view.taken = boxes.map((box) => [box.left - stage.left - 2, box.top - stage.top - 2, box.right - stage.left + 2, box.bottom - stage.top + 2]);
    this.view.redraw();
  }

  // what the reader does

  hover(i) {
    if (i === this.hovered) return;
    this.hovered = i;
    this.stage.classList.toggle("over", i >= 0);
    this.remark();
  }

  pick(i, isShift) {
    if (i < 0) return;
    this.walk.stop();
    if (isShift) this.toggleWord(this.frame.words[i]);
    else this.pin(this.frame.words[i]);
  }

  pin(word) {
    if (word === this.word) return;
    this.word = word;
    this.send("word", { word }, word);
    this.remark();
    this.fetchTrails();
  }

  /** Adds a word to those whose paths are shown, or takes it away. */
  toggleWord(word) {
    if (word === null) return;
    const { words } = this;
    this.words = words.includes(word) ? words.filter((other) => other !== word) : [...words, word];
    this.send("words", { words: this.words }, this.words);
    this.remark();
    this.fetchTrails();
  }

  send(name, value, echo) {
    this.echoes[name]?.sent(echo);
    this.api.trigger(name, { ...value, n: ++this.number });
  }

  fetchTrails() {
    const { frame, follower, way } = this;
    const snapshots = follower.feed?.state?.snapshots;
    if (!this.data.trail || !frame || !snapshots || (this.word === null && !this.words.length)) return;
    const { frames } = follower;
    const isWanted = () => !this.isGone && this.data.trail && frames === follower.frames && way === this.way;
    this.trails.fetch(snapshots, frame, frames, way, isWanted);
  }

  /** A button over the map. */
  press(name) {
    if (name === "zoom_in") this.view.moveCamera("zoomAt", ZOOM);
    else if (name === "zoom_out") this.view.moveCamera("zoomAt", 1 / ZOOM);
    else if (name === "whole") this.view.moveCamera("reset");
    else if (name === "lasso") this.lasso.set(!this.lasso.isOn);
    else if (name === "save") this.tools.toggleFormats();
    else if (this.tools.isSearching) this.finder.close();
    else this.tools.openSearch(this.finder.pattern);
  }

  /** The first Esc ends what was begun, the next one lets the words go. */
  escape() {
    this.tools.toggleFormats(false);
    if (this.walk.at >= 0) this.walk.stop();
    else if (this.lasso.chosen || this.lasso.isOn) this.lasso.end();
    else if (this.finder.pattern) this.finder.close();
    else {
      if (this.words.length) this.send("words", { words: (this.words = []) }, []);
      this.pin(null);
    }
    this.remark();
  }

  // walking

  /** From where a walk begins: the pinned word, or the most frequent one in view. */
  walkStart() {
    const pinned = this.word === null ? -1 : (this.frame.list.index.get(this.word) ?? -1);
    return pinned >= 0 ? pinned : (this.view.inView()[0] ?? 0);
  }

  /** Says where a walk has come to; a word out of sight is brought into view, because the reader went there. */
  reached(step) {
    const { spots, surface } = this.view;
    const [x, y] = [spots[4 * step.i], spots[4 * step.i + 1]];
    const { clientWidth: width, clientHeight: height } = surface;
    if (x < 0 || y < 0 || x > width || y > height) this.view.moveCamera("pan", width / 2 - x, height / 2 - y);
    this.speak(walkSays(step, this.frame, this.data.texts));
    this.remark();
  }

  speak(text) {
    setText(this.spoken, text);
  }

  destroy() {
    this.isGone = true;
    this.follower.end();
    this.finder.search.end();
    this.resizing.disconnect();
    this.stopTheme();
    this.view.remove();
  }
}
