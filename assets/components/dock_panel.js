/** The dock's elements, without any behaviour: name, buttons, scrubber, reading and status line. */

import { element, svg } from "./dom.js";
import { Scrubber } from "./scrubber.js";

const ICONS = {
  first: "M6 5h2v14H6zM20 5v14L9 12z",
  back: "M16 6v12l-9-6z",
  play: "M8 5v14l11-7z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  next: "M8 6v12l9-6z",
  stop: "M7 7h10v10H7z",
};

/** Everything that is drawn into later, by name; `acts` says what each button and the scrubber do. */
export function buildPanel(root, acts) {
  const panel = element("div", "stage dock");
  const empty = element("p", "quiet empty");
  const bar = element("div", "bar");
  const statusLine = element("div", "status");
  const scrubber = new Scrubber({ onMove: acts.move, onRelease: acts.release });
  const parts = { empty, bar, statusLine, scrubber };
  bar.append(buildName(parts), buildButtons(parts, acts), scrubber.element, buildReading(parts));
  fillStatusLine(parts, acts);
  panel.append(empty, bar, statusLine);
  root.replaceChildren(panel);
  return parts;
}

function buildName(parts) {
  const box = element("div", "name");
  parts.title = element("b");
  parts.dot = element("i", "dot", null, { "aria-hidden": "true" });
  parts.word = element("span", "quiet");
  const line = element("div", "word");
  line.append(parts.dot, parts.word);
  box.append(parts.title, line);
  return box;
}

function buildButtons(parts, acts) {
  parts.group = element("div", "buttons", null, { role: "group" });
  parts.buttons = {};
  for (const name of ["first", "back", "play", "next", "stop"]) {
    const button = element("button", "icon", null, { type: "button" });
    button.append(iconOf(name));
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && acts[name]());
    parts.group.append(button);
    parts.buttons[name] = button;
  }
  parts.buttons.play.classList.add("round");
  return parts.group;
}

function buildReading(parts) {
  const box = element("div", "reading");
  parts.steps = element("div", "steps");
  parts.loss = element("div", "quiet");
  box.append(parts.steps, parts.loss);
  return box;
}

function fillStatusLine(parts, acts) {
  parts.facts = element("div", "facts");
  parts.spoken = element("span", "spoken", null, { role: "status" });
  parts.saved = element("span");
  parts.live = element("button", "plain live", null, { type: "button" });
  parts.live.addEventListener("click", acts.follow);
  const right = element("div", "right");
  right.append(parts.saved, parts.live);
  parts.statusLine.append(parts.facts, parts.spoken, right);
}

function iconOf(name) {
  const size = name === "play" ? 22 : 20;
  const picture = svg("svg", { width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": "true" });
  picture.append(svg("path", { d: ICONS[name], fill: "currentColor" }));
  return picture;
}

/** Changes the picture of a button. */
export function setIcon(button, name) {
  button.querySelector("path").setAttribute("d", ICONS[name]);
}

/** Names a button, also as its tip. One that would do nothing is marked but keeps the keyboard's focus. */
export function label(button, text, disabled) {
  button.setAttribute("aria-label", text);
  button.title = text;
  button.setAttribute("aria-disabled", disabled);
}
