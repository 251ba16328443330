/** The text as it grows: the prompt in grey, then one chip for each token of the model. */

import { rampColour } from "./colours.js";
import { element } from "./dom.js";
import { percent } from "./numbers.js";
import { tokenLabel, visible } from "./token_text.js";

const LEVELS = [0.3, 0.1, 0.03, 0.01]; // probability from which a token counts as expected, … , surprising
const FIRST_WARM = 5; // the warm half of the diverging ramp
const AT_END_PX = 24;
const LETTER = /^[^\s\u2e80-\uffff]$/; // a token of one letter; Han characters keep the room of a word
const MAY_BREAK = "\u200b"; // after a blank, which itself is drawn as one that cannot break
const NO_BREAK_SPACE = "\u00a0";

/** 0 for an expected token (30 % and more) to 4 for a surprising one (under 1 %). */
export function surprise(p) {
  const level = LEVELS.findIndex((least) => p >= least);
  return level < 0 ? LEVELS.length : level;
}

/** Sets the five fills, and the text on the strongest: ink or page, whichever is easier to read. */
export function setSurpriseColours(root, look) {
  const fills = look.diverging.slice(FIRST_WARM, FIRST_WARM + LEVELS.length);
  fills.forEach((fill, i) => root.style.setProperty(`--surprise-${i + 1}`, fill));
  const contrast = (text) => ratio(luminance(text), luminance(fills.at(-1)));
  root.style.setProperty("--on-surprise", contrast(look.ink) >= contrast(look.page) ? look.ink : look.page);
}

export class Flow {
  /** `look(index or null)` while hovering, `choose(index)` on click and on Enter, `clear()` on Esc. */
  constructor(panel, actions) {
    this.node = element("div", "flow", null, { role: "group", tabindex: "-1" });
    this.prompt = element("span", "prompt");
    this.caret = element("span", "caret", "\u200b", { "aria-hidden": "true" });
    panel.append(this.node);
    this.chips = [];
    this.actions = actions;
    this.follows = true;
    this.listen();
    this.clear("");
  }

  listen() {
    const { node, actions } = this;
    const index = (event) => this.chips.indexOf(event.target.closest?.(".chip"));
    node.addEventListener("pointerover", (event) => actions.look(index(event) < 0 ? null : index(event)));
    node.addEventListener("pointerleave", () => actions.look(null));
    node.addEventListener("focusin", (event) => actions.look(index(event) < 0 ? null : index(event)));
    node.addEventListener("focusout", () => actions.look(null));
    node.addEventListener("click", (event) => index(event) >= 0 && actions.choose(index(event)));
    node.addEventListener("keydown", (event) => this.onKey(event, index(event)));
    node.addEventListener("scroll", () => {
      this.follows = node.scrollHeight - node.scrollTop - node.clientHeight < AT_END_PX;
    });
  }

  onKey(event, at) {
    if (event.key === "Escape") return this.actions.clear();
    const last = this.chips.length - 1;
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    if (event.key in places) this.focus(Math.max(0, Math.min(last, places[event.key])));
    else if ((event.key === "Enter" || event.key === " ") && at >= 0) this.actions.choose(at);
    else return;
    event.preventDefault();
  }

  focus(at) {
    if (at < 0 || at >= this.chips.length) return;
    this.makeTabStop(at);
    this.chips[at].focus();
  }

  /** One chip at a time is reached by Tab. */
  makeTabStop(at) {
    this.chips.forEach((chip, i) => (chip.tabIndex = i === at ? 0 : -1));
  }

  /** Begins again after another prompt. */
  clear(prompt) {
    this.prompt.textContent = prompt;
    this.chips = [];
    this.follows = true;
    this.node.replaceChildren(this.prompt, this.caret);
    this.node.scrollTop = 0;
  }

  add(tokens) {
    for (const token of tokens) {
      const chip = this.chip(token);
      chip.tabIndex = this.chips.length ? -1 : 0;
      this.chips.push(chip);
      this.caret.before(...spaced(token.text, chip));
    }
    if (this.follows && tokens.length) this.node.scrollTop = this.node.scrollHeight;
  }

  chip(token) {
    const p = token.model_p ?? token.p;
    const chip = element("span", `chip level-${surprise(p)}`, chipText(token.text));
    const isBlank = !token.text.trim() && !token.text.includes("\n");
    if (isBlank) chip.dataset.sign = visible(token.text);
    chip.classList.toggle("blank", isBlank);
    chip.classList.toggle("break", token.text.includes("\n"));
    chip.classList.toggle("letter", LETTER.test(token.text) || isBlank);
    chip.style.setProperty("--p", p);
    chip.setAttribute("role", "button");
    chip.setAttribute("aria-pressed", "false");
    chip.setAttribute("aria-label", `${tokenLabel(token.text)} ${percent(p)}`);
    return chip;
  }

  mark(pinned) {
    this.chips.forEach((chip, i) => chip.setAttribute("aria-pressed", i === pinned));
    if (pinned !== null && pinned < this.chips.length) this.makeTabStop(pinned);
  }

  setWriting(isWriting) {
    this.caret.hidden = !isWriting;
  }
}

/** Words without the space before them; blanks as blanks, line breaks as signs. */
function chipText(text) {
  if (text.trim()) return text.trim();
  if (text.includes("\n")) return visible(text);
  return text.replace(/\s/g, NO_BREAK_SPACE) || "∅";
}

/** A chip between the white space of its token, which stays real: lines break where the model breaks them. */
function* spaced(text, chip) {
  const body = text.trim();
  const before = body ? text.slice(0, text.indexOf(body)) : "";
  const breaks = text.replace(/[^\n]/g, "");
  const after = body ? text.slice(before.length + body.length) : breaks || MAY_BREAK;
  if (before) yield before;
  yield chip;
  if (after) yield after;
}

function luminance(colour) {
  const channels = rampColour([colour, colour], 0).match(/\d+/g).map((channel) => Number(channel) / 255);
  const [red, green, blue] = channels.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(a, b) {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
