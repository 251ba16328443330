/**
 * Byte-pair encoding, one merge after the other (Sennrich et al. 2016, algorithm 1). No drawing here.
 *
 * Only the pair with the lowest rank is merged at each turn, so the passage at any merge is found directly,
 * without walking through all the merges before it.
 */

const NO_RANK = Infinity;

/** The merges by their pair: `ranks.get(left).get(right)` is the index of the merge. */
export function ranksOf(merges) {
  const ranks = new Map();
  merges.forEach(({ left, right }, rank) => {
    if (!ranks.has(left)) ranks.set(left, new Map());
    if (!ranks.get(left).has(right)) ranks.get(left).set(right, rank);
  });
  return ranks;
}

/**
 * A word after the first `n` merges: [{text, made, next}]. `made` is the merge that made the piece, -1 for a
 * first symbol; `next` is 1 and 2 on the two pieces that merge number `n` will join.
 */
export function wordAt(symbols, merges, ranks, n) {
  const texts = [...symbols];
  const made = texts.map(() => -1);
  const rankAt = (i) => ranks.get(texts[i])?.get(texts[i + 1]) ?? NO_RANK;
  const pairs = texts.slice(0, -1).map((_, i) => rankAt(i));
  for (let at = lowest(pairs); at >= 0 && pairs[at] < n; at = lowest(pairs)) {
    made.splice(at, 2, pairs[at]);
    texts.splice(at, 2, merges[pairs[at]].merged);
    pairs.splice(at, 1);
    if (at > 0) pairs[at - 1] = rankAt(at - 1);
    if (at < pairs.length) pairs[at] = rankAt(at);
  }
  const next = joinedNext(pairs, n);
  return texts.map((text, i) => ({ text, made: made[i], next: next[i] ?? 0 }));
}

/** Index of the lowest rank, the leftmost of equals; -1 when no pair can be merged. */
function lowest(pairs) {
  let best = -1;
  for (let i = 0; i < pairs.length; i++) {
    if (pairs[i] < (best < 0 ? NO_RANK : pairs[best])) best = i;
  }
  return best;
}

/** "aaa" holds the pair a + a once: what is taken on the left is gone on the right. */
function joinedNext(pairs, n) {
  const next = [];
  for (let i = 0; i < pairs.length; i++) {
    if (pairs[i] !== n || next[i]) continue;
    next[i] = 1;
    next[i + 1] = 2;
  }
  return next;
}
