/** One word in many sentences: a point for each, at the layer that is chosen; beside it what a word vector knows. */

import { onThemeChange } from "./colours.js";
import { Aside } from "./context_map_aside.js";
import { Layers } from "./context_map_layers.js";
import { Places } from "./context_map_places.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { echoes } from "./echo.js";
import { loss as twoDigits, percent } from "./numbers.js";
import { fill } from "./texts.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new ContextMap(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class ContextMap {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.layer = null; // chosen; null before the first answer
    this.pinned = null;
    this.number = Date.now();
    this.echoes = echoes();
    this.build();
    this.redraw = oncePerFrame(() => this.draw());
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.sentence = element("p", "sentence");
    this.places = new Places({ look: (i) => this.read(i), pin: (i) => this.pin(i) });
    this.says = element("p", "says");
    this.limit = element("p", "limit quiet");
    this.layers = new Layers({ move: (layer) => this.show(layer), commit: () => this.commit() });
    this.aside = new Aside((word) => this.send("word", { word }));
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    const large = element("div", "large");
    large.append(this.sentence, this.places.node, this.says, this.limit);
    this.stage.append(large, this.aside.node, this.layers.node, this.spoken);
    this.root.replaceChildren(this.stage);
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    const last = (data.layers?.length ?? 1) - 1;
    const isNews = this.echoes.isNews(data.layer ?? null);
    if (this.layer === null || (isNews && data.layer !== null)) this.layer = data.layer ?? last;
    this.layer = Math.max(0, Math.min(last, this.layer));
    const source = JSON.stringify([data.word, data.places]);
    if (source !== this.source) this.pinned = null;
    this.source = source;
    this.stage.classList.toggle("stale", Boolean(data.stale));
    this.aside.update(data);
    this.redraw();
  }

  draw() {
    const { data } = this;
    if (!data?.layers || !this.stage.clientWidth) return;
    const { texts } = data;
    this.places.update(data, this.layer, this.root.lang);
    this.layers.update(data, this.layer);
    this.read(this.pinned);
    setText(this.says, this.reading());
    setText(this.limit, fill(texts.limit, { kept: percent(data.layers[this.layer].kept) }));
  }

  /** What this layer has made of the word. */
  reading() {
    const { texts, layers, word } = this.data;
    const { similarity, baseline } = layers[this.layer];
    const values = { word, similarity: twoDigits(similarity), other: twoDigits(baseline) };
    const forms = [...new Set(this.data.places.map((place) => place.word))];
    if (this.layer === 0 && forms.length > 1) return fill(texts.says_forms, { ...values, a: forms[0], b: forms[1] });
    if (this.layer === 0) return fill(texts.says_embedding, values);
    return fill(texts.says_layer, { ...values, layer: this.layer, last: layers.length - 1 });
  }

  show(layer) {
    if (layer === this.layer) return;
    this.layer = layer;
    this.redraw();
  }

  commit() {
    this.echoes.sent(this.layer);
    this.send("layer", { layer: this.layer });
  }

  pin(i) {
    this.pinned = i;
    this.read(i);
    if (i !== null) setText(this.spoken, this.data.places[i].before + this.data.places[i].word + this.data.places[i].after);
  }

  /** The sentence of a place, with the word marked; of none, how to read the map. */
  read(i) {
    const at = i ?? this.pinned;
    this.places.light(at, this.pinned);
    this.sentence.classList.toggle("quiet", at === null);
    this.sentence.classList.toggle("text", at !== null);
    if (at === null) return setText(this.sentence, this.data.texts.hint);
    const { before, word, after } = this.data.places[at];
    this.sentence.replaceChildren(before, element("b", "", word), element("span", "unread", after));
  }

  send(name, value) {
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger(name, { ...value, n: this.number });
  }

  destroy() {
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
    this.places.stop();
  }
}
