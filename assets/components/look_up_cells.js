/** Cosines of all pairs of words, and the vectors themselves, as cells of colour. */

import { rampColour } from "./colours.js";
import { svg } from "./dom.js";
import { label, wordWidth } from "./text_pictures_frame.js";

const EXPONENT = 0.7;
const GAP = 2;
const MOST_CELL = 40;
const SLANT = 0.75; // of a name's width, how high it stands when turned by 50°

/** Scene of an answer of `matrix`: {nodes, under(x, y), says(at), marks(at), move(at, key)}; a place is [row, column]. */
export function matrixScene({ words, cosine }, { width, height, isSmall, look }) {
  const n = words.length;
  const long = isSmall ? 0 : Math.max(...words.map(wordWidth));
  const left = isSmall ? 4 : long + 10;
  const top = isSmall ? 3 : long * SLANT + 12;
  const pitch = Math.min(isSmall ? 48 / n : MOST_CELL, (height - top - 2) / n, (width - left - (isSmall ? 4 : long * 0.7)) / n);
  const x0 = isSmall ? (width - pitch * n) / 2 : left;
  const size = Math.max(0.5, pitch - (isSmall ? 0.5 : GAP));
  const cell = ([row, column]) => ({ x: x0 + column * pitch, y: top + row * pitch, width: size, height: size });
  const cells = cosine.flatMap((line, row) =>
    line.map((value, column) => svg("rect", { ...cell([row, column]), rx: isSmall ? 0 : 2.5, fill: rampColour(look.sequential, value, EXPONENT) })),
  );
  const names = isSmall ? [] : words.flatMap((word, i) => namesOf(word, i, { x0, top, pitch }));
  return {
    nodes: [...cells, ...names],
    under(px, py) {
      const at = [Math.floor((py - top) / pitch), Math.floor((px - x0) / pitch)];
      return at.every((i) => i >= 0 && i < n) ? at : null;
    },
    says: ([row, column]) => ({ word: `${words[row]} · ${words[column]}`, text: cosine[row][column].toFixed(2) }),
    marks: (at) => [outline(cell(at)), ...strongNames(words, at, { x0, top, pitch })],
    move: (at, key) => walked(at, key, n, n),
  };
}

function namesOf(word, i, { x0, top, pitch }, name = "word") {
  const y = top + (i + 0.5) * pitch + 4;
  const x = x0 + (i + 0.5) * pitch;
  const above = label(x, top - 7, word, name);
  above.setAttribute("transform", `rotate(-50 ${x} ${top - 7})`);
  return [label(x0 - 8, y, word, name, "end"), above];
}

function strongNames(words, [row, column], frame) {
  return [namesOf(words[row], row, frame, "word strong")[0], namesOf(words[column], column, frame, "word strong")[1]];
}

/** Scene of an answer of `strip`: one strip a word, one cell a dimension. A place is [row, dimension]. */
export function stripScene({ rows, order, largest }, { width, height, isSmall, look, texts }) {
  const n = rows.length;
  const d = order.length;
  const left = isSmall ? 4 : Math.max(...rows.map(({ word }) => wordWidth(word))) + 12;
  const right = isSmall ? 4 : 2;
  const top = isSmall ? 3 : 6;
  const pitch = Math.min(isSmall ? 48 / n : 44, (height - top - (isSmall ? 2 : 26)) / n);
  const step = (width - left - right) / d;
  const cell = ([row, i]) => ({ x: left + i * step, y: top + row * pitch, width: step + 0.3, height: Math.max(1, pitch - (isSmall ? 1 : 4)) });
  const every = isSmall ? Math.max(1, Math.floor(d / 48)) : 1;
  const cells = rows.flatMap(({ values }, row) =>
    values.flatMap((value, i) => {
      if (i % every) return [];
      const box = cell([row, i]);
      return [svg("rect", { ...box, width: box.width * every, fill: rampColour(look.diverging, (value + 1) / 2) })];
    }),
  );
  const bottom = top + n * pitch;
  const names = rows.map(({ word }, row) => label(left - 8, top + (row + 0.5) * pitch + 3, word, "word", "end"));
  const axis = svg("text", { x: width - right, y: bottom + 16, class: "axis", "text-anchor": "end" }, texts.dimensions.replace("{n}", d));
  return {
    nodes: isSmall ? cells : [...cells, ...names, axis],
    under(px, py) {
      const at = [Math.floor((py - top) / pitch), Math.floor((px - left) / step)];
      return at[0] >= 0 && at[0] < n && at[1] >= 0 && at[1] < d ? at : null;
    },
    says([row, i]) {
      const values = rows.map(({ word, values: own }) => `${word} ${(own[i] * largest).toFixed(2)}`);
      return { word: "", text: `${texts.dimension.replace("{i}", order[i] + 1)}: ${values.join(" · ")}` };
    },
    marks: ([, i]) => [outline({ x: left + i * step, y: top, width: Math.max(2, step), height: n * pitch - 4 })],
    move: (at, key) => walked(at, key, n, d),
  };
}

function outline({ x, y, width, height }) {
  return svg("rect", { x: x - 1, y: y - 1, width: width + 2, height: height + 2, rx: 3, class: "outline" });
}

/** The arrow keys walk the cells; undefined for any other key. */
function walked(at, key, rows, columns) {
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -columns], End: [0, columns] };
  if (!(key in moves)) return undefined;
  if (!at) return [0, 0];
  const inside = (i, most) => Math.max(0, Math.min(most - 1, i));
  return [inside(at[0] + moves[key][0], rows), inside(at[1] + moves[key][1], columns)];
}
