/** The true neighbours of a word, from the whole space, and the ones it has on the map. */

/** [{i, cosine or null, isKept}] of the true neighbours of word `i`, nearest first; empty when the frame has none. */
export function trueNeighbours(frame, i) {
  if (!frame.neighbours || i < 0) return [];
  const near = nearOnMap(frame, i, frame.perWord);
  return Array.from({ length: frame.perWord }, (_, k) => {
    const at = i * frame.perWord + k;
    const other = frame.neighbours[at];
    return { i: other, cosine: frame.cosines ? frame.cosines[at] / 255 : null, isKept: near.has(other) };
  });
}

/** The indices of the `k` words nearest to word `i` on the map itself. */
export function nearOnMap({ places, n }, i, k) {
  const best = []; // [distance, index], the nearest first
  for (let j = 0; j < n; j++) {
    if (j === i) continue;
    const distance = apart(places, i, j);
    if (best.length === k && distance >= best[k - 1][0]) continue;
    best.splice(best.findIndex(([other]) => other > distance) >>> 0, 0, [distance, j]);
    if (best.length > k) best.pop();
  }
  return new Set(best.map(([, j]) => j));
}

function apart(places, i, j) {
  const dx = places[3 * i] - places[3 * j];
  const dy = places[3 * i + 1] - places[3 * j + 1];
  const dz = places[3 * i + 2] - places[3 * j + 2];
  return dx * dx + dy * dy + dz * dz;
}
