/** The most frequent tokens in the plane of their embedding; they move when the step changes. */

import { element, prefersStillness, setText, svg } from "./dom.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";
import { textWidth, tokenLabels } from "./token_text.js";

const MOVE_MS = 400;
const SIZE = 15; // px of a label
const EDGE = 10;
const NAME = 14; // px to the right of the last dot
const NEAR = 18; // px from the pointer to a token

export class Plane {
  constructor() {
    this.node = element("figure", "plane");
    this.caption = element("figcaption", "caption");
    this.picture = svg("svg", { role: "img" });
    this.words = element("p", "quiet words");
    this.node.append(this.caption, this.picture, this.words);
    this.shown = null; // places between two steps
    this.pointed = null; // a token
    this.moving = 0;
    this.picture.addEventListener("pointermove", (event) => this.point(event));
    this.picture.addEventListener("pointerleave", () => this.point(null));
  }

  show({ plane, isKnown, problem, texts }, look) {
    const { clientWidth: width, clientHeight: height } = this.picture;
    this.texts = texts;
    this.look = look;
    const says = problem ? `${problem.headline} ${problem.rest ?? ""}` : isKnown ? texts.no_plane : texts.waiting;
    setText(this.words, plane ? "" : says);
    this.words.hidden = Boolean(plane);
    setText(this.caption, plane ? fill(texts.plane, { kept: percent(plane.kept), n: plane.dimensions }) : texts.tokens);
    this.picture.style.visibility = plane ? "" : "hidden";
    if (!plane || !width || !height) return;
    this.size = { width, height };
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", this.caption.textContent);
    if (plane === this.plane) return this.draw();
    this.plane = plane;
    this.labels = tokenLabels(plane.tokens);
    this.moveTo(plane.xy);
  }

  moveTo(goal) {
    cancelAnimationFrame(this.moving);
    const from = this.shown;
    this.shown = goal;
    if (!from || from.length !== goal.length || prefersStillness()) return this.draw();
    const begin = performance.now();
    const frame = (now) => {
      const share = Math.min(1, Math.max(0, (now - begin) / MOVE_MS));
      const eased = 1 - (1 - share) ** 3;
      this.shown = goal.map((place, i) => place.map((v, k) => from[i][k] + (v - from[i][k]) * eased));
      this.draw();
      if (share < 1) this.moving = requestAnimationFrame(frame);
    };
    frame(begin);
  }

  /** Places in px: both axes have one scale, so that distances are true. */
  places() {
    const { width, height } = this.size;
    const ends = [0, 1].map((k) => this.shown.map((place) => place[k])).map((all) => [Math.min(...all), Math.max(...all)]);
    const [[left, right], [low, high]] = ends;
    const room = [width - 2 * EDGE - NAME, height - 2 * EDGE];
    const scale = Math.min(room[0] / Math.max(right - left, 1e-6), room[1] / Math.max(high - low, 1e-6));
    const [x0, y0] = [(width - NAME - (left + right) * scale) / 2, (height + (low + high) * scale) / 2];
    return this.shown.map(([x, y]) => [x0 + x * scale, y0 - y * scale]);
  }

  draw() {
    const places = this.places();
    const dots = places.map(([cx, cy], i) => svg("circle", { cx, cy, r: i === this.pointed ? 4 : 2.5, class: i === this.pointed ? "dot near" : "dot" }));
    this.picture.replaceChildren(...dots, ...this.names(places));
  }

  /** Names of the most frequent tokens, to the right of their dots; one without room is left out. */
  names(places) {
    const taken = [];
    const order = places.map((_, i) => i);
    if (this.pointed !== null) order.unshift(this.pointed);
    return order.flatMap((i) => {
      const width = textWidth(this.labels[i], `400 ${SIZE}px ${this.look.serif}`);
      const [x, y] = places[i];
      const isLeft = x + 5 + width > this.size.width - 2;
      const box = [isLeft ? x - 5 - width : x + 5, y - SIZE / 2, width, SIZE];
      const isShown = i === this.pointed && !taken.length;
      const meets = ([left, top, w, h]) => box[0] < left + w + 2 && left < box[0] + width + 2 && box[1] < top + h && top < box[1] + SIZE;
      const inside = box[0] >= 0 && box[1] >= 0 && box[1] + SIZE <= this.size.height;
      if (!isShown && (taken.some(meets) || !inside || i === this.pointed)) return [];
      taken.push(box, [x - 3, y - 3, 6, 6]);
      const kind = i === this.pointed ? "token near" : "token";
      return [svg("text", { x: box[0], y, class: kind, "dominant-baseline": "central" }, this.labels[i])];
    });
  }

  point(event) {
    if (!this.plane) return;
    const before = this.pointed;
    this.pointed = event ? this.under(event) : null;
    if (before !== this.pointed) this.draw();
  }

  under(event) {
    const box = this.picture.getBoundingClientRect();
    const away = this.places().map(([x, y]) => Math.hypot(x - event.clientX + box.left, y - event.clientY + box.top));
    const best = away.indexOf(Math.min(...away));
    return away[best] < NEAR ? best : null;
  }

  stop() {
    cancelAnimationFrame(this.moving);
  }
}
