/** Words as dots at their values on a line; labels stand in rows, one group above the line and one below. */

import { svg } from "./dom.js";
import { isNumber } from "./numbers.js";
import { wordWidth } from "./text_pictures_frame.js";

const ROW = 21; // px
const SIDE = 24; // px free at either end
const NAME = 22; // px for the names of the ends, below the line
const REACH = 16; // px within which the pointer finds a word
const MOST_ROW = 32;
const GAP = 11; // px between a label and the next dot

/** A scene; `before` is the one to go on from, so that words travel when only their values are others. */
export function dots(data, { width, height, isAfter, look }, before) {
  const words = data.groups.flatMap(({ words: all }, group) => all.map((word) => ({ ...word, group })));
  const source = JSON.stringify([words.map(({ word, group }) => [word, group]), data.lang]);
  const scene = before?.source === source ? before : makeScene(words, source);
  scene.words = words;
  const value = ({ before: was, after }) => (isAfter && isNumber(after) ? after : was);
  const reach = Math.max(0.02, ...words.flatMap(({ before: was, after }) => [Math.abs(was), Math.abs(after ?? 0)])) * 1.06;
  const x = (v) => width / 2 + (v / reach) * (width / 2 - SIDE);
  const isPair = data.groups.length > 1;
  const share = data.has_medians ? 0.5 : 0.64;
  const axis = isPair ? Math.round(height * share) : height - NAME - 8;
  placeWords(scene, words, { x, value, axis, width, height, isPair });
  colour(scene, words, data.has_medians, look);
  scene.frame.replaceChildren(
    ...medians(data, { words, value, x, axis, height, isPair, look, width }),
    ...line(data, { width, axis, x }),
  );
  scene.order = words.map((_, i) => i).sort((a, b) => value(words[a]) - value(words[b]));
  return scene;
}

function makeScene(words, source) {
  const node = svg("g");
  const frame = svg("g");
  const marks = words.map(({ word }) => {
    const group = svg("g", { class: "mark" });
    const dot = svg("circle", { r: 5 });
    const label = svg("text", { class: "label halo" }, word);
    group.append(dot, label);
    return { group, dot, label, width: wordWidth(word) };
  });
  node.append(frame, ...marks.map(({ group }) => group));
  const scene = { node, frame, marks, source, places: [], lit: null };
  scene.under = (px, py) => nearest(scene, px, py);
  scene.light = (at) => light(scene, at);
  return scene;
}

/** The nearest free row from the line outwards; a word that finds none is a small dot on the line itself. */
function placeWords(scene, words, { x, value, axis, width, height, isPair }) {
  const room = [axis - (isPair ? 30 : 12), height - axis - NAME - 20];
  const rows = [[], []];
  const order = words.map((_, i) => i).sort((a, b) => Math.abs(value(words[b])) - Math.abs(value(words[a])));
  for (const i of order) {
    const { group } = words[i];
    Object.assign(scene.marks[i], placeOf(x(value(words[i])), scene.marks[i].width, rows[group], room[group] / ROW, width));
  }
  const step = rows.map((taken, group) => Math.max(ROW, Math.min(MOST_ROW, room[group] / Math.max(1, taken.length))));
  scene.marks.forEach((mark, i) => {
    const { group } = words[i];
    const isNamed = mark.row !== null;
    const y = !isNamed ? axis : group ? axis + NAME + 12 + mark.row * step[1] : axis - 18 - mark.row * step[0];
    scene.places[i] = [mark.at, y];
    mark.isNamed = isNamed;
    mark.dot.setAttribute("r", isNamed ? 5 : 3.5);
    mark.group.style.transform = `translate(${mark.at.toFixed(1)}px, ${y.toFixed(1)}px)`;
    mark.label.setAttribute("x", mark.isLeft ? -9 : 9);
    mark.label.setAttribute("y", 5);
    mark.label.setAttribute("text-anchor", mark.isLeft ? "end" : "start");
    mark.label.style.display = isNamed ? "" : "none";
  });
}

/** The first row in which a label has room, right of its dot or left of it. */
function placeOf(at, labelWidth, rows, most, width) {
  const sides = [false, true].map((isLeft) => ({
    isLeft,
    box: isLeft ? [at - 10 - labelWidth, at + 6] : [at - 6, at + 10 + labelWidth],
  }));
  const inside = sides.filter(({ box: [a, b] }) => a >= -SIDE && b <= width + SIDE / 2);
  for (let row = 0; row + 1 <= most || row === 0; row++) {
    const taken = (rows[row] ??= []);
    const free = inside.find(({ box }) => taken.every(([a, b]) => box[0] > b + GAP || a > box[1] + GAP));
    if (!free) continue;
    taken.push(free.box);
    return { at, row, isLeft: free.isLeft };
  }
  return { at, row: null, isLeft: at > width / 2 };
}

function colour(scene, words, hasMedians, look) {
  words.forEach(({ group }, i) => {
    const own = hasMedians ? look.categorical[group] : group ? look.quiet : look.live;
    scene.marks[i].dot.style.fill = own;
    scene.marks[i].label.style.fill = hasMedians || group ? `color-mix(in oklab, ${own} 62%, ${look.ink})` : look.ink;
  });
}

function line({ left, right }, { width, axis, x }) {
  return [
    svg("line", { x1: 0, x2: width, y1: axis, y2: axis, class: "axis" }),
    svg("line", { x1: x(0), x2: x(0), y1: axis - 6, y2: axis + 6, class: "zero" }),
    svg("text", { x: 0, y: axis + 17, class: "end" }, `← ${left}`),
    svg("text", { x: width, y: axis + 17, class: "end", "text-anchor": "end" }, `${right} →`),
    svg("text", { x: x(0), y: axis + 17, class: "end", "text-anchor": "middle" }, "0"),
  ];
}

/** The middle of each group as a thick tick across the line, with the group's name at its corner. */
function medians({ groups, has_medians: hasMedians }, { words, value, x, axis, height, isPair, look, width }) {
  if (!isPair) return [];
  if (!hasMedians) return [svg("text", { x: width, y: height - 4, class: "group quiet-name", "text-anchor": "end" }, groups[1].name)];
  return groups.flatMap(({ name }, group) => {
    const values = words.filter((word) => word.group === group).map(value).sort((a, b) => a - b);
    if (!values.length) return [];
    const at = x((values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2);
    const fill = look.categorical[group];
    const [y1, y2] = group ? [axis, height - 4] : [8, axis];
    const text = `color-mix(in oklab, ${fill} 62%, ${look.ink})`;
    const isRight = at < width / 2;
    return [
      svg("line", { x1: at, x2: at, y1, y2, stroke: fill, class: "median" }),
      svg("rect", { x: at - 2.5, y: group ? axis : axis - 12, width: 5, height: 12, rx: 1, fill }),
      svg("text", { x: isRight ? width : 0, y: group ? height - 4 : 15, class: "group", style: `fill: ${text}`, "text-anchor": isRight ? "end" : "start" }, name),
    ];
  });
}

function nearest({ places }, px, py) {
  const distances = places.map(([x, y]) => Math.hypot(x - px, y - py));
  const best = distances.indexOf(Math.min(...distances));
  return distances[best] < REACH ? best : null;
}

/** Marks one word; its label shows even where it had no room. */
function light(scene, at) {
  if (scene.lit !== null && scene.marks[scene.lit]) {
    const { group, label, isNamed } = scene.marks[scene.lit];
    group.classList.remove("lit");
    label.style.display = isNamed ? "" : "none";
  }
  scene.lit = at;
  if (at === null || !scene.marks[at]) return;
  const { group, label } = scene.marks[at];
  group.classList.add("lit");
  label.style.display = "";
}
