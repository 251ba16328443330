/** Two maps side by side: a word hovered or pinned in one is marked in the other, with its neighbours on each side. */

import { onThemeChange, theme } from "./colours.js";
import { element, setText } from "./dom.js";
import { echoes } from "./echo.js";
import { viewKey } from "./map_keys.js";
import { fill } from "./texts.js";
import { visible } from "./token_text.js";
import { MovedList } from "./word_compare_list.js";
import { marksOf, neighbourWords, tally } from "./word_compare_marks.js";
import { Side } from "./word_compare_side.js";

const SIDES = ["left", "right"];

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new WordCompare(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class WordCompare {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.word = null; // pinned
    this.hovered = null;
    this.number = Date.now();
    this.echoes = echoes();
    this.build();
    this.stopTheme = onThemeChange(root, () => this.repaint());
  }

  build() {
    this.sides = SIDES.map(() => new Side({
      hover: (word) => this.hover(word),
      pick: (word) => this.pin(word),
      drawn: () => this.remark(),
      key: (view, event) => this.onKey(view, event),
    }));
    this.list = new MovedList({ hover: (word) => this.hover(word), pick: (word) => this.pin(word) });
    this.reading = element("p", "reading", null, { "aria-live": "polite" });
    this.how = element("p", "how quiet");
    const says = element("div", "says");
    says.append(this.reading, this.how);
    const stage = element("div", "stage compare");
    stage.append(...this.sides.map((side) => side.node), this.list.node, says);
    this.root.replaceChildren(stage);
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (this.echoes.isNews(data.word ?? null)) this.word = data.word ?? null;
    this.look = theme(this.root);
    this.sides.forEach((side, k) => side.update(data, SIDES[k], this.look));
    setText(this.how, data.texts.how);
    this.list.update(data);
    this.remark();
  }

  repaint() {
    if (!this.data) return;
    this.look = theme(this.root);
    this.sides.forEach((side) => side.repaint(this.look));
  }

  /** The word that is read now: the one under the pointer, or else the pinned one. */
  get centre() {
    return this.hovered ?? this.word;
  }

  remark() {
    if (!this.data) return;
    const { centre, word, data } = this;
    const row = [...(data.moved ?? []), ...(data.stable ?? [])].find((one) => one.word === centre);
    const told = [row?.before, row?.after];
    const near = this.sides.map(({ view }, k) => neighbourWords(view.frame, centre, told[k]));
    this.sides.forEach(({ view }, k) => {
      if (view.frame) view.mark(marksOf(view.frame, { word, centre, own: near[k], other: near[1 - k], isBefore: k === 0 }));
    });
    setText(this.reading, this.says(centre, near));
    this.list.mark(word);
  }

  says(word, [before, after]) {
    const { texts } = this.data;
    if (word === null) return texts.hint;
    const places = this.sides.map(({ view }) => view.frame?.list.index.has(word));
    const shown = visible(word);
    if (places.includes(false)) return fill(texts[places[0] ? "only_left" : places[1] ? "only_right" : "absent"], { word: shown });
    const { kept, n } = tally(before, after);
    return n ? fill(texts.reading, { word: shown, kept, n }) : shown;
  }

  hover(word) {
    if (word === this.hovered) return;
    this.hovered = word;
    this.remark();
  }

  pin(word) {
    if (word === this.word) return;
    this.word = word;
    this.hovered = null;
    this.echoes.sent(word);
    this.api.trigger("word", { word, n: ++this.number });
    this.remark();
  }

  onKey(view, event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.pin(null);
    else if (!viewKey(view, event.key)) return;
    event.preventDefault();
  }

  destroy() {
    this.stopTheme();
    this.sides.forEach((side) => side.remove());
  }
}
