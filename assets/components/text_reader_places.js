/** Where the documents and the parts of a text lie in it, as shares of its whole length. */

import { isNumber } from "./numbers.js";

const PARTS = ["train", "validation", "test"];

/** One { from, to, ...document } for each document, in order; one newline stands between two of them. */
export function documentPlaces(documents) {
  const total = documents.reduce((sum, { n_characters: n }) => sum + (n ?? 0) + 1, 0);
  let end = 0;
  return documents.map((document) => {
    const from = end / total;
    end += (document.n_characters ?? 0) + 1;
    return { ...document, from, to: end / total };
  });
}

/** One { name, from, to, share } for each part of the split that is not empty. */
export function partPlaces(split) {
  let end = 0;
  const parts = PARTS.map((name) => {
    const share = Math.max(0, isNumber(split?.[name]) ? split[name] : 0);
    const from = end;
    end += share;
    return { name, from, to: end, share };
  });
  return parts.filter(({ share }) => share > 0);
}

/** The place in the list of the document at `share` of the text. */
export function documentAt(places, share) {
  return lastIndex(places, ({ from }) => from <= share);
}

/** The place in the list of document `i`, or of the last one before it when not all are listed; -1 for none. */
export function listed(places, i) {
  return isNumber(i) ? lastIndex(places, (place) => place.i <= i) : -1;
}

/** Where a hit lies, as a share of the text. */
export function hitPlace(places, { i, start }) {
  const place = places[listed(places, i)];
  if (!place) return 0;
  if (place.i !== i) return place.to;
  return place.from + (place.to - place.from) * Math.min(1, start / Math.max(1, place.n_characters ?? 1));
}

/** The last index for which `isTrue`; it must hold for a beginning of the list. */
function lastIndex(list, isTrue) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
