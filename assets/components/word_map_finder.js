/** The search of the map: a pattern, the words that match it, and what is said about them. */

import { counted } from "./counted.js";
import { Search } from "./map_search.js";
import { fill } from "./texts.js";

/** Belongs to a `WordMap`. `matches` are indices, or null. */
export class Finder {
  constructor(map) {
    this.map = map;
    this.search = new Search();
    this.pattern = "";
    this.matches = null;
  }

  async lookFor(pattern) {
    const { map } = this;
    this.pattern = pattern;
    if (!map.frame) return;
    const answer = pattern ? await this.search.find(map.frame.list, pattern) : { found: null };
    if (map.isGone || !answer || pattern !== this.pattern) return;
    this.matches = answer.found ?? null;
    this.problem = answer.problem ?? null;
    map.sayHint();
    if (pattern) map.speak(this.says());
    map.relight();
  }

  says() {
    const { texts } = this.map.data;
    if (!this.pattern) return "";
    if (this.problem) return fill(texts[`search_${this.problem}`], { pattern: this.pattern });
    return this.matches?.length ? counted(texts, "found", this.matches.length) : texts.found_none;
  }

  /** Brings the matches into view, because the reader asked for it. */
  goTo() {
    if (!this.matches?.length) return;
    const { view } = this.map;
    const along = (k) => this.matches.map((i) => view.spots[4 * i + k]).sort((a, b) => a - b);
    const [xs, ys] = [along(0), along(1)];
    view.moveCamera("zoomOnto", [xs[0], ys[0], xs.at(-1), ys.at(-1)]);
  }

  close() {
    this.map.tools.closeSearch();
    this.lookFor("");
    this.map.view.surface.focus();
  }
}
