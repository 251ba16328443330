/** The places of a word as points in the plane; they travel from layer to layer. */

import { element, prefersStillness, svg } from "./dom.js";
import { labelRoom, wordWidth } from "./text_pictures_frame.js";
import { isNumber } from "./numbers.js";

const MOVE_MS = 420;
const PAD = 22;
const REACH = 26; // px within which the pointer finds a point
const LETTERS = 4; // of Chinese beside a word
const LONGEST = 30; // characters of a label

export class Places {
  constructor({ look, pin }) {
    this.look = look;
    this.pin = pin;
    this.at = []; // where each point is now
    this.goal = [];
    this.nodes = [];
    this.frame = 0;
    this.node = element("div", "plot", null, { tabindex: "0", role: "group" });
    this.picture = svg("svg", { role: "img" });
    this.links = svg("g");
    this.dots = svg("g");
    this.picture.append(this.links, this.dots);
    this.node.append(this.picture);
    this.listen();
  }

  listen() {
    const { node } = this;
    node.addEventListener("pointermove", (event) => this.look(this.under(event)));
    node.addEventListener("pointerleave", () => this.look(null));
    node.addEventListener("click", (event) => this.pin(this.under(event)));
    node.addEventListener("keydown", (event) => this.onKey(event));
  }

  update(data, layer, lang) {
    const { clientWidth: width, clientHeight: height } = this.node;
    const isOther = this.data !== data;
    this.data = data;
    this.layer = layer;
    this.node.setAttribute("aria-label", data.texts.keys);
    this.picture.setAttribute("aria-label", data.texts.map);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (isOther) this.make(data.places, lang);
    const [halfWidth, halfHeight] = [width / 2 - PAD, height / 2 - PAD];
    this.goal = data.layers[layer].xy.map(([x, y]) => [width / 2 + x * halfWidth, height / 2 - y * halfHeight]);
    this.placeLabels(width, height);
    const isResized = this.size !== `${width} ${height}`;
    this.size = `${width} ${height}`;
    if (isResized || this.at.length !== this.goal.length || prefersStillness()) this.arrive();
    else this.travel();
  }

  make(places, lang) {
    this.nodes = places.map((place) => {
      const group = svg("g", { class: "place" });
      const label = svg("text", { class: "label halo", lang });
      const [before, after] = around(place);
      label.append(svg("tspan", {}, before), svg("tspan", { class: "same" }, place.word), svg("tspan", {}, after));
      group.append(svg("circle", { r: 5 }), label);
      return { group, label, width: wordWidth(before + after) + 1.1 * wordWidth(place.word) + 4 };
    });
    this.dots.replaceChildren(...this.nodes.map(({ group }) => group));
  }

  /** A label stands right, left, above or below its point, or is left out. */
  placeLabels(width, height) {
    const claim = labelRoom({ left: 0, right: width, bottom: height });
    this.goal.forEach(([x, y]) => claim({ left: x - 7, right: x + 7, top: y - 6, bottom: y + 6 }));
    this.nodes.forEach((node, i) => {
      const [x, y] = this.goal[i];
      const side = SIDES.find(({ dx, dy }) => {
        const left = x + (dx < 0 ? -9 - node.width : dx > 0 ? 9 : -node.width / 2);
        const middle = y + dy;
        return claim({ left, right: left + node.width, top: middle - 9, bottom: middle + 9 });
      });
      node.side = side ?? null;
      node.label.style.display = side ? "" : "none";
      if (side) setSide(node.label, side);
    });
  }

  travel() {
    cancelAnimationFrame(this.frame);
    const [from, began] = [this.at.map((place) => [...place]), performance.now()];
    const step = (now) => {
      const share = Math.min(1, (now - began) / MOVE_MS);
      const eased = 1 - (1 - share) ** 3;
      this.at = this.goal.map((goal, i) => goal.map((value, k) => from[i][k] + (value - from[i][k]) * eased));
      this.put();
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  arrive() {
    cancelAnimationFrame(this.frame);
    this.at = this.goal;
    this.put();
  }

  put() {
    this.nodes.forEach(({ group }, i) => group.setAttribute("transform", `translate(${this.at[i].join(" ")})`));
    this.drawLinks();
  }

  /** Marks the place looked at, and its nearest by cosine, however far they are in the plane. */
  light(at, pinned) {
    this.lit = isNumber(at) && at < this.nodes.length ? at : null;
    const near = this.lit === null ? [] : this.data.layers[this.layer].nearest[this.lit];
    this.nodes.forEach(({ group, label, side }, i) => {
      group.classList.toggle("lit", i === this.lit);
      group.classList.toggle("pinned", i === pinned);
      group.classList.toggle("near", near.includes(i));
      group.classList.toggle("dim", this.lit !== null && i !== this.lit && !near.includes(i));
      label.style.display = side || i === this.lit ? "" : "none";
      if (!side && i === this.lit) setSide(label, this.at[i][0] > this.node.clientWidth / 2 ? SIDES[1] : SIDES[0]);
    });
    if (this.lit !== null) this.dots.append(this.nodes[this.lit].group);
    this.drawLinks();
  }

  drawLinks() {
    const near = this.lit === null || this.lit === undefined ? [] : this.data.layers[this.layer].nearest[this.lit];
    const [x1, y1] = this.at[this.lit] ?? [0, 0];
    const line = (i) => svg("line", { x1, y1, x2: this.at[i][0], y2: this.at[i][1], class: "link" });
    this.links.replaceChildren(...near.filter((i) => this.at[i]).map(line));
  }

  under(event) {
    const box = this.node.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const distances = this.at.map(([x, y]) => Math.hypot(x - px, y - py));
    const best = distances.indexOf(Math.min(...distances));
    return distances[best] < REACH ? best : null;
  }

  /** Arrows walk from point to point, left to right. */
  onKey(event) {
    const order = this.goal.map((_, i) => i).sort((a, b) => this.goal[a][0] - this.goal[b][0]);
    const now = order.indexOf(this.lit);
    const last = order.length - 1;
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") this.pin(null);
    else if (to === undefined || !order.length) return;
    else this.pin(order[Math.max(0, Math.min(last, to))]);
    event.preventDefault();
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}

const SIDES = [
  { dx: 1, dy: 0 },
  { dx: -1, dy: 0 },
  { dx: 0, dy: -15 },
  { dx: 0, dy: 15 },
  { dx: 1, dy: -13 },
  { dx: -1, dy: -13 },
  { dx: 1, dy: 13 },
  { dx: -1, dy: 13 },
];

function setSide(label, { dx, dy }) {
  label.setAttribute("x", 9 * dx);
  label.setAttribute("y", dy + 5);
  label.setAttribute("text-anchor", dx > 0 ? "start" : dx < 0 ? "end" : "middle");
}

/** Two words before a word, or where it begins a sentence, two after it. */
function around({ before, after }) {
  const isHan = (text) => /\p{Script=Han}/u.test(text);
  const cut = (text) => [...text].slice(0, LONGEST).join("");
  const [left, right] = [before.trim(), after.trim()];
  if (left) return [cut(isHan(left.at(-1)) ? [...left].slice(-LETTERS).join("") : `${left.split(/\s+/).slice(-2).join(" ")} `), ""];
  return ["", cut(isHan(right[0] ?? "") ? [...right].slice(0, LETTERS).join("") : ` ${right.split(/\s+/).slice(0, 2).join(" ")}`)];
}
