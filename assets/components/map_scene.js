/** What lies over the points of a map, as shapes: axes, paths, links, dots, rings, names of groups, labels. */

import { textWidth } from "./token_text.js";
import { colourAt } from "./map_colourings.js";
import { mixed } from "./map_colours.js";
import { placeChip } from "./map_places.js";

const CHIP_PX = 13;
const RINGS_MOST = 250;
const CHIP_LEAST = 2; // words in view that a name stands for

/**
 * `scene` has what `Labels.place` needs and returned (`placed`, `dots`, `room`), and {paint, names: [{text, colour, x, y,
 * inView}], marks, trails: [[[x, y]]], axes}; gives the shapes from the lowest to the uppermost.
 */
export function shapesOf(scene) {
  const { marks, placed } = scene;
  const words = placed.map((label) => label.i);
  return [
    ...(scene.axes ? axes(scene) : []),
    ...scene.trails.flatMap((points, k) => trail(points, k, scene.look)),
    ...scene.links.map((one, k) => link(one, k, scene.look)),
    ...[...scene.dots].map((i) => dot(i, scene)),
    ...rings([...(marks.rings ?? [])], scene, words),
    ...chips(scene),
    ...placed.filter(({ place }) => place.lead).map((label) => leader(label, scene.look)),
    ...placed.flatMap((label) => name(label, scene)),
    ...(marks.loop ? loop(marks.loop, scene.look) : []),
  ];
}

function link({ x1, y1, x2, y2, thick, isTorn }, k, look) {
  const line = { kind: "line", key: `link${k}`, x1, y1, x2, y2, stroke: look.ink, thick, opacity: 0.75 };
  return isTorn ? { ...line, dash: "3 4" } : line;
}

/** Where a word has been: a thin line with a dot at each snapshot; the older, the paler. */
function trail(points, k, look) {
  if (points.length < 2) return [];
  const last = points.length - 1;
  const line = { kind: "path", key: `trail${k}`, points, stroke: look.live, thick: 1.5, opacity: 0.6 };
  const stops = points.slice(0, -1).map(([x, y], s) => {
    const opacity = 0.35 + (0.65 * s) / last;
    return { kind: "circle", key: `stop${k}.${s}`, x, y, r: 1.8 + (1.4 * s) / last, fill: look.live, opacity };
  });
  return [line, ...stops];
}

function dot(i, { spots, paint, look, marks, strong }) {
  const [x, y, near] = [spots[4 * i], spots[4 * i + 1], spots[4 * i + 2]];
  const r = (i === marks.pinned ? 7 : strong.has(i) ? 5 : 4) * Math.min(1.25, near);
  const mark = { kind: "circle", key: `dot${i}`, x, y, r, stroke: look.surface, thick: 1.5 };
  const note = strong.get(i)?.note;
  if (note === "new") return { ...mark, fill: look.surface, stroke: look.ink, thick: 2 };
  return { ...mark, fill: colourAt(paint.rgba, i), opacity: isFaded(i, { strong, paint }) ? 0.35 : 1 };
}

/** A thin line from a word to its label, when that had to go further away. */
function leader({ i, x, y, place: { lead } }, look) {
  return { kind: "line", key: `lead${i}`, x1: x, y1: y, x2: x + lead[0], y2: y + lead[1], stroke: look.quiet, thick: 0.75 };
}

/** While some words are lit, all others are paler. */
function isFaded(i, { strong, paint }) {
  return Boolean(paint.lit) && !paint.lit.has(i) && !strong.has(i);
}

function rings(indices, { spots, look, width, height }) {
  const inView = indices.filter((i) => {
    const [x, y] = [spots[4 * i], spots[4 * i + 1]];
    return x >= 0 && y >= 0 && x <= width && y <= height;
  });
  return inView.slice(0, RINGS_MOST).map((i) => ({
    kind: "circle", key: `ring${i}`, x: spots[4 * i], y: spots[4 * i + 1], r: 8, stroke: look.ink, thick: 1.5,
  }));
}

/** Names of groups in the free places nearest to the middles of their words. */
function chips({ names, room, look }) {
  return names.flatMap(({ text, colour, x, y, inView }, k) => {
    if (inView < CHIP_LEAST) return [];
    const width = textWidth(text, `600 ${CHIP_PX}px ${look.font}`) + 16;
    const place = placeChip(x, y, width, room);
    if (!place) return [];
    const box = { kind: "rect", key: `chip${k}`, x: place.x - width / 2, y: place.y - 10, width, height: 20, r: 5 };
    const said = { kind: "text", key: `chip${k}`, x: place.x, y: place.y + 4.5, text, size: CHIP_PX, weight: 600 };
    return [
      { ...box, fill: mixed(colour, 0.16, look.surface) },
      { ...said, anchor: "middle", fill: mixed(colour, 0.55, look.ink) },
    ];
  });
}

/** A label; the name of a word that is lost is crossed out. */
function name(label, { paint, look, spots, strong }) {
  const { i, x, y, text, size, weight, mark, place, width } = label;
  const [left, bottom] = [x + place.dx, y + place.dy];
  const words = { kind: "text", key: `word${i}`, x: left, y: bottom, text, size, weight, anchor: place.anchor, isWord: true };
  const isLost = mark?.note === "lost";
  const fill = isLost ? look.quiet : mark ? look.ink : mixed(colourAt(paint.rgba, i), 0.62, look.ink);
  const far = 0.55 + 0.45 * Math.min(1, 2 * Math.max(0, spots[4 * i + 3] - 0.2));
  const opacity = mark ? 1 : isFaded(i, { strong, paint }) ? 0.45 : far;
  const said = { ...words, fill, opacity, stroke: look.surface, thick: 3.5 };
  if (!isLost) return [said];
  const [x1, y1] = [left - { start: 0, end: width, middle: width / 2 }[place.anchor], bottom - 0.28 * size];
  return [said, { kind: "line", key: `cut${i}`, x1: x1 - 2, y1, x2: x1 + width + 2, y2: y1, stroke: look.ink, thick: 1.2 }];
}

function loop(points, { live }) {
  const path = { kind: "path", points, isClosed: true };
  return [
    { ...path, key: "loop", fill: live, opacity: 0.12 },
    { ...path, key: "loop edge", stroke: live, thick: 1.5, dash: "5 4" },
  ];
}

/** Two directions with the words they lead from and to, along the lower and the left edge of the stage. */
function axes({ axes: { x, y }, width, height, look, edges }) {
  const [left, right, top, bottom] = [16, width - 16, edges.top, height - edges.bottom];
  const line = { kind: "line", stroke: look.line, thick: 1.5 };
  const word = { kind: "text", size: 15, weight: 600, isWord: true, fill: look.ink, stroke: look.surface, thick: 3.5 };
  return [
    { ...line, key: "axis x", x1: left, y1: bottom, x2: right, y2: bottom },
    { ...line, key: "axis y", x1: left, y1: top, x2: left, y2: bottom },
    { ...word, key: "x from", x: left + 4, y: bottom + 18, text: `← ${x[0]}` },
    { ...word, key: "x to", x: right, y: bottom + 18, text: `${x[1]} →`, anchor: "end" },
    { ...word, key: "y to", x: left + 8, y: top + 12, text: `↑ ${y[1]}` },
    { ...word, key: "y from", x: left + 8, y: bottom - 8, text: `↓ ${y[0]}` },
  ];
}
