/** Words of the run's own text around the centre, with its window; a click chooses the other word of the pair. */

import { element } from "./dom.js";
import { fill } from "./texts.js";

export class Passage {
  /** `choose(word)` takes a context, `turn(by)` another place of the centre. */
  constructor(choose, turn) {
    this.choose = choose;
    this.node = element("div", "passage");
    this.words = element("p", "words text", null, { role: "group" });
    this.place = element("span", "quiet place");
    this.back = element("button", "icon", "‹", { type: "button" });
    this.next = element("button", "icon", "›", { type: "button" });
    this.back.addEventListener("click", () => turn(-1));
    this.next.addEventListener("click", () => turn(1));
    const walk = element("span", "walk");
    walk.append(this.back, this.place, this.next);
    this.node.append(this.words, walk);
  }

  update({ passage, window, centre, context }, texts) {
    const known = JSON.stringify([passage, window, centre, context, texts.place]);
    if (known === this.known) return;
    this.known = known;
    this.back.setAttribute("aria-label", texts.back);
    this.next.setAttribute("aria-label", texts.next);
    this.words.setAttribute("aria-label", texts.passage);
    this.node.classList.toggle("missing", !passage);
    if (!passage) return this.words.replaceChildren(element("span", "quiet", fill(texts.no_passage, { word: centre })));
    this.place.textContent = fill(texts.place, { i: passage.nth + 1, n: passage.n });
    const focused = this.node.getRootNode().activeElement?.dataset?.at;
    this.words.replaceChildren(...passage.words.flatMap((word, i) => [this.word(word, i, { passage, window, context }), " "]));
    if (focused) this.words.querySelector(`[data-at="${focused}"]`)?.focus();
  }

  word(word, i, { passage, window, context }) {
    const distance = Math.abs(i - passage.at);
    if (!distance) return element("b", "centre", word);
    if (distance > window) return element("span", "outside", word);
    const button = element("button", "inside", word, { type: "button", "data-at": i, "aria-pressed": word === context });
    button.style.setProperty("--reach", 1 - (distance - 1) / window);
    button.addEventListener("click", () => this.choose(word));
    return button;
  }
}
