/** A text whose tokens can be looked at and pinned; the drawing is that of the token stream. */

import { signedLine } from "./invisible.js";
import { isNumber } from "./numbers.js";
import { Flow } from "./token_flow.js";

const LONGEST_LABEL = 24; // characters; a longer token would not fit on a narrow line
const NOT_BLANK = /\S/;

export class Tokens {
  /** `changed()` whenever another token is looked at or pinned. */
  constructor(panel, changed) {
    this.tokens = [];
    this.pinned = null;
    this.looked = null;
    this.changed = changed;
    this.flow = new Flow(panel, {
      look: (at) => this.set(at, this.pinned),
      choose: (at) => this.set(this.looked, at),
      clear: () => this.clear(),
    });
    this.flow.node.dir = "auto";
    this.flow.setWriting(false);
  }

  /** `tokens` and their `p` after `prompt`; drawn again only when they are others. Returns whether they were. */
  update(prompt, tokens, p, { areWords, language, name }) {
    this.flow.node.setAttribute("aria-label", name);
    const key = JSON.stringify([prompt, tokens, p, areWords, language]);
    if (key === this.key) return false;
    this.key = key;
    this.flow.node.lang = language;
    this.tokens = tokens;
    this.p = p;
    this.flow.clear(prompt);
    const spaced = areWords && needsSpaces(tokens);
    const isAfterSpace = (i) => spaced && (i > 0 || prompt !== "");
    const probability = (i) => (isNumber(p[i]) ? p[i] : 1);
    this.flow.add(tokens.map((text, i) => ({ text: shown(text, isAfterSpace(i)), p: probability(i) })));
    this.flow.node.scrollTop = 0;
    this.flow.follows = false;
    this.withoutBar();
    this.pinned = this.looked = null;
    return true;
  }

  /** A token whose probability is not known has no bar and no fill. */
  withoutBar() {
    this.flow.chips.forEach((chip, i) => {
      if (isNumber(this.p[i])) return;
      chip.style.setProperty("--p", 0);
      chip.setAttribute("aria-label", `${this.tokens[i]} –`);
    });
  }

  /** The token to read about: the one looked at, else the pinned one. */
  get at() {
    return this.looked ?? this.pinned;
  }

  set(looked, pinned) {
    this.looked = looked;
    if (pinned !== this.pinned) this.flow.mark(pinned);
    this.pinned = pinned;
    this.changed(this);
  }

  clear() {
    this.set(null, null);
  }
}

/** Words that were cut at their blanks, which are gone. */
function needsSpaces(tokens) {
  return !tokens.some((token) => /\s/.test(token)) && tokens.some((token) => /[a-z]/i.test(token));
}

function shown(text, isAfterSpace) {
  const characters = [...text];
  const cut = characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL).join("")}…` : text;
  const body = NOT_BLANK.test(cut) ? cut.replace(/\S+/g, signedLine) : cut;
  return isAfterSpace ? ` ${body}` : body;
}
