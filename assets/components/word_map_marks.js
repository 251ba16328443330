/** Which words of the map are marked, and with whom they are linked. Plain data in, plain data out. */

import { trueNeighbours } from "./map_neighbours.js";

const PINNED = { more: 6, weight: 700, always: true };
const FOCUS = { more: 3, weight: 700, always: true };
const ALSO = { more: 2, weight: 700 };
const NEAR = { more: 1, weight: 600, isLinked: true };

/**
 * Marks as `MapView.mark` takes them. `chosen`: {pinned, also: [indices], focus (under the pointer or walked to, or -1),
 * told: [{word, cosine}] from the server, for frames that bring no neighbours}.
 */
export function marksOf(frame, { pinned, also, focus, told }) {
  const centre = focus >= 0 ? focus : pinned;
  const near = neighboursOf(frame, centre, centre === pinned ? told : []);
  const strong = new Map();
  if (pinned >= 0) strong.set(pinned, PINNED);
  if (centre >= 0 && centre !== pinned) strong.set(centre, FOCUS);
  for (const i of also) if (!strong.has(i)) strong.set(i, ALSO);
  for (const { i } of near) if (!strong.has(i)) strong.set(i, NEAR);
  const links = near.map(({ i, cosine, isKept }) => ({ from: centre, to: i, thick: thickness(cosine), isTorn: !isKept }));
  return { strong, links, pinned: centre, rings: focus >= 0 ? [focus] : [] };
}

/** The true neighbours [{i, cosine, isKept}] that the frame brings, or else the ones the server told. */
export function neighboursOf(frame, i, told = []) {
  if (frame.neighbours) return trueNeighbours(frame, i);
  const known = told.map(({ word, cosine }) => ({ i: frame.list.index.get(word) ?? -1, cosine, isKept: true }));
  return i < 0 ? [] : known.filter((one) => one.i >= 0);
}

/** The share of its true neighbours that a word keeps on the map, or null. */
export function keptAt(frame, i) {
  return frame.keptEach && i >= 0 ? frame.keptEach[i] / 255 : null;
}

/** A line is as thick as the cosine is high. */
function thickness(cosine) {
  return 0.8 + 3.2 * Math.max(0, (cosine ?? 0.5) - 0.5);
}
