/** The neighbours of a word before and after: kept, lost or new. Plain data in, plain data out. */

import { trueNeighbours } from "./map_neighbours.js";

const PINNED = { more: 5, weight: 700, always: true };
const KEPT = { more: 1, weight: 700, isLinked: true };
const LOST = { more: 0, weight: 400, isLinked: true, note: "lost" };
const NEW = { more: 0, weight: 400, isLinked: true, note: "new" };

/** The true neighbours of a word in a frame, nearest first; `told` are used when the frame brings none. */
export function neighbourWords(frame, word, told = []) {
  if (!frame || word === null) return [];
  if (!frame.neighbours) return told ?? [];
  const i = frame.list.index.get(word) ?? -1;
  return trueNeighbours(frame, i).map((one) => frame.words[one.i]);
}

/** How many neighbours are on both sides, of how many. */
export function tally(before, after) {
  return { kept: before.filter((word) => after.includes(word)).length, n: Math.max(before.length, after.length) };
}

/**
 * Marks as `MapView.mark` takes them: on the side before, neighbours that are gone later are struck through; on the side
 * after, the new ones are rings. What is kept is bold, on a thick line.
 */
export function marksOf(frame, { word, centre, own, other, isBefore }) {
  const at = (name) => frame.list.index.get(name) ?? -1;
  const strong = new Map();
  const middle = centre === null ? -1 : at(centre);
  for (const one of [word, centre]) if (one !== null && at(one) >= 0) strong.set(at(one), PINNED);
  const links = [];
  for (const name of middle < 0 ? [] : own) {
    const isKept = other.includes(name);
    const i = at(name);
    if (i < 0) continue;
    if (!strong.has(i)) strong.set(i, isKept ? KEPT : isBefore ? LOST : NEW);
    links.push({ from: middle, to: i, thick: isKept ? 2.4 : 1, isTorn: !isKept && isBefore });
  }
  return { strong, links, pinned: middle, rings: [] };
}
