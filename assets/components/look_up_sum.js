/** A sum of words as arrows in the plane in which its words differ most: a parallelogram, if the sum is b − a + c. */

import { svg } from "./dom.js";
import { label, wordWidth } from "./text_pictures_frame.js";

const HEAD = 9; // px of an arrow's head

/** Shapes of an answer of `arithmetic` in `width` × `height` px. */
export function sumPicture(answer, { width, height, isSmall, texts }) {
  const place = placer(answer, width, height, isSmall);
  const at = Object.fromEntries(answer.points.map((point) => [point.word, place(point)]));
  const goal = place(answer.target);
  const [a, b, c] = (answer.analogy ?? []).map((word) => at[word]);
  const lines = a && b && c ? [...arrow(a, b, isSmall), ...arrow(c, goal, isSmall), ...side(a, c), ...side(b, goal)] : [];
  const found = at[answer.answer];
  if (found && Math.hypot(found[0] - goal[0], found[1] - goal[1]) > 12) lines.push(gap(goal, found));
  const dots = answer.points.map(({ word }) => dot(at[word], word === answer.answer, isSmall));
  const aim = svg("circle", { cx: goal[0], cy: goal[1], r: isSmall ? 2 : 4.5, class: "aim" });
  if (isSmall) return [...lines, ...dots, aim];
  const names = named(answer, at, goal, { width, height, texts });
  return [...lines, ...dots, aim, ...names];
}

/** The same scale across and down, with room for names. */
function placer({ points, target }, width, height, isSmall) {
  const all = [...points, target];
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [px, py] = isSmall ? [12, 10] : [Math.min(96, width / 4), 38];
  const scale = Math.min((width - 2 * px) / (x1 - x0 || 1), (height - 2 * py) / (y1 - y0 || 1));
  return ({ x, y }) => [width / 2 + (x - (x0 + x1) / 2) * scale, height / 2 - (y - (y0 + y1) / 2) * scale];
}

function arrow([x0, y0], [x1, y1], isSmall) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const stop = isSmall ? 3 : 8;
  const size = isSmall ? 4 : HEAD;
  const [tx, ty] = [x1 - ux * stop, y1 - uy * stop];
  const wing = (turn) => `${tx - size * ux + turn * 0.5 * size * uy},${ty - size * uy - turn * 0.5 * size * ux}`;
  return [
    svg("line", { x1: x0 + ux * stop, y1: y0 + uy * stop, x2: tx - ux * size * 0.6, y2: ty - uy * size * 0.6, class: "arrow" }),
    svg("polygon", { points: `${tx},${ty} ${wing(1)} ${wing(-1)}`, class: "arrow-head" }),
  ];
}

function side([x1, y1], [x2, y2]) {
  return [svg("line", { x1, y1, x2, y2, class: "side" })];
}

function gap([x1, y1], [x2, y2]) {
  return svg("line", { x1, y1, x2, y2, class: "gap" });
}

function dot([cx, cy], isAnswer, isSmall) {
  const r = isSmall ? 2.5 : isAnswer ? 9 : 5;
  return svg("circle", { cx, cy, r, class: isAnswer ? "ring" : "dot" });
}

/** Names beside their points, away from the middle; one that would lie on another goes to the next free side. */
function named(answer, at, goal, { width, height, texts }) {
  const taken = [...Object.values(at), goal].map(([x, y]) => box(x - 7, y - 7, 14, 14));
  const terms = answer.points.map(({ word }) => {
    const isAnswer = word === answer.answer;
    return { text: word, at: at[word], name: isAnswer ? "word strong answer" : "word" };
  });
  const aim = { text: texts.sum_here, at: goal, name: "note" };
  return [...terms.sort((p, q) => q.name.length - p.name.length), aim].map(({ text, at: [x, y], name }) => {
    const w = wordWidth(text) + 4;
    const sides = [
      [x + 13, y + 5, "start", x + 13],
      [x - 13, y + 5, "end", x - 13 - w],
      [x, y - 14, "middle", x - w / 2],
      [x, y + 25, "middle", x - w / 2],
    ];
    if (x < width / 2) sides.unshift(...sides.splice(1, 1));
    const isFree = ([, ty, , left]) => {
      const own = box(left, ty - 15, w, 19);
      return left >= 0 && left + w <= width && ty <= height && ty > 12 && !taken.some((other) => meet(own, other));
    };
    const [tx, ty, anchor, left] = sides.find(isFree) ?? sides[0];
    taken.push(box(left, ty - 15, w, 19));
    return label(tx, ty, text, name, anchor);
  });
}

const box = (x, y, w, h) => ({ x, y, w, h });
const meet = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
