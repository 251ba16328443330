/** The buttons over the map: zoom, lasso, find and save. */

import { element, setText } from "./dom.js";

const NAMES = ["zoom_in", "zoom_out", "whole", "lasso", "find", "save"];
const SIGNS = { zoom_in: "+", zoom_out: "−" };

/** `actions`: press(name), search(pattern), goTo() for Enter in the search box, png(), svg(), leave() back to the map. */
export class Tools {
  constructor(actions) {
    this.actions = actions;
    this.buttons = Object.fromEntries(NAMES.map((name) => [name, this.button(name, () => actions.press(name))]));
    this.png = this.button("png", () => this.saved(actions.png));
    this.svg = this.button("svg", () => this.saved(actions.svg));
    this.formats = element("span", "formats");
    this.formats.append(this.png, this.svg);
    this.formats.hidden = true;
    this.box = element("input", "pattern", null, { type: "text", spellcheck: "false", autocomplete: "off", maxlength: "200" });
    this.box.hidden = true;
    this.box.addEventListener("input", () => actions.search(this.box.value));
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.node = element("div", "tools", null, { role: "group" });
    this.node.append(...Object.values(this.buttons), this.formats, this.box);
  }

  button(name, act) {
    const node = element("button", `plain ${name}`, null, { type: "button" });
    node.addEventListener("click", act);
    return node;
  }

  say(texts) {
    for (const [name, node] of Object.entries({ ...this.buttons, png: this.png, svg: this.svg })) {
      setText(node, SIGNS[name] ?? texts[name]);
      if (SIGNS[name]) node.setAttribute("aria-label", texts[name]);
    }
    this.node.setAttribute("aria-label", texts.tools);
    this.box.setAttribute("aria-label", texts.pattern);
    this.box.placeholder = texts.pattern;
  }

  press(name, isPressed) {
    this.buttons[name].setAttribute("aria-pressed", String(isPressed));
  }

  openSearch(pattern = "") {
    this.box.hidden = false;
    this.box.value = pattern;
    this.box.focus();
    this.box.select();
    this.press("find", true);
  }

  closeSearch() {
    this.box.hidden = true;
    this.box.value = "";
    this.press("find", false);
  }

  get isSearching() {
    return !this.box.hidden;
  }

  toggleFormats(isShown = this.formats.hidden) {
    this.formats.hidden = !isShown;
    this.buttons.save.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.png.focus();
  }

  saved(act) {
    act();
    this.toggleFormats(false);
    this.buttons.save.focus();
  }

  onKey(event) {
    event.stopPropagation(); // letters are letters here
    if (event.key === "Enter") this.actions.goTo();
    if (event.key !== "Escape") return;
    this.actions.search("");
    this.closeSearch();
    this.actions.leave();
  }
}
