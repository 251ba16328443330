/** The film: four scenes of a few frames each, stepped through with two buttons; a scene's name shows it whole. */

import { element, setText } from "./dom.js";
import { loss } from "./numbers.js";
import { fill } from "./texts.js";

const MANY = 30; // frames whose ticks stand closer

/** How many frames each scene has. */
export function scenesOf({ stages, weights }) {
  const averages = weights.some(({ numbers }) => "m" in numbers) ? 1 : 0;
  return [
    { name: "forward", frames: stages.length + 2 }, // the tokens, every stage, the loss
    { name: "backward", frames: stages.filter(({ gradient }) => gradient).length },
    { name: "update", frames: 2 + averages }, // the gradient, its averages, the step
    { name: "after", frames: 1 },
  ];
}

export class Film {
  constructor(changed) {
    this.changed = changed;
    this.scenes = [];
    this.place = null; // counted over all scenes
    this.node = element("nav", "film");
    this.back = this.button("‹", () => this.by(-1));
    this.next = this.button("›", () => this.by(1));
    this.list = element("div", "scenes");
    this.tabs = [];
    this.result = element("span", "result");
    this.node.append(this.back, this.list, this.next, this.result);
  }

  button(sign, act) {
    const node = element("button", "icon turn", sign, { type: "button" });
    node.addEventListener("click", act);
    return node;
  }

  update(scenes, texts) {
    const before = this.scenes.length ? this.at : null;
    this.scenes = scenes;
    this.texts = texts;
    if (!before) this.place = this.lastOf(0);
    else if (before.scene !== this.at.scene) this.place = this.lastOf(scenes.findIndex(({ name }) => name === before.scene));
    this.place = Math.min(this.place, this.total - 1);
    this.build();
  }

  build() {
    this.back.setAttribute("aria-label", this.texts.back);
    this.next.setAttribute("aria-label", this.texts.next);
    if (this.tabs.length === this.scenes.length) return;
    this.tabs = this.scenes.map((scene, i) => {
      const node = element("button", "scene", null, { type: "button" });
      node.append(element("span", "name"), element("span", "ticks", null, { "aria-hidden": "true" }));
      node.addEventListener("click", () => this.go(this.lastOf(i)));
      return node;
    });
    this.list.replaceChildren(...this.tabs);
  }

  draw({ before, after }) {
    const { texts, at } = this;
    this.scenes.forEach(({ name, frames }, i) => {
      const [label, ticks] = this.tabs[i].children;
      setText(label, `${i + 1} ${texts[`scene_${name}`]}`);
      const shown = i < at.index ? frames : i > at.index ? 0 : at.frame + 1;
      ticks.classList.toggle("many", frames > MANY);
      ticks.replaceChildren(...Array.from({ length: frames }, (_, k) => element("i", k < shown ? "past" : "")));
      if (i === at.index) this.tabs[i].setAttribute("aria-current", "step");
      else this.tabs[i].removeAttribute("aria-current");
    });
    this.back.disabled = this.place === 0;
    this.next.disabled = this.place === this.total - 1;
    const known = at.scene === "after" ? "result_after" : "result_before";
    setText(this.result, fill(texts[known], { before: loss(before.mean), after: loss(after.mean) }));
    this.isNew = false;
  }

  /** The scene and the frame in it; `isNew` right after a step forward. */
  get at() {
    let left = this.place;
    const index = this.scenes.findIndex(({ frames }) => {
      if (left < frames) return true;
      left -= frames;
      return false;
    });
    const found = index < 0 ? this.scenes.length - 1 : index;
    return { index: found, scene: this.scenes[found].name, frame: left, isNew: this.isNew };
  }

  get total() {
    return this.scenes.reduce((all, { frames }) => all + frames, 0);
  }

  lastOf(index) {
    return this.scenes.slice(0, index + 1).reduce((all, { frames }) => all + frames, 0) - 1;
  }

  by(n) {
    this.go(this.place + n);
    this.isNew = n > 0;
  }

  go(place) {
    this.place = Math.max(0, Math.min(this.total - 1, place));
    this.isNew = false;
    this.changed();
  }
}
