/** The values that the sentences about a picture may name. */

import { loss as twoDigits, percent, thousands } from "./numbers.js";

const VALUES = {
  zipf: ({ exponent, constant, r2, word, count }) => ({
    exponent: twoDigits(exponent),
    constant: thousands(constant),
    r2: twoDigits(r2),
    word: word[0],
    count: count[0],
  }),
  heaps: ({ n, distinct, k, beta, r2 }) => ({
    n: n.at(-1),
    distinct: distinct.at(-1),
    k: twoDigits(k),
    beta: twoDigits(beta),
    r2: twoDigits(r2),
    doubled: percent(2 ** beta - 1),
  }),
  lengths: ({ counts, median, longest, shortest, of }, texts) => ({
    n: counts.reduce((sum, count) => sum + count, 0),
    median: thousands(median),
    longest,
    shortest,
    of: texts[`of_${of}`] ?? texts.of_documents,
  }),
  words: ({ word, count }) => ({ word: word[0], count: count[0], n: word.length }),
  ngrams: ({ n, gram, count }) => ({ n, gram: gram[0], count: count[0] }),
  together: (picture) => closest(picture),
  coverage: ({ size, marks }) => ({
    n: size.at(-1),
    size: size.at(-1),
    ...Object.fromEntries(marks.map((mark) => [`size_${Math.round(100 * mark.share)}`, mark.size])),
  }),
};

/** Values by name for `fill`; none for a picture that is missing. */
export function valuesOf(name, picture, texts) {
  return picture && VALUES[name] ? VALUES[name](picture, texts) : {};
}

/** The two different words that stand together most above chance. */
function closest({ words, pmi, count }) {
  let best = [0, 0, -Infinity];
  words.forEach((_, row) => {
    for (let column = 0; column < row; column++) {
      if (pmi[row][column] > best[2]) best = [row, column, pmi[row][column]];
    }
  });
  const [row, column, bits] = best;
  const together = { bits: twoDigits(bits), count: count[row]?.[column] ?? 0 };
  return { n: words.length, left: words[column], right: words[row], ...together };
}
