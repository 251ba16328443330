/** Every hit of a search with what stands before and after it: the matches in one column (keyword in context). */

import { element } from "./dom.js";
import { signed } from "./invisible.js";
import { thousands } from "./numbers.js";
import { fill } from "./texts.js";

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

export class Concordance {
  /** `open(hit)` on click and on Enter. */
  constructor(open) {
    this.open = open;
    this.hits = [];
    this.node = element("ol", "concordance");
    this.node.addEventListener("click", (event) => this.choose(this.indexOf(event.target)));
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  get lines() {
    return [...this.node.querySelectorAll("button")];
  }

  indexOf(target) {
    return this.lines.indexOf(target.closest?.("button"));
  }

  show(hits, language, texts) {
    this.hits = hits;
    this.node.lang = language;
    this.node.dir = RIGHT_TO_LEFT.test(hits[0]?.match ?? "") ? "rtl" : "ltr"; // before is right of after there
    this.node.setAttribute("aria-label", texts.concordance);
    this.node.replaceChildren(...hits.map((hit, k) => line(hit, k === 0, texts)));
    this.node.scrollTop = 0;
  }

  choose(k) {
    if (k < 0) return;
    this.makeTabStop(k);
    this.open(this.hits[k]);
  }

  onKey(event) {
    const last = this.hits.length - 1;
    const at = this.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    this.focus(Math.max(0, Math.min(last, to)));
  }

  focus(k) {
    this.makeTabStop(k);
    this.lines[k]?.focus();
  }

  /** One line at a time is reached by Tab. */
  makeTabStop(k) {
    this.lines.forEach((button, i) => (button.tabIndex = i === k ? 0 : -1));
  }

  /** The line that Tab reaches, which is the one opened last. */
  get current() {
    return Math.max(0, this.lines.findIndex((button) => button.tabIndex === 0));
  }
}

function line({ i, before, match, after }, isFirst, texts) {
  const button = element("button", "hit", null, { type: "button", tabindex: isFirst ? "0" : "-1" });
  button.title = fill(texts.document_short, { i: i + 1 });
  const context = element("span", "text before");
  context.append(shown("bdi", "", before));
  button.append(
    element("span", "number", thousands(i + 1)),
    context,
    shown("b", "text match", match),
    shown("bdi", "text after", after),
  );
  const item = element("li");
  item.append(button);
  return item;
}

function shown(tag, className, text) {
  const node = element(tag, className);
  node.append(...signed(text ?? "", "line"));
  return node;
}
