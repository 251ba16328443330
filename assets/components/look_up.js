/** Questions to word vectors as linked pictures: all of them small, one large. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText, svg } from "./dom.js";
import { echoes } from "./echo.js";
import { Subscription } from "./feed.js";
import { Bars, smallBars } from "./look_up_bars.js";
import { matrixScene, stripScene } from "./look_up_cells.js";
import { Near } from "./look_up_near.js";
import { sumPicture } from "./look_up_sum.js";
import { fill } from "./texts.js";

const NAMES = ["near", "sum", "odd", "matrix", "strip"];
const SMALL = { width: 92, height: 54, isSmall: true };
const SCENES = { matrix: matrixScene, strip: stripScene };

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new LookUp(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class LookUp {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.chosen = NAMES[0];
    this.at = null; // the cell under the pointer
    this.pinned = null; // the one that was clicked
    this.number = Date.now();
    this.echoes = echoes();
    this.redraw = oncePerFrame(() => this.draw());
    this.near = new Near(this.redraw);
    this.subscription = new Subscription(() => this.follow());
    this.build();
    this.listen();
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.plot);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    const stage = element("div", "stage frame");
    this.group = element("div", "thumbs", null, { role: "group" });
    this.thumbs = NAMES.map((name) => new Thumb(name, () => this.choose(name)));
    this.group.append(...this.thumbs.map(({ node }) => node));
    this.title = element("b", "title");
    this.reading = element("span", "point");
    const head = element("div", "head");
    head.append(this.title, this.reading);
    this.plot = element("div", "plot", null, { role: "group" });
    this.picture = svg("svg", { role: "img" });
    this.marks = svg("g");
    this.bars = new Bars((word) => this.pick(word));
    this.waiting = element("p", "waiting quiet");
    this.plot.append(this.picture, this.bars.node, this.waiting);
    this.says = element("p", "says");
    this.limit = element("p", "limit quiet");
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    const large = element("div", "large");
    large.append(head, this.plot, this.says, this.limit, this.spoken);
    stage.append(this.group, large);
    this.root.replaceChildren(stage);
  }

  listen() {
    const { picture, plot } = this;
    picture.addEventListener("pointermove", (event) => this.read(this.under(event)));
    picture.addEventListener("pointerleave", () => this.read(this.pinned));
    picture.addEventListener("click", (event) => this.pin(this.under(event)));
    plot.addEventListener("keydown", (event) => this.onKey(event));
    this.group.addEventListener("keydown", (event) => this.walkThumbs(event));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (this.echoes.isNews(data.panel ?? null) && NAMES.includes(data.panel)) this.choose(data.panel, false);
    this.subscription.to(data.api, data.run);
    this.subscription.feed?.wake();
    this.follow();
    this.redraw();
  }

  /** The step to show: the one that the dock's knob is on, or the last snapshot. */
  follow() {
    const { feed } = this.subscription;
    if (!feed?.state || !this.data) return;
    const { api, run, word, measure, lang } = this.data;
    if (feed.state.revision !== this.revision) this.near.forget();
    this.revision = feed.state.revision;
    this.near.want({ api, run, step: feed.step ?? feed.state.snapshots?.at(-1), word, measure, lang });
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!this.data || !width || !height) return;
    this.look = theme(this.root);
    this.drawThumbs();
    const { texts } = this.data;
    const isThere = this.isThere(this.chosen);
    setText(this.title, this.titleOf(this.chosen));
    setText(this.says, isThere ? this.sentence() : "");
    setText(this.limit, isThere ? texts[`${this.chosen}_limit`] : "");
    this.waiting.hidden = isThere;
    setText(this.waiting, isThere ? "" : this.missing());
    this.picture.replaceChildren();
    this.scene = null;
    this.plot.dataset.panel = this.chosen;
    if (isThere) this.drawLarge(width, height);
    else this.bars.update([], height);
    this.plot.toggleAttribute("tabindex", Boolean(this.scene));
    if (this.scene) this.plot.tabIndex = 0;
    this.plot.setAttribute("aria-label", `${this.titleOf(this.chosen)}. ${this.scene ? texts.keys : ""}`);
    this.showPoint();
  }

  isThere(name) {
    if (name === "near") return Boolean(this.near.answer);
    const answer = this.data[name];
    if (name === "matrix") return answer?.words.length > 1;
    return Boolean(answer);
  }

  /** Why there is no picture: the server's own sentence, where it gave one. */
  missing() {
    const { texts } = this.data;
    if (this.chosen !== "near") return texts[`${this.chosen}_empty`];
    const { problem } = this.near;
    return problem ? `${problem.headline} ${problem.rest}` : texts.near_empty;
  }

  titleOf(name) {
    const { data } = this;
    const { texts } = data;
    if (name === "near" && this.near.answer) return fill(texts.near_title, { word: this.near.answer.word });
    if (name === "sum" && data.sum) return withMinus(data.expression);
    return texts[name];
  }

  drawLarge(width, height) {
    const { data, chosen, look } = this;
    const { texts } = data;
    const size = { width, height, isSmall: false, look, texts };
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", this.says.textContent || this.titleOf(chosen));
    if (chosen === "near") this.bars.update(this.near.rows(texts), height);
    if (chosen === "odd") this.bars.update(oddRows(data.odd, texts), height);
    if (chosen === "sum") this.drawSum(size);
    this.picture.toggleAttribute("hidden", chosen === "near" || chosen === "odd");
    if (!(chosen in SCENES)) return;
    this.bars.update([], height);
    this.scene = SCENES[chosen](data[chosen], size);
    this.picture.replaceChildren(...this.scene.nodes, this.marks);
  }

  /** The picture has the left part, or the upper one of a narrow stage; the bars have the rest. */
  drawSum(size) {
    const isWide = size.width > 520 || size.height < 300;
    this.plot.classList.toggle("narrow", !isWide);
    const width = isWide ? Math.round(size.width * 0.6) : size.width;
    const height = isWide ? size.height : Math.round(size.height * 0.58);
    this.picture.replaceChildren(...sumPicture(this.data.sum, { ...size, width, height }));
    const rows = this.data.sum.rows.slice(0, isWide ? 10 : 4);
    const bars = rows.map(({ word, cosine }, i) => ({ word, share: cosine, value: cosine.toFixed(2), isMarked: i === 0 }));
    this.bars.update(bars, isWide ? size.height : size.height - height);
  }

  sentence() {
    const { data } = this;
    const { texts } = data;
    if (this.chosen === "near") return nearSentence(this.near.answer, texts);
    const answer = data[this.chosen];
    const unknown = (answer.unknown ?? []).map(({ word }) => word).join(", ");
    const left = unknown ? ` ${fill(texts.unknown, { words: unknown })}` : "";
    return SENTENCES[this.chosen](answer, texts, data) + left;
  }

  drawThumbs() {
    const { data, look } = this;
    this.group.setAttribute("aria-label", data.texts.pictures);
    for (const thumb of this.thumbs) {
      thumb.show(data.texts[thumb.name], this.isThere(thumb.name) ? this.small(thumb.name, look) : [], data.texts.nothing);
      thumb.mark(thumb.name === this.chosen);
    }
  }

  small(name, look) {
    const { data } = this;
    const size = { ...SMALL, look, texts: data.texts };
    if (name in SCENES) return SCENES[name](data[name], size).nodes;
    if (name === "sum") return sumPicture(data.sum, size);
    const { words, cosines, odd } = data.odd ?? {};
    const shares = name === "near" ? this.near.rows(data.texts).map(({ share }) => share) : cosines;
    const marked = name === "odd" ? words.indexOf(odd) : -1;
    return smallBars(shares, marked).map(({ isMarked, ...box }) => svg("rect", { ...box, rx: 1, class: isMarked ? "small marked" : "small" }));
  }

  choose(name, tell = true) {
    if (name === this.chosen) return;
    this.chosen = name;
    this.at = this.pinned = null;
    this.redraw();
    if (!tell) return;
    this.echoes.sent(name);
    this.api.trigger("panel", { panel: name, n: this.next() });
  }

  pick(word) {
    this.api.trigger("word", { word, n: this.next() });
  }

  next() {
    return (this.number = Math.max(this.number + 1, Date.now()));
  }

  under(event) {
    const box = this.plot.getBoundingClientRect();
    return this.scene?.under(event.clientX - box.left, event.clientY - box.top) ?? null;
  }

  onKey(event) {
    if (!this.scene || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      this.pinned = null;
      return this.read(null);
    }
    const next = this.scene.move(this.at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    this.pinned = next;
    this.read(next);
    setText(this.spoken, this.reading.textContent);
  }

  pin(at) {
    this.pinned = String(at) === String(this.pinned) ? null : at;
    this.read(at);
  }

  read(at) {
    const next = at ?? this.pinned;
    if (String(next) === String(this.at)) return;
    this.at = next;
    this.showPoint();
  }

  showPoint() {
    const { at, scene } = this;
    this.marks.replaceChildren();
    if (!scene || !at) return setText(this.reading, scene ? this.data.texts.hint : "");
    const { word, text } = scene.says(at);
    this.marks.replaceChildren(...scene.marks(at));
    this.reading.replaceChildren(...(word ? [element("bdi", "text", word), " "] : []), text);
  }

  walkThumbs(event) {
    const at = this.thumbs.findIndex(({ node }) => node === event.target.closest("button"));
    const last = NAMES.length - 1;
    const places = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: last };
    if (at < 0 || !(event.key in places)) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, places[event.key]));
    this.thumbs.forEach(({ node }, i) => (node.tabIndex = i === next ? 0 : -1));
    this.thumbs[next].node.focus();
  }

  destroy() {
    this.subscription.to(null, null);
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}

const SENTENCES = {
  sum(answer, texts, { expression }) {
    const [best] = answer.rows;
    if (!best) return "";
    const said = fill(texts.sum_says, { word: best.word, expression: withMinus(expression), cosine: best.cosine.toFixed(2) });
    if (typeof answer.parallel !== "number" || !answer.analogy) return said;
    const degrees = Math.round((Math.acos(Math.max(-1, Math.min(1, answer.parallel))) * 180) / Math.PI);
    return said + fill(texts.sum_parallel, { cosine: answer.parallel.toFixed(2), degrees });
  },
  odd: (answer, texts) => fill(texts.odd_says, { word: answer.odd, cosine: Math.min(...answer.cosines).toFixed(2) }),
  matrix(answer, texts) {
    const { words, cosine } = answer;
    let best = [0, 1];
    words.forEach((_, row) => words.forEach((__, column) => {
      if (row < column && cosine[row][column] > cosine[best[0]][best[1]]) best = [row, column];
    }));
    return fill(texts.matrix_says, { a: words[best[0]], b: words[best[1]], cosine: cosine[best[0]][best[1]].toFixed(2) });
  },
  strip: (answer, texts) => fill(texts.strip_says, { n: answer.order.length }),
};

function nearSentence({ word, measure, rows }, texts) {
  if (!rows.length) return "";
  const value = (measure === "euclidean" ? rows[0].distance : rows[0].cosine).toFixed(2);
  return fill(measure === "euclidean" ? texts.near_says_far : texts.near_says, { word, other: rows[0].word, value });
}

/** A hyphen between blanks is a minus. */
const withMinus = (expression) => expression.replaceAll(" - ", " − ");

/** The words from the nearest to the mean to the furthest. */
function oddRows({ words, cosines, odd }, texts) {
  const rows = words.map((word, i) => ({ word, share: cosines[i], value: cosines[i].toFixed(2), isMarked: word === odd }));
  rows.sort((a, b) => b.share - a.share);
  return rows.map((row) => ({ ...row, note: row.isMarked ? texts.odd_mark : "" }));
}

/** A small picture that is a button. */
class Thumb {
  constructor(name, choose) {
    this.name = name;
    this.node = element("button", "thumb", null, { type: "button", "data-panel": name });
    this.picture = svg("svg", { viewBox: `0 0 ${SMALL.width} ${SMALL.height}`, "aria-hidden": "true" });
    this.label = element("span", "label");
    const box = element("span", "box");
    box.append(this.picture);
    this.node.append(box, this.label);
    this.node.addEventListener("click", choose);
  }

  show(title, nodes, nothing) {
    setText(this.label, title);
    this.node.title = title;
    this.node.setAttribute("aria-label", nodes.length ? title : `${title}, ${nothing}`);
    this.picture.replaceChildren(...nodes);
  }

  mark(isChosen) {
    this.node.setAttribute("aria-pressed", isChosen);
    this.node.tabIndex = isChosen ? 0 : -1;
  }
}
