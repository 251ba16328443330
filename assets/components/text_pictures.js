/** Counts of a text as pictures: all as thumbnails, one large, with what it says and what it does not. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText, svg } from "./dom.js";
import { echoes } from "./echo.js";
import { lengths, ngrams, words } from "./text_pictures_bars.js";
import { coverage, heaps, zipf } from "./text_pictures_curves.js";
import { together } from "./text_pictures_matrix.js";
import { valuesOf } from "./text_pictures_values.js";
import { fill } from "./texts.js";

const DRAWN = { zipf, heaps, lengths, words, ngrams, together, coverage };
const NAMES = Object.keys(DRAWN);
const THUMB = { width: 96, height: 54 };

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new TextPictures(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class TextPictures {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.chosen = NAMES[0];
    this.at = null; // the point that is read
    this.number = Date.now();
    this.echoes = echoes();
    this.build();
    this.listen();
    this.redraw = oncePerFrame(() => this.draw());
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.plot);
    this.stopTheme = onThemeChange(root, () => this.drawAll());
  }

  build() {
    this.stage = element("div", "stage frame");
    this.thumbs = NAMES.map((name) => new Thumb(name, () => this.choose(name)));
    this.group = element("div", "thumbs", null, { role: "group" });
    this.group.append(...this.thumbs.map((thumb) => thumb.node));
    this.title = element("b", "title");
    this.reading = element("span", "point");
    const head = element("div", "head");
    head.append(this.title, this.reading);
    this.plot = element("div", "plot", null, { tabindex: "0", role: "group" });
    this.picture = svg("svg", { role: "img" });
    this.marks = svg("g");
    this.waiting = element("p", "waiting quiet");
    this.plot.append(this.picture, this.waiting);
    this.says = element("p", "says");
    this.limit = element("p", "limit quiet");
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    const large = element("div", "large");
    large.append(head, this.plot, this.says, this.limit, this.spoken);
    this.stage.append(this.group, large);
    this.root.replaceChildren(this.stage);
  }

  listen() {
    const { plot } = this;
    plot.addEventListener("pointermove", (event) => this.read(this.pointUnder(event)));
    plot.addEventListener("pointerdown", (event) => this.read(this.pointUnder(event)));
    plot.addEventListener("pointerleave", () => this.read(null));
    plot.addEventListener("keydown", (event) => this.onKey(event));
    plot.addEventListener("blur", () => this.read(null));
    this.group.addEventListener("keydown", (event) => this.walkThumbs(event));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const isNews = this.echoes.isNews(data.chosen ?? null);
    if (isNews && NAMES.includes(data.chosen)) this.chosen = data.chosen;
    const source = JSON.stringify([data.pictures, data.lang, this.chosen]);
    if (source === this.source) return;
    this.source = source;
    this.drawAll();
  }

  drawAll() {
    if (!this.data) return;
    const { texts } = this.data;
    this.look = theme(this.root);
    this.group.setAttribute("aria-label", texts.pictures);
    for (const thumb of this.thumbs) {
      const scene = this.sceneOf(thumb.name, { ...THUMB, isSmall: true });
      thumb.show(this.titleOf(thumb.name), scene, texts.too_little);
      thumb.mark(thumb.name === this.chosen);
    }
    this.draw();
  }

  /** What to draw of a picture; null when the text was too short for it. */
  sceneOf(name, size) {
    const picture = this.data.pictures?.[name];
    if (!picture || isEmpty(picture)) return null;
    return DRAWN[name](picture, { ...size, texts: this.data.texts, look: this.look });
  }

  titleOf(name) {
    const { texts, pictures } = this.data;
    return fill(texts[name] ?? name, { n: pictures?.[name]?.n ?? 2 });
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!this.data || !width || !height) return;
    const { texts, pictures } = this.data;
    const scene = this.sceneOf(this.chosen, { width, height, isSmall: false });
    const values = scene ? valuesOf(this.chosen, scene.shown ?? pictures[this.chosen], texts) : {};
    const title = this.titleOf(this.chosen);
    const reading = scene ? fill(texts[`${this.chosen}.reading`], values) : "";
    this.scene = scene;
    setText(this.title, title);
    setText(this.says, reading);
    setText(this.limit, scene ? fill(texts[`${this.chosen}.limit`], values) : "");
    setText(this.waiting, texts.too_little_long);
    this.waiting.hidden = Boolean(scene);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", `${title}. ${reading || texts.too_little_long}`);
    this.picture.replaceChildren(...(scene?.nodes ?? []), this.marks);
    this.plot.setAttribute("aria-label", `${title}. ${texts.keys}`);
    this.showPoint();
  }

  choose(name) {
    if (name === this.chosen) return;
    this.chosen = name;
    this.at = null;
    this.source = JSON.stringify([this.data.pictures, this.data.lang, name]);
    for (const thumb of this.thumbs) thumb.mark(thumb.name === name);
    this.draw();
    this.echoes.sent(name);
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger("chosen", { name, n: this.number });
  }

  walkThumbs(event) {
    const at = this.thumbs.findIndex((thumb) => thumb.node === event.target.closest("button"));
    const last = NAMES.length - 1;
    const places = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: last };
    if (at < 0 || !(event.key in places)) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, places[event.key]));
    this.thumbs.forEach((thumb, i) => (thumb.node.tabIndex = i === next ? 0 : -1));
    this.thumbs[next].node.focus();
  }

  pointUnder(event) {
    if (!this.scene) return null;
    const box = this.plot.getBoundingClientRect();
    return this.scene.under(event.clientX - box.left, event.clientY - box.top);
  }

  onKey(event) {
    if (!this.scene || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return this.read(null);
    const next = this.scene.move(this.at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    this.read(next);
    setText(this.spoken, this.reading.textContent);
  }

  read(at) {
    if (at === this.at) return;
    this.at = at;
    this.showPoint();
  }

  /** The crosshair, and the reading line beside the title. */
  showPoint() {
    if (!this.scene || this.at === null) {
      this.marks.replaceChildren();
      return setText(this.reading, this.scene ? this.data.texts.hint : "");
    }
    const { word, text } = this.scene.says(this.at);
    this.marks.replaceChildren(...this.scene.marks(this.at));
    this.reading.replaceChildren(...(word ? [element("bdi", "text", word), " "] : []), text);
  }

  destroy() {
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}

/** A small picture that is a button. */
class Thumb {
  constructor(name, choose) {
    this.name = name;
    this.node = element("button", "thumb", null, { type: "button" });
    this.picture = svg("svg", { viewBox: `0 0 ${THUMB.width} ${THUMB.height}`, "aria-hidden": "true" });
    this.missing = element("span", "missing quiet");
    const box = element("span", "box");
    this.label = element("span", "label");
    box.append(this.picture, this.missing);
    this.node.append(box, this.label);
    this.node.addEventListener("click", choose);
  }

  show(title, scene, missing) {
    setText(this.label, title);
    this.node.title = title;
    this.node.setAttribute("aria-label", scene ? title : `${title}, ${missing}`);
    setText(this.missing, scene ? "" : missing);
    this.picture.replaceChildren(...(scene?.nodes ?? []));
  }

  mark(isChosen) {
    this.node.setAttribute("aria-pressed", isChosen);
    this.node.tabIndex = isChosen ? 0 : -1;
  }
}

/** True for a picture whose lists hold nothing. */
function isEmpty(picture) {
  const lists = Object.values(picture).filter(Array.isArray);
  return lists.length > 0 && lists.some((list) => !list.length && list !== picture.marks);
}
