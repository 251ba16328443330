/** What lies over the points of the map: names, links of the pinned word, its path, and the names of groups. */

import { svg } from "./dom.js";
import { fitted, textWidth, visible } from "./token_text.js";
import { Room, dotBox, placeChip, placeLabels } from "./word_map_places.js";

const AREA_PER_LABEL = 9000; // px²
const LABEL_LIMIT = 160; // px
const CHIP_FONT_PX = 13;

/**
 * `draw(scene)` with scene: {frame, x, y (words in px), width, height, look, pinned (index or -1), hovered (index or -1),
 * links: [[index, cosine]], trail: [[x, y], …]}. `wordAt(x, y)` finds the label under a point.
 */
export class Overlay {
  constructor(panel) {
    this.node = svg("svg", { class: "overlay", "aria-hidden": "true" });
    panel.append(this.node);
    this.sides = new Map(); // word → the side its label was on
    this.labels = []; // {index, box}
  }

  draw(scene) {
    this.scene = scene;
    const { width, height } = scene;
    this.size = height > 560 ? 17 : 15;
    this.node.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const room = new Room(width, height);
    const shown = this.candidates();
    shown.forEach((i) => room.take(dotBox(scene.x[i], scene.y[i])));
    const labels = shown.map((i) => this.label(i));
    const strong = placeLabels(labels.filter((label) => label.isStrong), room); // they come first, so the rest keeps off the links
    this.linkLines().forEach((line) => room.takeLine(...line));
    const places = [...strong, ...placeLabels(labels.filter((label) => !label.isStrong), room)];
    this.remember(shown, places);
    this.node.replaceChildren(
      ...this.path(),
      ...this.linkLines().map((line, k) => this.link(line, scene.links[k][1])),
      ...shown.map((i) => this.dot(i)),
      ...this.chips(room),
      ...labels.flatMap((label, k) => (places[k] ? [this.name(label, places[k])] : [])),
      ...this.hoveredName(),
    );
  }

  /** Words that may have a label: the pinned one, its neighbours, then words of groups, then all by frequency. */
  candidates() {
    const { frame, pinned, links, width, height } = this.scene;
    const most = Math.max(12, Math.round((width * height) / AREA_PER_LABEL));
    const isNear = new Set(links.map(([i]) => i));
    const inView = frame.words.map((_, i) => i).filter((i) => this.isInView(i));
    const rank = (i) => (i === pinned ? 0 : isNear.has(i) ? 1 : frame.group[i] >= 0 ? 2 : 3);
    return inView.sort((a, b) => rank(a) - rank(b) || a - b).slice(0, most);
  }

  isInView(i) {
    const { x, y, width, height } = this.scene;
    return x[i] >= 0 && y[i] >= 0 && x[i] <= width && y[i] <= height;
  }

  label(i) {
    const { frame, x, y, pinned, links, look } = this.scene;
    const isPinned = i === pinned;
    const isNear = links.some(([other]) => other === i);
    const size = this.size + (isPinned ? 6 : isNear ? 1 : 0);
    const weight = isPinned ? 700 : isNear ? 600 : 400;
    const font = `${weight} ${size}px ${look.serif}`;
    const text = fitted(visible(frame.words[i]), font, LABEL_LIMIT);
    const awayFrom = isNear && pinned >= 0 ? [x[pinned], y[pinned]] : null;
    const side = this.sides.get(frame.words[i]);
    const isStrong = isPinned || isNear;
    return { i, x: x[i], y: y[i], text, size, weight, width: textWidth(text, font), awayFrom, side, isStrong, always: isPinned };
  }

  remember(shown, places) {
    const { words } = this.scene.frame;
    this.labels = [];
    shown.forEach((i, k) => {
      if (!places[k]) return;
      this.sides.set(words[i], places[k].side);
      this.labels.push({ index: i, box: places[k].box });
    });
  }

  name(label, place) {
    const at = { x: label.x + place.dx, y: label.y + place.dy, "text-anchor": place.anchor };
    const face = { "font-size": label.size, "font-weight": label.weight, class: "word" };
    const node = svg("text", { ...at, ...face }, label.text);
    node.style.fill = label.isStrong ? "var(--ink)" : `color-mix(in oklab, ${this.colour(label.i)} 62%, var(--ink))`;
    return node;
  }

  dot(i) {
    const { x, y, pinned } = this.scene;
    const dot = svg("circle", { cx: x[i], cy: y[i], r: i === pinned ? 7 : 4, class: "dot" });
    dot.style.fill = this.colour(i);
    return dot;
  }

  colour(i) {
    const { frame, look } = this.scene;
    return groupColour(frame.group[i], look);
  }

  linkLines() {
    const { x, y, pinned, links } = this.scene;
    return pinned < 0 ? [] : links.map(([i]) => [x[pinned], y[pinned], x[i], y[i]]);
  }

  /** The line is as thick as the cosine is high. */
  link([x1, y1, x2, y2], cosine) {
    return svg("line", { x1, y1, x2, y2, "stroke-width": 0.8 + 3.2 * Math.max(0, cosine - 0.5), class: "link" });
  }

  /** Where the pinned word has been: a thin line with a dot at each snapshot. */
  path() {
    const { trail } = this.scene;
    if (trail.length < 2) return [];
    const points = trail.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const stops = trail.slice(0, -1).map(([cx, cy]) => svg("circle", { cx, cy, r: 2.5, class: "stop" }));
    return [svg("polyline", { points, class: "path" }), ...stops];
  }

  /** Names of the groups, in the free place nearest to the middle of their words. */
  chips(room) {
    const { frame, x, y, look } = this.scene;
    return frame.groupNames.flatMap((name, group) => {
      const members = frame.words.map((_, i) => i).filter((i) => frame.group[i] === group && this.isInView(i));
      if (members.length < 2) return [];
      const width = textWidth(name, `600 ${CHIP_FONT_PX}px ${look.font}`) + 16;
      const place = placeChip(median(members.map((i) => x[i])), median(members.map((i) => y[i])), width, room);
      return place ? [chip(name, place, width, groupColour(group, look))] : [];
    });
  }

  /** The word under the pointer, over everything, unless it has its label. */
  hoveredName() {
    const { hovered, x, y, width } = this.scene;
    if (hovered < 0) return [];
    const ring = svg("circle", { cx: x[hovered], cy: y[hovered], r: 7, class: "ring" });
    if (this.labels.some(({ index }) => index === hovered)) return [ring];
    const label = this.label(hovered);
    const toLeft = label.x + label.width + 20 > width;
    const place = { dx: toLeft ? -11 : 11, dy: label.size * 0.33, anchor: toLeft ? "end" : "start" };
    return [ring, this.name({ ...label, isStrong: true }, place)];
  }

  /** The word whose label is under a point, or -1. */
  wordAt(x, y) {
    const hit = this.labels.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    return hit ? hit.index : -1;
  }
}

/** The colour of a group; more than six groups, and words of none, are grey. */
export function groupColour(group, look) {
  return look.categorical[group] ?? look.quiet;
}

function chip(name, place, width, colour) {
  const node = svg("g", { class: "chip" });
  const box = svg("rect", { x: place.x - width / 2, y: place.y - 10, width, height: 20, rx: 5 });
  box.style.fill = `color-mix(in oklab, ${colour} 16%, var(--surface))`;
  const text = svg("text", { x: place.x, y: place.y + 4.5, "text-anchor": "middle", "font-size": CHIP_FONT_PX }, name);
  text.style.fill = `color-mix(in oklab, ${colour} 55%, var(--ink))`;
  node.append(box, text);
  return node;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
