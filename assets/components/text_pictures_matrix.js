/** Which words stand near each other: half of a matrix, for it is the same on both sides of its diagonal. */

import { rampColour } from "./colours.js";
import { svg } from "./dom.js";
import { loss as twoDigits } from "./numbers.js";
import { label, wordWidth } from "./text_pictures_frame.js";
import { fill } from "./texts.js";

const EXPONENT = 0.7; // so that small values are seen
const PITCH = 17; // px of a cell, the least: its word must be readable
const MOST = 30;
const GAP = 2;
const SCALE_WIDTH = 150;

/** Rows and columns are the words; names stand on the left and on the diagonal. */
export function together(picture, view) {
  const { isSmall, width, height } = view;
  const names = picture.words;
  const n = isSmall ? names.length : Math.max(1, Math.min(names.length, Math.floor(height / PITCH)));
  const gutter = isSmall ? 4 : Math.max(...names.slice(0, n).map(wordWidth)) + 10;
  const pitch = Math.min(isSmall ? height - 8 : MOST * n, height - (isSmall ? 8 : 0), width - 2 * gutter) / n;
  const left = isSmall ? (width - pitch * n) / 2 : gutter;
  const top = isSmall ? 4 : 0;
  const most = Math.max(0.001, ...picture.pmi.slice(0, n).flatMap((row) => row.slice(0, n)));
  const gap = isSmall ? 0 : GAP;
  const size = Math.max(0.5, pitch - gap);
  const cell = (row, column) => ({ x: left + column * pitch, y: top + row * pitch, width: size, height: size });
  const colour = (row, column) => rampColour(view.look.sequential, picture.pmi[row][column] / most, EXPONENT);
  const rx = isSmall ? 0 : 2.5;
  const cells = pairs(n).map((at) => svg("rect", { ...cell(...at), rx, fill: colour(...at) }));
  const nodes = isSmall ? cells : [...cells, ...namesOf(names, n, cell), ...colourScale(view, most)];
  const says = (i) => sentence(picture, pairs(n)[i], view.texts);
  const under = (px, py) => {
    const [row, column] = [Math.floor((py - top) / pitch), Math.floor((px - left) / pitch)];
    return row >= 0 && row < n && column >= 0 && column <= row ? indexOf(row, column) : null;
  };
  const shown = cornerOf(picture, n);
  const mark = (i) => marks(pairs(n)[i], names, cell);
  return { nodes, says, under, shown, marks: mark, move: (i, key) => moved(i, key, n) };
}

/** The picture of the first n words alone: what is said of it must be in it. */
function cornerOf({ words, pmi, count }, n) {
  const corner = (rows) => rows.slice(0, n).map((row) => row.slice(0, n));
  return { words: words.slice(0, n), pmi: corner(pmi), count: corner(count) };
}

/** [row, column] of the lower half, row after row; `indexOf` is the way back. */
function pairs(n) {
  return Array.from({ length: n }, (_, row) => Array.from({ length: row + 1 }, (_, column) => [row, column])).flat();
}

function indexOf(row, column) {
  return (row * (row + 1)) / 2 + column;
}

function namesOf(names, n, cell) {
  return names.slice(0, n).flatMap((name, i) => {
    const { x, y, width, height } = cell(i, i);
    const baseline = y + height / 2 + 5;
    const side = svg("text", { x: cell(i, 0).x - 8, y: baseline, class: "word", "text-anchor": "end" }, name);
    return [side, svg("text", { x: x + width + 6, y: baseline, class: "word faint" }, name)];
  });
}

/** What light and dark mean, in the free corner. */
function colourScale({ width, look, texts }, most) {
  const steps = 30;
  const x = (i) => width - SCALE_WIDTH + (i * SCALE_WIDTH) / steps;
  const bar = Array.from({ length: steps }, (_, i) => {
    const fill = rampColour(look.sequential, i / (steps - 1), EXPONENT);
    return svg("rect", { x: x(i), y: 24, width: SCALE_WIDTH / steps + 0.5, height: 9, fill });
  });
  const text = (at, anchor, said) => svg("text", { x: at, y: 50, class: "tick", "text-anchor": anchor }, said);
  const box = { x: x(0), y: 24, width: SCALE_WIDTH, height: 9, rx: 2 };
  const outline = svg("rect", { ...box, fill: "none", stroke: "var(--line)" });
  const title = svg("text", { x: width, y: 14, class: "axis", "text-anchor": "end" }, texts.together_scale);
  return [title, ...bar, outline, text(x(0), "start", "0"), text(width, "end", most.toFixed(1))];
}

function sentence({ words, pmi, count }, [row, column], texts) {
  const word = row === column ? words[row] : `${words[column]} · ${words[row]}`;
  const times = { count: count[row][column], bits: twoDigits(pmi[row][column]) };
  return { word, text: fill(pmi[row][column] > 0 ? texts.together_point : texts.together_chance, times) };
}

/** An outline round the cell, and its two words in bold. */
function marks([row, column], names, cell) {
  const at = cell(row, column);
  const corner = cell(column, column);
  const bold = (x, cellAt, name, anchor) => label(x, cellAt.y + cellAt.height / 2 + 5, name, "word strong", anchor);
  const frame = { x: at.x - 1, y: at.y - 1, width: at.width + 2, height: at.height + 2, rx: 3 };
  return [
    svg("rect", { ...frame, class: "outline" }),
    bold(cell(row, 0).x - 8, at, names[row], "end"),
    bold(corner.x + corner.width + 6, corner, names[column], "start"),
  ];
}

/** The arrow keys walk the cells, and stay inside the lower half. */
function moved(i, key, n) {
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const steps = { ...arrows, Home: [-n, -n], End: [n, n] };
  if (!(key in steps)) return undefined;
  if (i === null) return n > 1 ? 1 : 0;
  const [row, column] = pairs(n)[i];
  const nextRow = Math.max(0, Math.min(n - 1, row + steps[key][0]));
  return indexOf(nextRow, Math.max(0, Math.min(nextRow, column + steps[key][1])));
}
